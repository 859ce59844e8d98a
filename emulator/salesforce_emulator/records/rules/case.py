"""Cases: closed by their status; fields copied from their contact.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_case.htm
"""

from typing import Final

from salesforce_emulator.records.save_context import SaveContext

_COPIED: Final = {
    "ContactPhone": "Phone",
    "ContactMobile": "MobilePhone",
    "ContactEmail": "Email",
    "ContactFax": "Fax",
}


def apply_status(save: SaveContext) -> None:
    """Set IsClosed and ClosedDate by the status; an unknown status leaves a case open."""
    row = save.row
    if not save.changed("Status"):
        return
    result = save.org.db.execute(
        'SELECT "IsClosed" FROM "CaseStatus" WHERE "ApiName" = ?', (row.get("Status"),)
    ).fetchone()
    closed = bool(result and result[0])
    was_closed = save.before is not None and bool(save.before["IsClosed"])
    row["IsClosed"] = int(closed)
    if closed != was_closed:
        row["ClosedDate"] = save.now if closed else None


def copy_contact(save: SaveContext) -> None:
    """Copy the contact's phones and e-mail, and its account when none is set."""
    row = save.row
    if not save.changed("ContactId"):
        return
    contact = save.org.db.execute(
        'SELECT * FROM "Contact" WHERE "Id" = ?', (row.get("ContactId"),)
    ).fetchone()
    for name, source in _COPIED.items():
        row[name] = contact[source] if contact else None
    if contact and row.get("AccountId") is None and "AccountId" not in save.supplied_fields:
        row["AccountId"] = contact["AccountId"]
