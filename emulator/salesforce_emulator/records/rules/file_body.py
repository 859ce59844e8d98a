"""Attachments and documents of Salesforce Classic: BodyLength is the size of the file.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_attachment.htm
"""

from salesforce_emulator.records.save_context import SaveContext


def measure(save: SaveContext) -> None:
    """Write BodyLength, in bytes."""
    save.row["BodyLength"] = len(save.row.get("Body") or b"")
