"""Leads: a converted one is closed to changes.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm
"""

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext


def refuse_converted(save: SaveContext) -> None:
    """Refuse to change a lead that has been converted."""
    if save.before is not None and save.before["IsConverted"]:
        raise errors.converted_lead()
