"""Tables of objects, fields, picklists and record types."""

from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal[
    "string", "textarea", "long_text", "html", "email", "phone", "url", "boolean", "double", "int",
    "currency", "percent", "date", "datetime", "time", "picklist", "multipicklist", "reference",
    "location", "encryptedstring", "autonumber",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A picklist value; `valid_for` lists the controlling values that offer it, empty for all."""

    value: str
    label: str = ""
    active: bool = True
    valid_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectField:
    """`[[objects.fields]]`: one custom field.

    Attributes:
        standard: It is a field of Salesforce's own that a feature or an edition adds, without __c.
        length: Characters of a text; 0 takes the type's usual one.
        precision, scale: Digits in all and after the point.
        values: Of a picklist; or `choices`, where labels or dependencies matter.
        controller: The picklist or checkbox that a dependent picklist follows.
        to: What a reference points at.
        relationship: A reference's relationship, without `__r`; empty takes the field's name.
        on_delete: What happens to the record when the referenced record is deleted.
        format: Of an autonumber, such as `D-{0000}`.
    """

    name: str
    type: FieldType
    label: str = ""
    length: int = 0
    precision: int = 18
    scale: int = 2
    required: bool = False
    unique: bool = False
    case_sensitive: bool = False
    external_id: bool = False
    default: str | None = None
    checked: bool = False
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    restricted: bool = False
    controller: str | None = None
    to: tuple[str, ...] = ()
    relationship: str = ""
    on_delete: Literal["clear", "cascade", "restrict"] = "clear"
    format: str = ""
    standard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField(ObjectField):
    """`[[fields]]`: one custom field of an existing object."""

    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObject:
    """`[[objects]]`, or `[[events]]` for a platform event.

    Attributes:
        prefix: The three characters its ids begin with; empty takes the next that is free.
        name_format: Makes Name an autonumber.
        activities: Tasks and events may be about its records.
        track_history: Fields whose changes are stored in `X__History`.
    """

    name: str
    label: str = ""
    plural: str = ""
    prefix: str = ""
    name_format: str = ""
    activities: bool = False
    track_history: tuple[str, ...] = ()
    fields: tuple[ObjectField, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """`[[record_types]]`; `picklists` maps fields to the values offered; other fields offer all."""

    object: str
    name: str
    label: str = ""
    description: str | None = None
    default: bool = False
    active: bool = True
    picklists: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardPicklist:
    """`[[picklists]]`: choices that replace those of a standard picklist.

    What its values mean to Salesforce, as a stage means that an opportunity is won, stays with the
    default ones.

    Attributes:
        controller: The picklist or checkbox that it depends on; `valid_for` of a choice has the
            controlling values that it is offered for.
    """

    object: str
    field: str
    choices: tuple[Choice, ...]
    default: str | None = None
    restricted: bool = False
    controller: str | None = None
