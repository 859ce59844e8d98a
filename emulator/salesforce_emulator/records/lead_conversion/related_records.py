"""What becomes of that which hangs on a lead when it is converted.

Activities go to the contact and the opportunity, or the account when there is none; those still
open go to a new owner. Campaign members become the contact's. Files are shared with all that came
of the lead. A note or an attachment, which has one parent only, moves to the contact, and the
account gets a copy. Posts stay with the lead.

https://help.salesforce.com/s/articleView?id=sales.leads_notes.htm
"""

from typing import TYPE_CHECKING, Any

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.lead_conversion.request import ConvertedLead
from salesforce_emulator.records.rules.activity_dates import update_summaries
from salesforce_emulator.records.rules.campaign import recount_members
from salesforce_emulator.records.system_rows import write

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_COPIED = {
    "Attachment": ("Name", "Body", "BodyLength", "ContentType", "Description", "IsPrivate"),
    "Note": ("Title", "Body", "IsPrivate"),
}
_OPEN = {"Task": '"IsClosed" = 0', "Event": '"EndDateTime" > ?'}


def move(org: "Org", user_id: str, converted: ConvertedLead, new_owner: str | None) -> None:
    """Hang what hangs on a converted lead on what came of it.

    Args:
        new_owner: The new owner of the records; None when they keep the lead's.
    """
    _activities(org, converted, new_owner)
    _campaigns(org, converted)
    _files(org, user_id, converted)
    for name, fields in _COPIED.items():
        _with_one_parent(org, user_id, converted, name, fields)


def last_campaign(org: "Org", lead_id: str) -> str | None:
    """Return the campaign that a lead came into last: its opportunity's primary source."""
    row = org.db.execute(
        'SELECT "CampaignId" FROM "CampaignMember" WHERE "LeadId" = ? AND "IsDeleted" = 0'
        ' ORDER BY "CreatedDate" DESC, "Id" DESC',
        (lead_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def _activities(org: "Org", converted: ConvertedLead, new_owner: str | None) -> None:
    related_id = converted.opportunity_id or converted.account_id
    now = datetime_text(org.clock.now())
    for name, still_open in _OPEN.items():
        if new_owner is not None:
            values = (new_owner, converted.lead_id, *((now,) if "?" in still_open else ()))
            org.db.execute(
                f'UPDATE "{name}" SET "OwnerId" = ? WHERE "WhoId" = ? AND {still_open}',  # noqa: S608
                values,
            )
        org.db.execute(
            f'UPDATE "{name}" SET "WhoId" = ?, "WhatId" = COALESCE("WhatId", ?),'  # noqa: S608
            ' "AccountId" = ? WHERE "WhoId" = ?',
            (converted.contact_id, related_id, converted.account_id, converted.lead_id),
        )
    update_summaries(
        org, (converted.lead_id, converted.contact_id, converted.account_id, related_id)
    )


def _campaigns(org: "Org", converted: ConvertedLead) -> None:
    """Make the contact the member; one that is a member already stays so once."""
    org.db.execute(
        'UPDATE "CampaignMember" SET "ContactId" = :contact, "LeadOrContactId" = :contact,'
        " \"Type\" = 'Contact'"
        ' WHERE "LeadId" = :lead AND "IsDeleted" = 0 AND "CampaignId" NOT IN'
        ' (SELECT "CampaignId" FROM "CampaignMember" WHERE "ContactId" = :contact'
        ' AND "IsDeleted" = 0)',
        {"contact": converted.contact_id, "lead": converted.lead_id},
    )
    sql = 'SELECT DISTINCT "CampaignId" FROM "CampaignMember" WHERE "LeadId" = ?'
    for (campaign_id,) in org.db.execute(sql, (converted.lead_id,)).fetchall():
        recount_members(org, campaign_id)


def _files(org: "Org", user_id: str, converted: ConvertedLead) -> None:
    for record_id in (converted.account_id, converted.contact_id, converted.opportunity_id):
        if record_id is None:
            continue
        links = org.db.execute(
            'SELECT * FROM "ContentDocumentLink" WHERE "LinkedEntityId" = ? AND "IsDeleted" = 0'
            ' AND "ContentDocumentId" NOT IN (SELECT "ContentDocumentId" FROM'
            ' "ContentDocumentLink" WHERE "LinkedEntityId" = ? AND "IsDeleted" = 0)',
            (converted.lead_id, record_id),
        ).fetchall()
        for link in links:
            copied = ("ContentDocumentId", "ShareType", "Visibility")
            values = {name: link[name] for name in copied}
            write(org, user_id, "ContentDocumentLink", {**values, "LinkedEntityId": record_id})


def _with_one_parent(
    org: "Org", user_id: str, converted: ConvertedLead, name: str, fields: tuple[str, ...]
) -> None:
    sql = f'SELECT * FROM "{name}" WHERE "ParentId" = ? AND "IsDeleted" = 0'  # noqa: S608
    for row in org.db.execute(sql, (converted.lead_id,)).fetchall():
        values: dict[str, Any] = {field: row[field] for field in fields}
        write(
            org,
            user_id,
            name,
            {**values, "OwnerId": row["OwnerId"], "ParentId": converted.account_id},
        )
    org.db.execute(
        f'UPDATE "{name}" SET "ParentId" = ? WHERE "ParentId" = ? AND "IsDeleted" = 0',  # noqa: S608
        (converted.contact_id, converted.lead_id),
    )
