"""Members of campaigns: leads, contacts and accounts, identified by their record.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm
"""

from dataclasses import dataclass
from typing import Final

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.paging import query_results
from salesforce_connector.query.filters import Condition, Filters, select
from salesforce_connector.validation import require_text

# The field for a member, by the key prefix of its id.
_FIELDS: Final = {"00Q": "LeadId", "003": "ContactId", "001": "AccountId"}


@dataclass(frozen=True)
class CampaignMember:
    """An existing member."""

    id: str
    status: str | None


def member_field(record_id: str) -> str:
    """Return the field of CampaignMember for a record's id.

    Raises:
        Rejected: It is not the id of a lead, contact or account.
    """
    if (field := _FIELDS.get(record_id[:3])) is None:
        raise Rejected(
            f"{record_id} is not the ID of a lead, contact or account.",
            code="NOT_A_MEMBER",
            remedy=f"Give one that begins with {', '.join(_FIELDS)}.",
            fields=("member_id",),
        )
    return field


def find_member(campaign_id: str, record_id: str) -> Flow[CampaignMember | None]:
    """Find the member that a record is of a campaign; None when it is none.

    Raises:
        Rejected: It is not the id of a lead, contact or account; nothing was sent.
    """
    conditions: Filters = [
        Condition(field="CampaignId", value=campaign_id),
        Condition(field=member_field(record_id), value=record_id),
    ]
    soql = select("CampaignMember", ["Id", "Status"], conditions)
    result = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), 1)
    if not result.records:
        return None
    record = result.records[0]
    status = record.get("Status")
    member_id = require_text(record.get("Id"), "Id", "the query for members")
    return CampaignMember(member_id, status if isinstance(status, str) else None)
