"""Dependent picklists: which values go with which of the controlling field.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm#picklistentry
"""

import base64

from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.sobject import SObject


def valid_for(value: PicklistValue, field: Field, sobject: SObject) -> str | None:
    """Return describe's `validFor`: base64 of a bit a controlling value, the first on the left.

    None where the picklist follows no other. A checkbox controls by false, then true.
    """
    controller = None if field.controller is None else sobject.field(field.controller)
    if controller is None:
        return None
    values = controlling_values(controller)
    bits = bytearray(-(-len(values) // 8))
    for at, item in enumerate(values):
        if not value.valid_for or item in value.valid_for:
            bits[at // 8] |= 0x80 >> at % 8
    return base64.b64encode(bits).decode()


def controlling_values(controller: Field) -> list[str]:
    """Return the values of a controlling field, in describe's order."""
    if controller.type == "boolean":
        return ["false", "true"]
    return [item.value for item in controller.picklist]
