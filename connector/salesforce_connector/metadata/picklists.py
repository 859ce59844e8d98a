"""Which values of an object's picklists a record type leaves, and for which controlling values.

Describe lists all values of all record types; the UI API says what one leaves, all picklists in one
answer, which the client keeps as it keeps a describe.

https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_picklist_values_collection.htm
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import Field

from salesforce_connector.action import Call, Flow
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.metadata.describe import (
    FieldDescription,
    ObjectDescription,
    PicklistValue,
    RecordType,
)
from salesforce_connector.records import read, segment
from salesforce_connector.wire_model import Wire

_PICKLISTS: Final = frozenset({"picklist", "multipicklist"})


@dataclass(frozen=True, slots=True)
class Left:
    """An object with the values that a record type leaves, and what a schema says of that.

    Attributes:
        about: As describe says, less the values that the record type has not.
        told: For the schema: `x-record-type` with its id, name, whether it `narrows` the picklists,
            and `why` not. Empty for an object that has no record types to choose from.
    """

    about: ObjectDescription
    told: dict[str, Any] = field(default_factory=dict)


class _Value(Wire):
    label: str | None = None
    value: str
    valid_for: list[int] = Field(default_factory=list)


class _Values(Wire):
    controller_values: dict[str, int] = Field(default_factory=dict)
    default_value: _Value | None = None
    values: list[_Value]


class _Collection(Wire):
    picklist_field_values: dict[str, _Values]


def named_record_type(inputs: Mapping[str, Any]) -> str | None:
    """Give the record type that an input names by itself or in all its fields; None for none."""
    named = _named(inputs)
    return named.pop() if len(named) == 1 else None


def left_by(about: ObjectDescription, inputs: Mapping[str, Any], *, creates: bool) -> Flow[Left]:
    """Leave of an object's picklists what the record type of a write does.

    A record that is created without one gets the user's default; one that is there may be of any,
    so all values stay. They stay too when Salesforce does not tell: a user without the UI API, or
    an object that it does not know, is no reason to have no schema.
    """
    kinds = [each for each in about.record_types if each.active and each.available]
    if all(each.master for each in kinds) or not any(
        each.type in _PICKLISTS and each.createable for each in about.fields
    ):
        return Left(about)
    default = next((each.id for each in kinds if each.default), None) if creates else None
    named = {each or default for each in _named(inputs)}
    chosen = named.pop() if len(named) == 1 else None
    known = _known(about, chosen) if chosen else None
    told: dict[str, Any] = {"id": chosen, "name": known.name if known else None, "narrows": False}
    if chosen is None:
        why = "The record type is not known: name one in RecordTypeId to have its values alone."
        return Left(about, {"x-record-type": told | {"why": why}})
    try:
        narrowed = yield from of_record_type(about, chosen)
    except (Rejected, Forbidden) as refusal:
        why = f"The values are those of all record types: {refusal.message}"
        return Left(about, {"x-record-type": told | {"why": why}})
    return Left(narrowed, {"x-record-type": told | {"narrows": True}})


def _named(inputs: Mapping[str, Any]) -> set[str | None]:
    """Give the record type that each record of an input names, None for those that name none."""
    if isinstance(only := inputs.get("record_type_id"), str) and only:
        return {only}
    rows = inputs.get("records")
    found: set[str | None] = set()
    for row in rows if isinstance(rows, list) else [inputs]:
        part = row.get("fields", row) if isinstance(row, Mapping) else None
        values = part.items() if isinstance(part, Mapping) else ()
        named = [value for name, value in values if str(name).lower() == "recordtypeid"]
        found.add(str(named[0]) if named and named[0] else None)
    return found


def of_record_type(about: ObjectDescription, record_type: str) -> Flow[ObjectDescription]:
    """Give an object with the picklist values that a record type leaves.

    Raises:
        Rejected: The object has no such record type for this user, or the UI API does not know it.
        Forbidden: The user may not use the UI API.
    """
    if (known := _known(about, record_type)) is None:
        raise Rejected(
            f"{about.name} has no record type {record_type} that this user may use.",
            code="INVALID_RECORD_TYPE",
            remedy="Choose one that list_options gives for record_types.",
            fields=("RecordTypeId",),
        )
    path = f"/ui-api/object-info/{segment(about.name)}/picklist-values/{segment(known.id)}"
    answer = yield Call("GET", path, cached=True)
    values = read(_Collection, answer, f"the picklists of {about.name}").picklist_field_values
    fields = [_narrowed(each, values, about) for each in about.fields]
    return about.model_copy(update={"fields": fields})


def _known(about: ObjectDescription, record_type: str) -> RecordType | None:
    for each in about.record_types:
        if each.id[:15] == record_type[:15] and each.active and (each.available or each.master):
            return each
    return None


def _narrowed(
    each: FieldDescription, values: Mapping[str, _Values], about: ObjectDescription
) -> FieldDescription:
    left = values.get(each.name)
    if left is None or each.type not in _PICKLISTS:
        return each
    names = {index: name for name, index in left.controller_values.items()}
    order = _controlling(each, values, about)
    chosen = left.default_value.value if left.default_value else None
    choices = [
        PicklistValue(
            value=choice.value,
            label=choice.label,
            default_value=choice.value == chosen,
            valid_for=_bits([names[at] for at in choice.valid_for if at in names], order),
        )
        for choice in left.values
    ]
    if order is None:
        choices = [choice.model_copy(update={"valid_for": None}) for choice in choices]
    # Describe's default is that of the field, which this record type may not have.
    return each.model_copy(update={"picklist_values": choices, "default_value": chosen})


def _controlling(
    each: FieldDescription, values: Mapping[str, _Values], about: ObjectDescription
) -> Sequence[str] | None:
    """Give the values of the controlling field in the order that a schema will have them."""
    for controller in about.fields:
        if controller.name != each.controller_name:
            continue
        if controller.type == "boolean":
            return ("false", "true")
        left = values.get(controller.name)
        listed = left.values if left else controller.picklist_values
        return [choice.value for choice in listed]
    return None


def _bits(valid: list[str], order: Sequence[str] | None) -> str:
    """Write what `valid_for` of a describe is: a bit for each controlling value, highest first."""
    bits = bytearray(len(order or ()) // 8 + 1)
    for at, name in enumerate(order or ()):
        if name in valid:
            bits[at // 8] |= 0x80 >> at % 8
    return base64.b64encode(bytes(bits)).decode("ascii")
