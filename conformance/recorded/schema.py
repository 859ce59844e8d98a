"""The custom objects and fields that the recorded orgs had, as far as the recordings show them."""

import re
from collections.abc import Iterable
from typing import Any, Final

from conformance.recorded.pairs import Pair
from salesforce_emulator.schema.custom import custom_object, default_schema, external_id
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.schema import Schema

# sobject -> fields in the order in which the recordings show them: name, type, more.
_FIELDS: Final[dict[str, tuple[tuple[str, str, dict[str, Any]], ...]]] = {
    "Account": (
        ("CustomerPriority__c", "picklist", {}),
        ("SLA__c", "picklist", {}),
        ("Active__c", "picklist", {}),
        ("NumberofLocations__c", "double", {"precision": 3}),
        ("UpsellOpportunity__c", "picklist", {}),
        ("SLASerialNumber__c", "string", {"length": 10}),
        ("SLAExpirationDate__c", "date", {}),
        ("email_field__c", "email", {"label": "email_field", "length": 80}),
        ("Custom_External_ID__c", "external", {}),
    ),
    "Contact": (
        ("Level__c", "picklist", {}),
        ("Languages__c", "string", {"length": 100}),
        ("Custom_External_ID__c", "external", {}),
        ("checkbox_field__c", "boolean", {"nillable": False, "default_value": False}),
        ("datetime_field__c", "datetime", {}),
        ("number_field__c", "double", {"precision": 18}),
        ("percent_field__c", "percent", {"precision": 18}),
        ("phone_field__c", "phone", {"length": 40}),
        ("picklist_field__c", "picklist", {"label": "picklist field", "values": ("Red", "Blue")}),
        ("text_field__c", "string", {"length": 255}),
        ("textarea_field__c", "textarea", {"length": 255}),
        ("url_field__c", "url", {"length": 255}),
        ("email_field__c", "email", {"label": "email field", "length": 80}),
        ("date_field__c", "date", {}),
        ("currency_field__c", "currency", {"precision": 18, "scale": 2}),
        ("float_field__c", "double", {"precision": 18, "scale": 2}),
    ),
    "Lead": (
        ("SICCode__c", "string", {"length": 15}),
        ("ProductInterest__c", "picklist", {}),
        ("Primary__c", "picklist", {}),
        ("CurrentGenerators__c", "string", {"length": 100}),
        ("NumberofLocations__c", "double", {"precision": 3}),
    ),
    "CustomObject__c": (
        ("SynchronizationId__c", "external", {}),
        ("Example_Field__c", "string", {"length": 255}),
        ("Friend__c", "reference", {"to": "Contact"}),
        ("Visible__c", "boolean", {"nillable": False, "default_value": False}),
    ),
    "CustomObjectDetail__c": (
        ("CustomObject__c", "reference", {"to": "CustomObject__c"}),
    ),
    "Custom__c": (),
}  # fmt: skip
_PREFIXES: Final = {"CustomObject__c": "a00", "CustomObjectDetail__c": "a01", "Custom__c": "a02"}
_IN_TEXT: Final = re.compile(r"(?:/sobjects/|\b[Ff][Rr][Oo][Mm]\s+)([A-Z]\w*)")


def recorded_schema() -> Schema:
    """Give the schema that the recordings were made with, all of them in one.

    `Invoice__c` of the default org makes room for the recorded objects' key prefixes.
    """
    schema = Schema(each for each in default_schema() if not each.custom)
    for name, prefix in _PREFIXES.items():
        label = name.removesuffix("__c")
        fields = [_field(*each) for each in _FIELDS[name]]
        made = custom_object(
            name, label=label, label_plural=f"{label}s", key_prefix=prefix, fields=fields
        )
        schema = schema.with_objects(made)
    for name, rows in _FIELDS.items():
        if name not in _PREFIXES:
            schema = schema.with_fields(name, *(_field(*each) for each in rows))
    return schema


def missing_objects(pair: Pair, schema: Schema) -> list[str]:
    """Name the sobjects that a pair was answered with and the schema has not."""
    return sorted(
        name
        for name in _named(pair.answer, pair.body, pair.path, f"from {pair.asked}")
        if name not in schema
    )


def _named(*parts: Any) -> set[str]:
    found: set[str] = set()
    for part in parts:
        if isinstance(part, str):
            found.update(_IN_TEXT.findall(part))
        elif isinstance(part, dict):
            kind = part.get("attributes", {})
            if isinstance(kind, dict) and kind.get("type") not in {None, "AggregateResult"}:
                found.add(kind["type"])
            found |= _named(*part.values()) if "attributes" in part or "records" in part else set()
        elif isinstance(part, list):
            found |= _named(*part)
    return {name for name in found if name not in _ABSENT}


_ABSENT: Final = frozenset({"Foo", "XYZZY", "Xyzzy"})  # what tests asked for because nobody has it


def _field(name: str, kind: str, more: dict[str, Any]) -> Field:
    given = dict(more)
    label = given.pop("label", name.removesuffix("__c").replace("_", " "))
    values: Iterable[str] = given.pop("values", ())
    target = given.pop("to", None)
    if kind == "external":
        return external_id(name, unique=True)
    if target is not None:
        given |= {
            "length": 18,
            "reference_to": (target,),
            "relationship_name": name.replace("__c", "__r"),
        }
    if kind == "picklist":
        given |= {
            "length": 255,
            "picklist": tuple(PicklistValue(each, each) for each in values),
            "restricted_picklist": bool(values),
        }
    return Field(name=name, label=label, type=kind, custom=True, **given)
