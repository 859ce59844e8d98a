"""Campaigns and their members: uniqueness, fields copied from the person, counts.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm
"""

from typing import TYPE_CHECKING, Final

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_SHARED: Final = ("FirstName", "LastName", "Salutation", "Title", "Email", "Phone", "Fax",
                  "MobilePhone", "Description", "LeadSource", "DoNotCall", "HasOptedOutOfEmail",
                  "HasOptedOutOfFax")  # fmt: skip
_ADDRESS: Final = ("Street", "City", "State", "PostalCode", "Country")


def add_default_statuses(save: SaveContext) -> None:
    """Return a new campaign its two statuses: Sent, the default, and Responded."""
    if not save.new:
        return
    org = save.org
    for order, (label, default, responded) in enumerate((("Sent", 1, 0), ("Responded", 0, 1)), 1):
        org.db.execute(
            'INSERT INTO "CampaignMemberStatus" ("Id", "CampaignId", "Label", "SortOrder",'
            ' "IsDefault", "HasResponded", "CreatedDate", "CreatedById", "LastModifiedDate",'
            ' "LastModifiedById", "SystemModstamp") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            (org.ids.next("01Y"), save.record_id, label, order, default, responded,
             save.now, save.user_id, save.now, save.user_id, save.now),
        )  # fmt: skip


def require_one_person(save: SaveContext) -> None:
    """Refuse a member that is neither one lead nor one contact."""
    row = save.row
    if (row.get("LeadId") is None) == (row.get("ContactId") is None):
        raise errors.required_missing(["LeadId or ContactId"])
    row["LeadOrContactId"] = row.get("ContactId") or row.get("LeadId")


def refuse_converted(save: SaveContext) -> None:
    """Refuse a lead that has been converted: it is a contact now."""
    lead = save.row.get("LeadId")
    if not save.new or lead is None:
        return
    rows = save.org.db.execute('SELECT "IsConverted" FROM "Lead" WHERE "Id" = ?', (lead,))
    if rows.fetchone()[0]:
        raise errors.converted_lead()


def refuse_second(save: SaveContext) -> None:
    """Refuse a person who is a member of the campaign already."""
    if not save.new:
        return
    row = save.org.db.execute(
        'SELECT 1 FROM "CampaignMember" WHERE "CampaignId" = ? AND "LeadOrContactId" = ?'
        ' AND "IsDeleted" = 0',
        (save.row["CampaignId"], save.row["LeadOrContactId"]),
    ).fetchone()
    if row:
        raise errors.already_a_member()


def copy_person(save: SaveContext) -> None:
    """Copy name, title and address of the person, and set HasResponded by the status."""
    row, db = save.row, save.org.db
    table = "Contact" if row.get("ContactId") else "Lead"
    prefix = "Mailing" if table == "Contact" else ""
    sql = f'SELECT * FROM "{table}" WHERE "Id" = ?'  # noqa: S608 - one of two names of ours
    person = db.execute(sql, (row["LeadOrContactId"],)).fetchone()
    columns = set(person.keys())
    row.update((name, person[name]) for name in _SHARED if name in columns)
    row.update((name, person[prefix + name]) for name in _ADDRESS)
    row["Name"], row["Type"] = person["Name"], table
    row["LeadOrContactOwnerId"] = person["OwnerId"]
    row["CompanyOrAccount"] = _company(save, person["AccountId"]) if prefix else person["Company"]
    if row.get("Status") is None:
        row["Status"] = "Sent"
    status = db.execute(
        'SELECT "HasResponded" FROM "CampaignMemberStatus" WHERE "CampaignId" = ? AND "Label" = ?',
        (row["CampaignId"], row["Status"]),
    ).fetchone()
    responded = int(bool(status and status[0]))
    if responded and row.get("FirstRespondedDate") is None:
        row["FirstRespondedDate"] = save.now[:10]
    row["HasResponded"] = responded


def count_members(save: SaveContext) -> None:
    """Count the campaign's leads, contacts and responses."""
    recount_members(save.org, save.row["CampaignId"])


def recount_members(org: "Org", campaign_id: str) -> None:
    """Recount a campaign's members; a converted lead has both ids."""
    org.db.execute(
        'UPDATE "Campaign" SET ("NumberOfLeads", "NumberOfContacts", "NumberOfConvertedLeads",'
        ' "NumberOfResponses") = (SELECT COUNT("LeadId"), COUNT("ContactId"),'
        ' COUNT("LeadId" || "ContactId"), COALESCE(SUM("HasResponded"), 0)'
        ' FROM "CampaignMember" WHERE "CampaignId" = :id AND "IsDeleted" = 0) WHERE "Id" = :id',
        {"id": campaign_id},
    )


def count_opportunities(save: SaveContext) -> None:
    """Count and add up the opportunities of the campaign, and of the one they came from."""
    before = save.before or {}
    for campaign_id in {save.row.get("CampaignId"), before.get("CampaignId")}:
        if campaign_id is not None:
            recount(save.org, campaign_id)


def recount(org: "Org", campaign_id: str) -> None:
    """Recount a campaign's opportunities and their amounts."""
    org.db.execute(
        'UPDATE "Campaign" SET ("NumberOfOpportunities", "NumberOfWonOpportunities",'
        ' "AmountAllOpportunities", "AmountWonOpportunities") ='
        ' (SELECT COUNT(*), COALESCE(SUM("IsWon"), 0), COALESCE(SUM("Amount"), 0.0),'
        ' COALESCE(SUM("Amount" * "IsWon"), 0.0)'
        ' FROM "Opportunity" WHERE "CampaignId" = :id AND "IsDeleted" = 0) WHERE "Id" = :id',
        {"id": campaign_id},
    )


def _company(save: SaveContext, account_id: str | None) -> str | None:
    row = save.org.db.execute(
        'SELECT "Name" FROM "Account" WHERE "Id" = ?', (account_id,)
    ).fetchone()
    return row[0] if row else None
