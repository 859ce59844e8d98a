"""What one field of an sobject is: type, size, flags, picklist values, references.

It holds no rule; `records/values.py` reads values by it and `describe.py` renders it.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

from dataclasses import dataclass
from typing import Final

TEXT_TYPES: Final = frozenset(
    {"string", "textarea", "phone", "email", "url", "picklist", "multipicklist", "combobox"}
    | {"encryptedstring"}
)
NUMBER_TYPES: Final = frozenset({"int", "double", "currency", "percent", "long"})
COMPOUND_TYPES: Final = frozenset({"address", "location"})
SYSTEM_FIELDS: Final = frozenset(
    {"Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"}
    | {"SystemModstamp", "LastViewedDate", "LastReferencedDate", "LastActivityDate"}
)

_STORED: Final = {
    "boolean": "INTEGER NOT NULL DEFAULT 0",
    "int": "INTEGER",
    "long": "INTEGER",
    "double": "REAL",
    "currency": "REAL",
    "percent": "REAL",
    "base64": "BLOB",
    "anyType": "BLOB",  # which in SQLite keeps a number a number
}


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One choice: `value` goes over the wire, `label` on a screen.

    `valid_for` has the controlling values that a dependent picklist offers it for.
    """

    value: str
    label: str
    active: bool = True
    default: bool = False
    valid_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field, with describe's attributes in snake_case.

    Attributes:
        type: describe's `type`: id, string, boolean, int, double, currency, percent, date,
            datetime, time, textarea, phone, email, url, picklist, multipicklist, combobox,
            reference, base64, address, location, anyType.
        length: Characters for text, 0 for all else.
        precision: Digits in all, for double, currency and percent; `scale` of them after the point.
        digits: Digits of an int.
        default_value: Value of a create that sets none; None when there is no default.
        reference_to: sobjects that a reference may point at; empty for other types.
        auto_number_format: Such as `INV-{0000}`; empty when the field is no autonumber.
        controller: Name of the field that a dependent picklist follows, or None.
        compound_field_name: The compound field that this one is a part of, or None.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted_on_create: bool = False
    default_value: str | bool | float | None = None
    picklist: tuple[PicklistValue, ...] = ()
    restricted_picklist: bool = False
    controller: str | None = None
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    relationship_order: int | None = None
    unique: bool = False
    case_sensitive: bool = False
    external_id: bool = False
    id_lookup: bool = False
    calculated: bool = False
    auto_number: bool = False
    auto_number_format: str = ""
    name_field: bool = False
    name_pointing: bool = False
    polymorphic: bool = False
    compound_field_name: str | None = None
    extra_type_info: str | None = None
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    aggregatable: bool = True
    cascade_delete: bool = False
    restricted_delete: bool = False
    html_formatted: bool = False
    encrypted: bool = False
    permissionable: bool = True
    custom: bool = False

    @property
    def byte_length(self) -> int:
        """Bytes that the text takes at most: three for each character, one for each of an id."""
        return self.length if self.type in {"id", "reference"} else 3 * self.length

    @property
    def compound(self) -> bool:
        """True when it is computed from its parts on output, and so not stored."""
        return self.type in COMPOUND_TYPES

    @property
    def required(self) -> bool:
        """Return whether a create must set a value."""
        return self.createable and not self.nillable and not self.defaulted_on_create

    @property
    def column(self) -> str:
        """Its column in SQLite, as `"Name" TEXT`."""
        return f'"{self.name}" {_STORED.get(self.type, "TEXT")}'
