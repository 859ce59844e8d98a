"""Cases: closed by their status; what they show of their contact.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_case.htm
"""

from typing import Final

from salesforce_emulator.records.save_context import Saving

_COPIED: Final = {
    "ContactPhone": "Phone",
    "ContactMobile": "MobilePhone",
    "ContactEmail": "Email",
    "ContactFax": "Fax",
}


def follow_status(saving: Saving) -> None:
    """Set IsClosed and ClosedDate by the status; an unknown status leaves a case open."""
    row = saving.row
    if not saving.changed("Status"):
        return
    result = saving.org.db.execute(
        'SELECT "IsClosed" FROM "CaseStatus" WHERE "ApiName" = ?', (row.get("Status"),)
    ).fetchone()
    closed = bool(result and result[0])
    was_closed = saving.before is not None and bool(saving.before["IsClosed"])
    row["IsClosed"] = int(closed)
    if closed != was_closed:
        row["ClosedDate"] = saving.now if closed else None


def copy_contact(saving: Saving) -> None:
    """Copy the contact's phones and e-mail, and take its account when none is given."""
    row = saving.row
    if not saving.changed("ContactId"):
        return
    contact = saving.org.db.execute(
        'SELECT * FROM "Contact" WHERE "Id" = ?', (row.get("ContactId"),)
    ).fetchone()
    for name, source in _COPIED.items():
        row[name] = contact[source] if contact else None
    if contact and row.get("AccountId") is None and "AccountId" not in saving.given:
        row["AccountId"] = contact["AccountId"]
