"""Makes the custom objects, fields and events of a config file."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from salesforce_emulator.config.errors import ConfigError, KeyPath
from salesforce_emulator.config.tables.objects import Choice, CustomObject, ObjectField
from salesforce_emulator.records.platform_events import SUFFIX, event_object
from salesforce_emulator.schema.custom import custom_object
from salesforce_emulator.schema.dependent_picklists import controlling_values
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.ids import ALPHABET
from salesforce_emulator.schema.package_names import developer_name, namespace_of, of_package
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

_NAME: Final = re.compile(  # a package's begin with its namespace
    r"(?:[A-Za-z](?:_?[A-Za-z0-9]){0,14}__)?[A-Za-z](?:_?[A-Za-z0-9])*__c", re.ASCII
)
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


def new_object(schema: Schema, table: CustomObject, key_path: KeyPath, first: str) -> SObject:
    """Return a custom object, or a platform event where `first` is `e`.

    Raises:
        ConfigError: A name, a prefix or a field is invalid or taken.
    """
    event = first == "e"
    suffix = SUFFIX if event else "__c"
    if _NAME.fullmatch(table.name.removesuffix(suffix) + "__c") is None:
        raise ConfigError(
            (*key_path, "name"), f"{table.name!r} is no API name that ends in {suffix}"
        )
    if not table.name.endswith(suffix):
        raise ConfigError((*key_path, "name"), f"{table.name!r} does not end in {suffix}")
    if table.name in schema:
        raise ConfigError((*key_path, "name"), f"there is an object {table.name} already")
    label = table.label or _label(table.name)
    prefix = table.prefix or _free_prefix(schema, first)
    if _PREFIX.fullmatch(prefix) is None or prefix[0] != first:
        raise ConfigError((*key_path, "prefix"), f"{prefix!r} is not {first}00 to {first}zz")
    if schema.by_prefix(prefix) is not None:
        raise ConfigError((*key_path, "prefix"), f"{prefix!r} is taken")
    if table.name_format and _FORMAT.fullmatch(table.name_format) is None:
        raise ConfigError((*key_path, "name_format"), "has no digits, as in D-{0000}")
    fields = new_fields(table.fields, (*key_path, "fields"))
    plural = table.plural or f"{label}s"
    if event:
        return event_object(
            table.name, label=label, label_plural=plural, key_prefix=prefix, fields=fields
        )
    return custom_object(
        table.name,
        label=label,
        label_plural=plural,
        key_prefix=prefix,
        fields=fields,
        name_format=table.name_format,
    )


def new_fields(tables: Iterable[ObjectField], key_path: KeyPath) -> list[Field]:
    """Return the fields of a list of tables."""
    created: list[Field] = []
    for at, table in enumerate(tables):
        created += new_field(table, (*key_path, at))
    return created


def new_field(table: ObjectField, key_path: KeyPath) -> list[Field]:
    """Return a custom field; a location comes with its two parts.

    Raises:
        ConfigError: Its keys contradict each other.
    """
    _check(table, key_path)
    label = table.label or _label(table.name)
    if table.type == "location":
        return _location(table.name, label, table)
    number = table.type in _NUMBERS
    auto = table.type == "autonumber"
    long_text = table.type in _LONG
    return [
        Field(
            name=table.name,
            label=label,
            type=_API_TYPES.get(table.type, table.type),
            length=table.length or _LENGTHS.get(table.type, 0),
            precision=table.precision if number else 0,
            scale=table.scale if number else 0,
            digits=9 if table.type == "int" else 0,  # of an int, as describe says
            nillable=not table.required and table.type != "boolean" and not auto,
            createable=not auto,
            updateable=not auto and table.on_delete != "cascade",
            defaulted_on_create=auto or table.type == "boolean" or table.default is not None,
            default_value=table.checked if table.type == "boolean" else table.default,
            picklist=_values(table),
            restricted_picklist=table.restricted,
            controller=table.controller,
            reference_to=table.to,
            relationship_name=_relationship(table),
            unique=table.unique or auto,
            case_sensitive=table.case_sensitive,
            external_id=table.external_id,
            id_lookup=table.unique or table.external_id,
            auto_number=auto,
            auto_number_format=table.format,
            polymorphic=len(table.to) > 1,
            filterable=not long_text,
            sortable=not long_text and table.type != "multipicklist",
            groupable=not long_text and table.type not in {"multipicklist", *_NUMBERS, "datetime"},
            aggregatable=not long_text,
            cascade_delete=table.on_delete == "cascade",
            restricted_delete=table.on_delete == "restrict",
            html_formatted=table.type == "html",
            extra_type_info={"long_text": "plaintextarea", "html": "richtextarea"}.get(table.type),
            encrypted=table.type == "encryptedstring",
            custom=not table.standard,
        )
    ]


def picklist_values(choices: Iterable[Choice], default: str | None) -> tuple[PicklistValue, ...]:
    """Return the values of a picklist."""
    return tuple(
        PicklistValue(
            choice.value,
            choice.label or choice.value,
            choice.active,
            choice.value == default,
            choice.valid_for,
        )
        for choice in choices
    )


def check_references(schema: Schema, sobject: str, table: ObjectField, key_path: KeyPath) -> None:
    """Raise ConfigError when a field refers to an object or controller that does not exist."""
    for at, target in enumerate(table.to):
        if target not in schema:
            raise ConfigError((*key_path, "to", at), f"there is no object {target}")
    if table.controller is not None:
        check_controller(schema, sobject, table.controller, table.choices, key_path)


def check_controller(
    schema: Schema, sobject: str, name: str, choices: Iterable[Choice], key_path: KeyPath
) -> None:
    """Raise ConfigError when choices depend on a field or on values that do not exist."""
    controller = schema[sobject].field(name)
    if controller is None or controller.type not in {"picklist", "boolean"}:
        raise ConfigError((*key_path, "controller"), f"{name} is no picklist or checkbox")
    controlling = controlling_values(controller)
    for at, choice in enumerate(choices):
        for value in choice.valid_for:
            if value not in controlling:
                why = f"{name} has no value {value!r}"
                raise ConfigError((*key_path, "choices", at, "valid_for"), why)


def _check(table: ObjectField, key_path: KeyPath) -> None:
    """Raise ConfigError for the first key that contradicts another."""
    values = [*table.values, *(choice.value for choice in table.choices)]
    rules: tuple[tuple[str, Callable[[], bool], str], ...] = (
        (
            "name",
            lambda: (_STANDARD if table.standard else _NAME).fullmatch(table.name) is None,
            "is no API name that ends in __c, or none of a standard field",
        ),
        ("to", lambda: bool(table.to) != (table.type == "reference"), "goes with a reference"),
        ("values", lambda: bool(values) != (table.type in _LISTS), "goes with a picklist"),
        ("choices", lambda: bool(table.values and table.choices), "does not go with values"),
        (
            "default",
            lambda: table.default is not None and bool(values) and table.default not in values,
            "is none of the values",
        ),
        (
            "format",
            lambda: (
                bool(table.format) != (table.type == "autonumber")
                or bool(table.format and _FORMAT.fullmatch(table.format) is None)
            ),
            "goes with an autonumber and has digits, as in D-{0000}",
        ),
        (
            "unique",
            lambda: (table.unique or table.external_id) and table.type not in _UNIQUE,
            f"and external_id go with {', '.join(sorted(_UNIQUE))}",
        ),
        (
            "precision",
            lambda: not 0 <= table.scale <= table.precision <= 18,
            "is at most 18, and scale at most that",
        ),
        (
            "length",
            lambda: not 0 <= table.length <= 131_072,  # characters of the longest text
            "is at most 131072",
        ),
        (
            "controller",
            lambda: table.controller is not None and table.type not in _LISTS,
            "goes with a picklist",
        ),
        (
            "on_delete",
            lambda: table.on_delete != "clear" and table.type != "reference",
            "goes with a reference",
        ),
    )
    for key, wrong, why in rules:
        if wrong():
            raise ConfigError((*key_path, key), why)


def _values(table: ObjectField) -> tuple[PicklistValue, ...]:
    choices = table.choices or tuple(Choice(value=value) for value in table.values)
    return picklist_values(choices, table.default)


def _relationship(table: ObjectField) -> str | None:
    if table.type != "reference":
        return None
    if table.standard:
        return table.relationship or table.name.removesuffix("Id")
    name = table.relationship or table.name.removesuffix("__c")
    return f"{of_package(name, namespace_of(table.name))}__r"


def _location(name: str, label: str, table: ObjectField) -> list[Field]:
    stem = name.removesuffix("__c")
    parts = [
        Field(
            name=f"{stem}__{part}__s",
            label=f"{label} ({part})",
            type="double",
            precision=18,
            scale=15,
            nillable=not table.required,
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
    return developer_name(name).replace("_", " ")


def _free_prefix(schema: Schema, first: str) -> str:
    prefixes = (f"{first}{a}{b}" for a in ALPHABET for b in ALPHABET)
    return next(prefix for prefix in prefixes if schema.by_prefix(prefix) is None)
