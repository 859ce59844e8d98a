"""Links between files and what they are shown on: one for each pair.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import Saving
from salesforce_emulator.records.system_rows import write_for_save


def fill_in(saving: Saving) -> None:
    """Let viewers see it, all of them, where the link does not say."""
    saving.row.setdefault("ShareType", "V")
    saving.row.setdefault("Visibility", "AllUsers")


def refuse_second(saving: Saving) -> None:
    """Refuse a link between two that are linked."""
    if not saving.new:
        return
    document, record = saving.row["ContentDocumentId"], saving.row["LinkedEntityId"]
    row = saving.org.db.execute(
        'SELECT 1 FROM "ContentDocumentLink" WHERE "ContentDocumentId" = ?'
        ' AND "LinkedEntityId" = ? AND "IsDeleted" = 0',
        (document, record),
    ).fetchone()
    if row is not None:
        raise errors.linked_already(document, record)


def link(saving: Saving, document: str, record: str, share_type: str) -> None:
    """Link a new document to a record."""
    values = {"ContentDocumentId": document, "LinkedEntityId": record, "ShareType": share_type}
    write_for_save(saving, "ContentDocumentLink", {**values, "Visibility": "AllUsers"})
