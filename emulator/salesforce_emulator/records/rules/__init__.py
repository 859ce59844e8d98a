"""What standard objects do by themselves when a record is saved: one module a noun.

A rule before the save looks at the record and writes into it, or refuses it; a rule after the save
changes other records. All are listed here, in the order they run.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from salesforce_emulator.records.rules import (
    activity,
    activity_dates,
    address,
    asset,
    campaign,
    case,
    content,
    content_link,
    content_note,
    contract,
    file_body,
    junction,
    knowledge_article,
    lead,
    naming,
    opportunity,
    order,
    person,
    platform_event,
    product,
    queue,
    user,
)
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.schema.sobject import SObject

Rule: TypeAlias = Callable[[SaveContext], None]

BEFORE_SAVE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Contact": (person.compose_name,),
    "Lead": (lead.refuse_converted, person.compose_name),
    "User": (person.compose_name, user.fill_in, user.require_unique_username),
    "Opportunity": (
        opportunity.keep_price_book,
        opportunity.apply_stage,
        opportunity.apply_close_date,
        opportunity.expect,
    ),
    "Case": (case.apply_status, case.copy_contact),
    "Task": (activity.apply_task_status, activity.set_account),
    "Event": (activity.align_times, activity.set_account),
    "CampaignMember": (
        campaign.require_one_person,
        campaign.refuse_converted,
        campaign.refuse_second,
        campaign.copy_person,
    ),
    "PricebookEntry": (product.require_standard_price, product.refuse_second_entry),
    "OpportunityLineItem": (product.price_line,),
    "Contract": (contract.apply_status, contract.end),
    "Order": (order.apply_status,),
    "OrderItem": (order.price_line,),
    "ContentVersion": (content.version,),
    "ContentDocumentLink": (content_link.fill_in, content_link.refuse_second),
    "ContentNote": (content_note.describe_text,),
    "Knowledge__kav": (knowledge_article.fill_in,),
    "Asset": (asset.require_account_or_contact,),
    "Attachment": (file_body.measure,),
    "EmailMessage": (naming.name_by_subject,),
    "Document": (naming.developer_name, file_body.measure),
    "Folder": (naming.developer_name,),
    "Group": (naming.developer_name,),
    "UserRole": (naming.developer_name,),
    "Individual": (person.compose_name,),
    "AccountContactRelation": (junction.refuse_second,),
    "GroupMember": (junction.refuse_second,),
    "PermissionSetAssignment": (junction.refuse_second,),
    "TopicAssignment": (junction.refuse_second, junction.name_entity),
}

ADDRESS_BEFORE_SAVE: Final[tuple[Rule, ...]] = (address.agree_on_codes,)
"""Of every object with the codes of state and country picklists."""

OWNED_BEFORE_SAVE: Final[tuple[Rule, ...]] = (queue.require_owning_queue,)
"""Of every object whose records a queue may own."""

EVENT_BEFORE_SAVE: Final[tuple[Rule, ...]] = (platform_event.number,)
"""Of every platform event."""

AFTER_SAVE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Task": (activity_dates.roll_up,),
    "Event": (activity_dates.roll_up,),
    "CampaignMember": (campaign.count_members,),
    "Campaign": (campaign.add_default_statuses,),
    "Opportunity": (campaign.count_opportunities, opportunity.add_history),
    "OpportunityLineItem": (product.sum_lines,),
    "OrderItem": (order.sum_lines,),
    "ContentVersion": (content.supersede,),
    "ContentNote": (content_note.save_as_file,),
}

AFTER_DELETE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Task": (activity_dates.roll_up,),
    "Event": (activity_dates.roll_up,),
    "CampaignMember": (campaign.count_members,),
    "Opportunity": (campaign.count_opportunities,),
    "OpportunityLineItem": (product.sum_lines,),
    "OrderItem": (order.sum_lines,),
    "ContentDocument": (content_note.delete_with_document,),
}
"""Called with the record as it was, in `row`."""


@lru_cache(maxsize=1_024)  # called for each record; an sobject never changes
def before_save(sobject: SObject, *, queued: bool) -> tuple[Rule, ...]:
    """Return the rules to run before a record is saved, in order.

    Args:
        queued: Whether a queue may own records of the sobject.
    """
    event = sobject.name.endswith("__e")
    own = EVENT_BEFORE_SAVE if event else BEFORE_SAVE.get(sobject.name, ())
    coded = any(field.name.endswith("CountryCode") and not field.custom for field in sobject.fields)
    first = ADDRESS_BEFORE_SAVE if coded else ()
    return (*first, *own, *(OWNED_BEFORE_SAVE if queued else ()))
