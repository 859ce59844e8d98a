"""Reads `objects.json`, the compact table of standard objects, into `SObject`s.

A field is a row: name, label, type, flag bits, length, precision, scale, digits, default, picklist
number, reference number, relationship name, compound field, extra type info; empty ends are cut.
`tools/update_schema.py` updates it from describes.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

FLAGS: Final = (
    "nillable", "createable", "updateable", "defaultedOnCreate", "restrictedPicklist", "idLookup",
    "autoNumber", "nameField", "namePointing", "polymorphicForeignKey", "filterable", "sortable",
    "groupable", "aggregatable", "permissionable",
)  # fmt: skip
"""describe's field flags, bit by bit, lowest first."""

OBJECT_FLAGS: Final = (
    "activateable", "compactLayoutable", "createable", "deepCloneable", "deletable", "feedEnabled",
    "layoutable", "mergeable", "mruEnabled", "queryable", "replicateable", "retrieveable",
    "searchLayoutable", "searchable", "triggerable", "undeletable", "updateable",
)  # fmt: skip
"""describe's sobject flags, bit by bit, lowest first."""

_ATTRIBUTES: Final = (
    "nillable", "createable", "updateable", "defaulted_on_create", "restricted_picklist",
    "id_lookup", "auto_number", "name_field", "name_pointing", "polymorphic", "filterable",
    "sortable", "groupable", "aggregatable", "permissionable",
)  # fmt: skip
_EMPTY: Final = (0, 0, 0, 0, None, None, None, None, None, None)  # from `length` on
_NUMBERED: Final = "{00000000}"  # standard autonumbers have eight digits: "00001026"


def standard_objects() -> Iterator[SObject]:
    """Read the 46 standard objects, in the table's order."""
    text = (files("salesforce_emulator.schema") / "objects.json").read_text(encoding="utf-8")
    table = json.loads(text)
    picklists = [tuple(_value(value) for value in values) for values in table["picklists"]]
    references = [tuple(targets) for targets in table["references"]]
    flags: dict[int, dict[str, bool]] = {}
    for name, entry in table["objects"].items():
        yield SObject(
            name,
            label=entry["label"],
            label_plural=entry["plural"],
            key_prefix=entry["prefix"],
            fields=[_field(row, picklists, references, flags) for row in entry["fields"]],
            children=[
                ChildRelationship(child, field, relationship, bool(cascade), bool(restrict))
                for child, field, relationship, cascade, restrict in entry["children"]
            ],
            flags=[flag for at, flag in enumerate(OBJECT_FLAGS) if entry["flags"] >> at & 1],
            urls=entry["urls"],
            scopes=[(scope, label) for scope, label in entry["scopes"]],
        )


def _value(entry: str | list[str]) -> PicklistValue:
    if isinstance(entry, str):
        return PicklistValue(entry, entry)
    return PicklistValue(entry[0], entry[1])


def _field(
    row: list[Any],
    picklists: list[tuple[PicklistValue, ...]],
    references: list[tuple[str, ...]],
    flags: dict[int, dict[str, bool]],
) -> Field:
    name, label, kind, bits, *rest = row
    rest += _EMPTY[len(rest) :]
    length, precision, scale, digits, default, picklist, reference, relation, compound, extra = rest
    if bits not in flags:
        flags[bits] = {attribute: bool(bits >> at & 1) for at, attribute in enumerate(_ATTRIBUTES)}
    values = () if picklist is None else picklists[picklist]
    if default is not None and values:
        values = tuple(
            PicklistValue(value.value, value.label, default=value.value == default)
            for value in values
        )
    return Field(
        name=name,
        label=label,
        type=kind,
        length=length,
        precision=precision,
        scale=scale,
        digits=digits,
        default_value=default,
        picklist=values,
        reference_to=() if reference is None else references[reference],
        relationship_name=relation,
        controller=None,
        auto_number_format=_NUMBERED if flags[bits]["auto_number"] else "",
        compound_field_name=compound,
        extra_type_info=extra,
        **flags[bits],
    )
