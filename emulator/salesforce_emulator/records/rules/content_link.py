"""Links between files and records: one for each pair.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.records.system_rows import write_for_save


def fill_in(save: SaveContext) -> None:
    """Default a link's Visibility to all users."""
    save.row.setdefault("ShareType", "V")
    save.row.setdefault("Visibility", "AllUsers")


def refuse_second(save: SaveContext) -> None:
    """Refuse a link between two that are linked."""
    if not save.new:
        return
    document, record = save.row["ContentDocumentId"], save.row["LinkedEntityId"]
    row = save.org.db.execute(
        'SELECT 1 FROM "ContentDocumentLink" WHERE "ContentDocumentId" = ?'
        ' AND "LinkedEntityId" = ? AND "IsDeleted" = 0',
        (document, record),
    ).fetchone()
    if row is not None:
        raise errors.linked_already(document, record)


def link(save: SaveContext, document: str, record: str, share_type: str) -> None:
    """Link a new document to a record."""
    values = {"ContentDocumentId": document, "LinkedEntityId": record, "ShareType": share_type}
    write_for_save(save, "ContentDocumentLink", {**values, "Visibility": "AllUsers"})
