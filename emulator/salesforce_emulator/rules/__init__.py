"""What standard objects do by themselves when a record is saved: one module a noun.

A rule before the save looks at the record and writes into it, or refuses it; a rule after the save
changes other records. All are listed here, in the order they run.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from salesforce_emulator.rules import (
    activity,
    campaign,
    case,
    content,
    lead,
    opportunity,
    person,
    product,
    user,
)
from salesforce_emulator.saving import Saving

Rule: TypeAlias = Callable[[Saving], None]

BEFORE_SAVE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Contact": (person.compose_name,),
    "Lead": (lead.refuse_converted, person.compose_name, lead.follow_status),
    "User": (person.compose_name, user.fill_in, user.require_own_username),
    "Opportunity": (opportunity.follow_stage, opportunity.follow_close_date, opportunity.expect),
    "Case": (case.follow_status, case.copy_contact),
    "Task": (activity.follow_task_status, activity.find_account),
    "Event": (activity.agree_on_times, activity.find_account),
    "CampaignMember": (campaign.require_one_person, campaign.refuse_second, campaign.copy_person),
    "PricebookEntry": (product.require_standard_price, product.refuse_second_entry),
    "OpportunityLineItem": (product.price_line,),
    "ContentVersion": (content.version,),
}

AFTER_SAVE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "CampaignMember": (campaign.count_members,),
    "Campaign": (campaign.give_statuses,),
    "OpportunityLineItem": (product.sum_lines,),
    "ContentVersion": (content.supersede,),
}

AFTER_DELETE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "CampaignMember": (campaign.count_members,),
    "OpportunityLineItem": (product.sum_lines,),
}
"""Called with the record as it was, in `row`."""
