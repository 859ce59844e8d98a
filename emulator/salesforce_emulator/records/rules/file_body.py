"""Attachments and documents of Salesforce Classic: they say how large their file is.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_attachment.htm
"""

from salesforce_emulator.records.save_context import Saving


def measure(saving: Saving) -> None:
    """Write BodyLength, in bytes."""
    saving.row["BodyLength"] = len(saving.row.get("Body") or b"")
