"""Reads `catalog.json`, the standard objects beside those of `objects.json`, on first use.

An object is `{label, plural, prefix, hidden_prefix, flags, urls, fields, children}`; a field is
`[name, type, bits, targets, details]`, of which only references have targets; a child is `[object,
field, relationship]`. Attributes of `Field` that are neither in `details` nor documented
follows from a field's name and type, so that one more object costs no code.
`tools/update_catalog.py` writes it.
"""

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from typing import Any, Final

from salesforce_emulator.schema.field import NUMBER_TYPES, SYSTEM_FIELDS, Field, PicklistValue
from salesforce_emulator.schema.sobject import ChildRelationship, SObject
from salesforce_emulator.schema.table import OBJECT_FLAGS

FIELD_BITS: Final = (
    "nillable", "createable", "updateable", "nameField", "filterable", "defaultedOnCreate",
    "autoNumber",
)  # fmt: skip
"""Flags of a field, bit by bit, lowest first."""

HIDDEN_PREFIX: Final = "hiddenPrefix"
"""Flag of an object whose key prefix describe does not show."""

_LENGTHS: Final = {
    "string": 255, "textarea": 32_000, "phone": 40, "email": 80, "url": 1_024, "picklist": 255,
    "reference": 18, "id": 18,
}  # fmt: skip
_CASCADES: Final = re.compile(r"(?:Share|History|Feed|ChangeEvent)$")
_UNGROUPED: Final = frozenset({"textarea", "base64", "address", "datetime", "double"})
_ADDRESS_PARTS: Final = (
    "Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy",
    "StateCode", "CountryCode",
)  # fmt: skip
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Catalog:
    """Standard objects by name or key prefix, each created on first use."""

    def __init__(self, rows: dict[str, Any]) -> None:
        self._rows = {name.lower(): (name, row) for name, row in rows.items()}
        self._prefixes: dict[str, str] = {}
        for name, row in rows.items():
            self._prefixes.setdefault(row["prefix"], name)
        self._built: dict[str, SObject] = {}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._rows

    def __iter__(self) -> Iterator[SObject]:
        return (self._make(key) for key in self._rows)

    def get(self, name: str) -> SObject | None:
        """Return an object by API name, in any case; None when there is none."""
        key = name.lower()
        return self._make(key) if key in self._rows else None

    def by_prefix(self, prefix: str) -> SObject | None:
        """Return the object that ids beginning with these three characters are of."""
        name = self._prefixes.get(prefix)
        return None if name is None else self.get(name)

    def _make(self, key: str) -> SObject:
        if key not in self._built:
            self._built[key] = _sobject(*self._rows[key])
        return self._built[key]


@functools.cache
def catalog() -> Catalog:
    """Read the catalog, once a process."""
    text = (files("salesforce_emulator.schema") / "catalog.json").read_text(encoding="utf-8")
    return Catalog(json.loads(text))


def _sobject(name: str, row: dict[str, Any]) -> SObject:
    flags = [flag for at, flag in enumerate(OBJECT_FLAGS) if row["flags"] >> at & 1]
    return SObject(
        name,
        label=row["label"],
        label_plural=row["plural"],
        key_prefix=row["prefix"],
        fields=_with_compounds([_field(*item) for item in row["fields"]]),
        children=[
            ChildRelationship(child, field, relationship, _CASCADES.search(child) is not None)
            for child, field, relationship in row["children"]
        ],
        flags=[*flags, *([HIDDEN_PREFIX] if row["hidden_prefix"] else [])],
        urls=row["urls"],
    )


def _with_compounds(fields: list[Field]) -> list[Field]:
    """Set the compound field of the parts of each address."""
    addresses = {field.name for field in fields if field.type == "address"}
    compounds = {
        name.removesuffix("Address") + part: name for name in addresses for part in _ADDRESS_PARTS
    }
    return [
        replace(field, compound_field_name=compounds[field.name])
        if field.name in compounds and field.compound_field_name is None
        else field
        for field in fields
    ]


def _field(
    name: str,
    kind: str,
    bits: int,
    targets: list[str] | None = None,
    details: dict[str, Any] | None = None,
) -> Field:
    has = {flag: bool(bits >> at & 1) for at, flag in enumerate(FIELD_BITS)}
    is_place = name.endswith(("Latitude", "Longitude"))
    many = targets is not None and len(targets) > 1
    documented = dict(details or {})
    if "picklist" in documented:
        default = documented.get("default_value")
        documented["picklist"] = tuple(
            PicklistValue(value, value, default=value == default)
            for value in documented["picklist"]
        )
    label = _WORDS.sub(" ", name.removesuffix("Id") if kind == "reference" else name)
    field = Field(
        name=name,
        label=f"{label} ID" if kind == "reference" else label,
        type=kind,
        length=_LENGTHS.get(kind, 0),
        precision=18 if kind in NUMBER_TYPES - {"int"} else 0,
        scale=15 if is_place else 2 if kind in {"double", "currency", "percent"} else 0,
        digits=8 if kind == "int" else 0,
        default_value=False if kind == "boolean" else None,
        nillable=has["nillable"],
        createable=has["createable"],
        updateable=has["updateable"],
        name_field=has["nameField"],
        auto_number=has["autoNumber"],
        auto_number_format="{00000000}" if has["autoNumber"] else "",
        id_lookup=kind == "id",
        filterable=has["filterable"],
        sortable=has["filterable"],
        groupable=has["filterable"] and kind not in _UNGROUPED,
        aggregatable=kind not in {"textarea", "base64", "address", "boolean"},
        defaulted_on_create=has["defaultedOnCreate"],
        permissionable=has["createable"] and has["nillable"] and name not in SYSTEM_FIELDS,
        reference_to=tuple(targets or ()),
        relationship_name=name.removesuffix("Id") if targets else None,
        polymorphic=many,
        name_pointing=many,
    )
    return replace(field, **documented) if documented else field
