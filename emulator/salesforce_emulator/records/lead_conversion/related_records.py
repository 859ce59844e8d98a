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
from salesforce_emulator.records.rules.activity_dates import tell
from salesforce_emulator.records.rules.campaign import recount_members
from salesforce_emulator.records.system_rows import write

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_COPIED = {
    "Attachment": ("Name", "Body", "BodyLength", "ContentType", "Description", "IsPrivate"),
    "Note": ("Title", "Body", "IsPrivate"),
}
_OPEN = {"Task": '"IsClosed" = 0', "Event": '"EndDateTime" > ?'}


def move(org: "Org", user_id: str, done: ConvertedLead, new_owner: str | None) -> None:
    """Hang what hangs on a converted lead on what came of it.

    Args:
        new_owner: The new owner of the records; None when they keep the lead's.
    """
    _activities(org, done, new_owner)
    _campaigns(org, done)
    _files(org, user_id, done)
    for name, fields in _COPIED.items():
        _with_one_parent(org, user_id, done, name, fields)


def last_campaign(org: "Org", lead_id: str) -> str | None:
    """Return the campaign that a lead came into last: its opportunity's primary source."""
    row = org.db.execute(
        'SELECT "CampaignId" FROM "CampaignMember" WHERE "LeadId" = ? AND "IsDeleted" = 0'
        ' ORDER BY "CreatedDate" DESC, "Id" DESC',
        (lead_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def _activities(org: "Org", done: ConvertedLead, new_owner: str | None) -> None:
    about = done.opportunity_id or done.account_id
    now = datetime_text(org.clock.now())
    for name, still_open in _OPEN.items():
        if new_owner is not None:
            values = (new_owner, done.lead_id, *((now,) if "?" in still_open else ()))
            org.db.execute(
                f'UPDATE "{name}" SET "OwnerId" = ? WHERE "WhoId" = ? AND {still_open}',  # noqa: S608
                values,
            )
        org.db.execute(
            f'UPDATE "{name}" SET "WhoId" = ?, "WhatId" = COALESCE("WhatId", ?),'  # noqa: S608
            ' "AccountId" = ? WHERE "WhoId" = ?',
            (done.contact_id, about, done.account_id, done.lead_id),
        )
    tell(org, (done.lead_id, done.contact_id, done.account_id, about))


def _campaigns(org: "Org", done: ConvertedLead) -> None:
    """Make the contact the member; one that is a member already stays so once."""
    org.db.execute(
        'UPDATE "CampaignMember" SET "ContactId" = :contact, "LeadOrContactId" = :contact,'
        " \"Type\" = 'Contact'"
        ' WHERE "LeadId" = :lead AND "IsDeleted" = 0 AND "CampaignId" NOT IN'
        ' (SELECT "CampaignId" FROM "CampaignMember" WHERE "ContactId" = :contact'
        ' AND "IsDeleted" = 0)',
        {"contact": done.contact_id, "lead": done.lead_id},
    )
    sql = 'SELECT DISTINCT "CampaignId" FROM "CampaignMember" WHERE "LeadId" = ?'
    for (campaign_id,) in org.db.execute(sql, (done.lead_id,)).fetchall():
        recount_members(org, campaign_id)


def _files(org: "Org", user_id: str, done: ConvertedLead) -> None:
    for record_id in (done.account_id, done.contact_id, done.opportunity_id):
        if record_id is None:
            continue
        links = org.db.execute(
            'SELECT * FROM "ContentDocumentLink" WHERE "LinkedEntityId" = ? AND "IsDeleted" = 0'
            ' AND "ContentDocumentId" NOT IN (SELECT "ContentDocumentId" FROM'
            ' "ContentDocumentLink" WHERE "LinkedEntityId" = ? AND "IsDeleted" = 0)',
            (done.lead_id, record_id),
        ).fetchall()
        for link in links:
            copied = ("ContentDocumentId", "ShareType", "Visibility")
            values = {name: link[name] for name in copied}
            write(org, user_id, "ContentDocumentLink", {**values, "LinkedEntityId": record_id})


def _with_one_parent(
    org: "Org", user_id: str, done: ConvertedLead, name: str, fields: tuple[str, ...]
) -> None:
    sql = f'SELECT * FROM "{name}" WHERE "ParentId" = ? AND "IsDeleted" = 0'  # noqa: S608
    for row in org.db.execute(sql, (done.lead_id,)).fetchall():
        values: dict[str, Any] = {field: row[field] for field in fields}
        write(
            org,
            user_id,
            name,
            {**values, "OwnerId": row["OwnerId"], "ParentId": done.account_id},
        )
    org.db.execute(
        f'UPDATE "{name}" SET "ParentId" = ? WHERE "ParentId" = ? AND "IsDeleted" = 0',  # noqa: S608
        (done.contact_id, done.lead_id),
    )
