"""Makes the custom objects, fields and events of a config file."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from salesforce_emulator.config.errors import Misfit, Place
from salesforce_emulator.config.field_schema import Choice, CustomObject, ObjectField
from salesforce_emulator.records.platform_events import SUFFIX, event_object
from salesforce_emulator.schema.custom import custom_object
from salesforce_emulator.schema.dependent_picklists import controlling_values
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.ids import ALPHABET
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

_NAME: Final = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c", re.ASCII)
_STANDARD: Final = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
_PREFIX: Final = re.compile(r"[a-z][0-9a-zA-Z]{2}", re.ASCII)
_FORMAT: Final = re.compile(r"[^{}]*\{0+\}[^{}]*")
_LENGTHS: Final = {
    "string": 255,
    "textarea": 255,
    "long_text": 32_768,
    "html": 32_768,
    "email": 80,
    "phone": 40,
    "url": 255,
    "picklist": 255,
    "multipicklist": 4_099,
    "encryptedstring": 175,
    "autonumber": 30,
    "reference": 18,
}  # Setup's own, and the most that it takes where it asks
_LONG: Final = frozenset({"long_text", "html"})
_NUMBERS: Final = frozenset({"double", "currency", "percent"})
_LISTS: Final = frozenset({"picklist", "multipicklist"})
_UNIQUE: Final = frozenset({"string", "email", "double", "autonumber"})  # that Setup makes unique
_API_TYPES: Final = {"long_text": "textarea", "html": "textarea", "autonumber": "string"}


def new_object(schema: Schema, sheet: CustomObject, place: Place, first: str) -> SObject:
    """Give a custom object, or a platform event where `first` is `e`.

    Raises:
        Misfit: A name, a prefix or a field does not do.
    """
    event = first == "e"
    suffix = SUFFIX if event else "__c"
    if _NAME.fullmatch(sheet.name.removesuffix(suffix) + "__c") is None:
        raise Misfit((*place, "name"), f"{sheet.name!r} is no API name that ends in {suffix}")
    if not sheet.name.endswith(suffix):
        raise Misfit((*place, "name"), f"{sheet.name!r} does not end in {suffix}")
    if sheet.name in schema:
        raise Misfit((*place, "name"), f"there is an object {sheet.name} already")
    label = sheet.label or _label(sheet.name)
    prefix = sheet.prefix or _free_prefix(schema, first)
    if _PREFIX.fullmatch(prefix) is None or prefix[0] != first:
        raise Misfit((*place, "prefix"), f"{prefix!r} is not {first}00 to {first}zz")
    if schema.by_prefix(prefix) is not None:
        raise Misfit((*place, "prefix"), f"{prefix!r} is taken")
    if sheet.name_format and _FORMAT.fullmatch(sheet.name_format) is None:
        raise Misfit((*place, "name_format"), "has no digits, as in D-{0000}")
    fields = new_fields(sheet.fields, (*place, "fields"))
    plural = sheet.plural or f"{label}s"
    if event:
        return event_object(
            sheet.name, label=label, label_plural=plural, key_prefix=prefix, fields=fields
        )
    return custom_object(
        sheet.name,
        label=label,
        label_plural=plural,
        key_prefix=prefix,
        fields=fields,
        name_format=sheet.name_format,
    )


def new_fields(sheets: Iterable[ObjectField], place: Place) -> list[Field]:
    """Give the fields of sheets in a list."""
    made: list[Field] = []
    for at, sheet in enumerate(sheets):
        made += new_field(sheet, (*place, at))
    return made


def new_field(sheet: ObjectField, place: Place) -> list[Field]:
    """Give a custom field; a location comes with its two parts.

    Raises:
        Misfit: Its keys do not go together.
    """
    _check(sheet, place)
    label = sheet.label or _label(sheet.name)
    if sheet.type == "location":
        return _location(sheet.name, label, sheet)
    number = sheet.type in _NUMBERS
    auto = sheet.type == "autonumber"
    long_text = sheet.type in _LONG
    return [
        Field(
            name=sheet.name,
            label=label,
            type=_API_TYPES.get(sheet.type, sheet.type),
            length=sheet.length or _LENGTHS.get(sheet.type, 0),
            precision=sheet.precision if number else 0,
            scale=sheet.scale if number else 0,
            digits=9 if sheet.type == "int" else 0,  # of an int, as describe says
            nillable=not sheet.required and sheet.type != "boolean" and not auto,
            createable=not auto,
            updateable=not auto and sheet.on_delete != "cascade",
            defaulted_on_create=auto or sheet.type == "boolean" or sheet.default is not None,
            default_value=sheet.checked if sheet.type == "boolean" else sheet.default,
            picklist=_values(sheet),
            restricted_picklist=sheet.restricted,
            controller=sheet.controller,
            reference_to=sheet.to,
            relationship_name=_relationship(sheet),
            unique=sheet.unique or auto,
            case_sensitive=sheet.case_sensitive,
            external_id=sheet.external_id,
            id_lookup=sheet.unique or sheet.external_id,
            auto_number=auto,
            auto_number_format=sheet.format,
            polymorphic=len(sheet.to) > 1,
            filterable=not long_text,
            sortable=not long_text and sheet.type != "multipicklist",
            groupable=not long_text and sheet.type not in {"multipicklist", *_NUMBERS, "datetime"},
            aggregatable=not long_text,
            cascade_delete=sheet.on_delete == "cascade",
            restricted_delete=sheet.on_delete == "restrict",
            html_formatted=sheet.type == "html",
            extra_type_info={"long_text": "plaintextarea", "html": "richtextarea"}.get(sheet.type),
            encrypted=sheet.type == "encryptedstring",
            custom=not sheet.standard,
        )
    ]


def check_references(schema: Schema, sobject: str, sheet: ObjectField, place: Place) -> None:
    """Raise Misfit when a field points at, or follows, what is not there."""
    for at, target in enumerate(sheet.to):
        if target not in schema:
            raise Misfit((*place, "to", at), f"there is no object {target}")
    if sheet.controller is None:
        return
    controller = schema[sobject].field(sheet.controller)
    if controller is None or controller.type not in {"picklist", "boolean"}:
        raise Misfit((*place, "controller"), f"{sheet.controller} is no picklist or checkbox")
    known = controlling_values(controller)
    for at, choice in enumerate(sheet.choices):
        for value in choice.valid_for:
            if value not in known:
                why = f"{sheet.controller} has no value {value!r}"
                raise Misfit((*place, "choices", at, "valid_for"), why)


def _check(sheet: ObjectField, place: Place) -> None:
    """Refuse keys that do not go together, by the first that is wrong."""
    values = [*sheet.values, *(choice.value for choice in sheet.choices)]
    rules: tuple[tuple[str, Callable[[], bool], str], ...] = (
        (
            "name",
            lambda: (_STANDARD if sheet.standard else _NAME).fullmatch(sheet.name) is None,
            "is no API name that ends in __c, or none of a standard field",
        ),
        ("to", lambda: bool(sheet.to) != (sheet.type == "reference"), "goes with a reference"),
        ("values", lambda: bool(values) != (sheet.type in _LISTS), "goes with a picklist"),
        ("choices", lambda: bool(sheet.values and sheet.choices), "does not go with values"),
        (
            "default",
            lambda: sheet.default is not None and bool(values) and sheet.default not in values,
            "is none of the values",
        ),
        (
            "format",
            lambda: (
                bool(sheet.format) != (sheet.type == "autonumber")
                or bool(sheet.format and _FORMAT.fullmatch(sheet.format) is None)
            ),
            "goes with an autonumber and has digits, as in D-{0000}",
        ),
        (
            "unique",
            lambda: (sheet.unique or sheet.external_id) and sheet.type not in _UNIQUE,
            f"and external_id go with {', '.join(sorted(_UNIQUE))}",
        ),
        (
            "precision",
            lambda: not 0 <= sheet.scale <= sheet.precision <= 18,
            "is at most 18, and scale at most that",
        ),
        (
            "length",
            lambda: not 0 <= sheet.length <= 131_072,  # characters of the longest text
            "is at most 131072",
        ),
        (
            "controller",
            lambda: sheet.controller is not None and sheet.type not in _LISTS,
            "goes with a picklist",
        ),
        (
            "on_delete",
            lambda: sheet.on_delete != "clear" and sheet.type != "reference",
            "goes with a reference",
        ),
    )
    for key, wrong, why in rules:
        if wrong():
            raise Misfit((*place, key), why)


def _values(sheet: ObjectField) -> tuple[PicklistValue, ...]:
    choices = sheet.choices or tuple(Choice(value=value) for value in sheet.values)
    return tuple(
        PicklistValue(
            choice.value,
            choice.label or choice.value,
            choice.active,
            choice.value == sheet.default,
            choice.valid_for,
        )
        for choice in choices
    )


def _relationship(sheet: ObjectField) -> str | None:
    if sheet.type != "reference":
        return None
    if sheet.standard:
        return sheet.relationship or sheet.name.removesuffix("Id")
    return f"{sheet.relationship or sheet.name.removesuffix('__c')}__r"


def _location(name: str, label: str, sheet: ObjectField) -> list[Field]:
    stem = name.removesuffix("__c")
    parts = [
        Field(
            name=f"{stem}__{part}__s",
            label=f"{label} ({part})",
            type="double",
            precision=18,
            scale=15,
            nillable=not sheet.required,
            compound_field_name=name,
            custom=True,
        )
        for part in ("Latitude", "Longitude")
    ]
    whole = Field(
        name=name,
        label=label,
        type="location",
        createable=False,
        updateable=False,
        sortable=False,
        groupable=False,
        aggregatable=False,
        custom=True,
    )
    return [*parts, whole]


def _label(name: str) -> str:
    return name.removesuffix("__c").removesuffix("__e").replace("_", " ")


def _free_prefix(schema: Schema, first: str) -> str:
    prefixes = (f"{first}{a}{b}" for a in ALPHABET for b in ALPHABET)
    return next(prefix for prefix in prefixes if schema.by_prefix(prefix) is None)
