"""Which values of an object's picklists a record type has, and for which controlling values.

Describe lists all values of all record types; the UI API lists those of one, all picklists in one
answer, which the client caches as it caches a describe.

https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_picklist_values_collection.htm
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import Field

from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Call, Flow
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
class NarrowedObject:
    """An object with the picklist values of one record type.

    Attributes:
        about: The describe, without the values that the record type does not have.
        keywords: For the schema: `x-record-type` with the record type's `id` and `name`, whether it
            `narrows` the picklists, and `why` not. Empty for an object that has no record types to
            choose from.
    """

    about: ObjectDescription
    keywords: dict[str, Any] = field(default_factory=dict)


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


def get_record_type(inputs: Mapping[str, Any]) -> str | None:
    """Return the record type that an input names by itself or in all its fields; None for none."""
    ids = _record_type_ids(inputs)
    return ids.pop() if len(ids) == 1 else None


def narrow(
    about: ObjectDescription, inputs: Mapping[str, Any], *, creates: bool
) -> Flow[NarrowedObject]:
    """Narrow an object's picklists to the record type of a write.

    A record that is created without a record type gets the user's default; a record that exists may
    have any, so all values stay. They also stay when Salesforce does not return them: a user
    without the UI API, or an object that it does not support, still gets a schema.
    """
    usable = [
        record_type
        for record_type in about.record_types
        if record_type.active and record_type.available
    ]
    if all(record_type.master for record_type in usable) or not any(
        field.type in _PICKLISTS and field.createable for field in about.fields
    ):
        return NarrowedObject(about)
    default = (
        next((record_type.id for record_type in usable if record_type.default), None)
        if creates
        else None
    )
    ids = {record_id or default for record_id in _record_type_ids(inputs)}
    record_type_id = ids.pop() if len(ids) == 1 else None
    record_type_info = _find(about, record_type_id) if record_type_id else None
    keyword: dict[str, Any] = {
        "id": record_type_id,
        "name": record_type_info.name if record_type_info else None,
    }
    if record_type_id is None:
        why = "The record type is not known: name one in RecordTypeId to have its values alone."
        return NarrowedObject(about, {"x-record-type": keyword | {"narrows": False, "why": why}})
    try:
        narrowed = yield from for_record_type(about, record_type_id)
    except (Rejected, Forbidden) as error:
        why = f"The values are those of all record types: {error.message}"
        return NarrowedObject(about, {"x-record-type": keyword | {"narrows": False, "why": why}})
    return NarrowedObject(narrowed, {"x-record-type": keyword | {"narrows": True}})


def _record_type_ids(inputs: Mapping[str, Any]) -> set[str | None]:
    """Return the record type that each record of an input names, None for those that name none."""
    if isinstance(single := inputs.get("record_type_id"), str) and single:
        return {single}
    records = inputs.get("records")
    ids: set[str | None] = set()
    for record in records if isinstance(records, list) else [inputs]:
        fields = record.get("fields", record) if isinstance(record, Mapping) else None
        items = fields.items() if isinstance(fields, Mapping) else ()
        values = [value for name, value in items if str(name).lower() == "recordtypeid"]
        ids.add(str(values[0]) if values and values[0] else None)
    return ids


def for_record_type(about: ObjectDescription, record_type: str) -> Flow[ObjectDescription]:
    """Return an object with the picklist values of a record type.

    Raises:
        Rejected: The object has no such record type for this user, or the UI API does not support
            it.
        Forbidden: The user may not use the UI API.
    """
    if (record_type_info := _find(about, record_type)) is None:
        raise Rejected(
            f"{about.name} has no record type {record_type} that this user may use.",
            code="INVALID_RECORD_TYPE",
            remedy="Choose one that list_options returns for record_types.",
            fields=("RecordTypeId",),
        )
    path = (
        f"/ui-api/object-info/{segment(about.name)}/picklist-values/{segment(record_type_info.id)}"
    )
    response = yield Call("GET", path, cached=True)
    values = read(_Collection, response, f"the picklists of {about.name}").picklist_field_values
    fields = [_narrow_field(field, values, about) for field in about.fields]
    return about.model_copy(update={"fields": fields})


def _find(about: ObjectDescription, record_type: str) -> RecordType | None:
    for record_type_info in about.record_types:
        if (
            record_type_info.id[:15] == record_type[:15]
            and record_type_info.active
            and (record_type_info.available or record_type_info.master)
        ):
            return record_type_info
    return None


def _narrow_field(
    about: FieldDescription, values: Mapping[str, _Values], owner: ObjectDescription
) -> FieldDescription:
    own = values.get(about.name)
    if own is None or about.type not in _PICKLISTS:
        return about
    names = {index: name for name, index in own.controller_values.items()}
    order = _controlling_values(about, values, owner)
    default = own.default_value.value if own.default_value else None
    choices = [
        PicklistValue(
            value=choice.value,
            label=choice.label,
            default_value=choice.value == default,
            valid_for=_bits([names[at] for at in choice.valid_for if at in names], order),
        )
        for choice in own.values
    ]
    if order is None:
        choices = [choice.model_copy(update={"valid_for": None}) for choice in choices]
    # Describe's default is that of the field, which this record type may not have.
    return about.model_copy(update={"picklist_values": choices, "default_value": default})


def _controlling_values(
    about: FieldDescription, values: Mapping[str, _Values], owner: ObjectDescription
) -> Sequence[str] | None:
    """Return the values of the controlling field in the order that a schema will have them."""
    for controller in owner.fields:
        if controller.name != about.controller_name:
            continue
        if controller.type == "boolean":
            return ("false", "true")
        own = values.get(controller.name)
        choices = own.values if own else controller.picklist_values
        return [choice.value for choice in choices]
    return None


def _bits(valid: list[str], order: Sequence[str] | None) -> str:
    """Write what `valid_for` of a describe is: a bit for each controlling value, highest first."""
    bits = bytearray(len(order or ()) // 8 + 1)
    for at, name in enumerate(order or ()):
        if name in valid:
            bits[at // 8] |= 0x80 >> at % 8
    return base64.b64encode(bytes(bits)).decode("ascii")
