"""Attachments and documents of Salesforce Classic: they say how large their file is.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_attachment.htm
"""

from salesforce_emulator.records.save_context import SaveContext


def measure(save: SaveContext) -> None:
    """Write BodyLength, in bytes."""
    save.row["BodyLength"] = len(save.row.get("Body") or b"")
