"""State and country picklists: a setting of an org that adds two codes to each address.

`BillingStateCode` and `BillingCountryCode` follow `BillingCountry`; an address has the keys
`stateCode` and `countryCode`. That text and code agree is a rule, in `records/rules/address.py`.

https://help.salesforce.com/s/articleView?id=platform.admin_state_country_picklists_overview.htm
"""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject


@dataclass(frozen=True, slots=True)
class Country:
    """A country, and its states by code; most have none in the list."""

    code: str
    name: str
    states: Mapping[str, str]


@functools.cache
def countries() -> dict[str, Country]:
    """Read all countries, by code, in the order of their names."""
    text = (files("salesforce_emulator.schema") / "countries.json").read_text(encoding="utf-8")
    return {code: Country(code, name, states) for code, (name, states) in json.loads(text).items()}


def stems(sobject: SObject) -> Iterator[str]:
    """Return what the names of an object's addresses begin with: `Billing`, or nothing at all."""
    for field in sobject.fields:
        stem = field.name.removesuffix("Address")
        if field.type == "address" and sobject.field(f"{stem}State") is not None:
            yield stem


def with_state_picklists(schema: Schema) -> Schema:
    """Return a schema in which every address has its codes."""
    return schema.having(_with_codes(item) for item in schema)


def _with_codes(sobject: SObject) -> SObject:
    coded = {f"{stem}Country": stem for stem in stems(sobject)}
    if not coded or sobject.field(f"{next(iter(coded.values()))}CountryCode") is not None:
        return sobject
    fields: list[Field] = []
    for field in sobject.fields:
        fields.append(field)
        if field.name in coded:
            fields += _codes(field, coded[field.name])
    return sobject.with_fields(fields)


def _codes(country: Field, stem: str) -> Iterator[Field]:
    words = country.label.removesuffix("Country").removesuffix("Country/Territory")
    like = replace(country, type="picklist", length=255, restricted_picklist=True, sortable=True)
    entries = countries().values()
    states: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for entry in entries:
        for code, name in entry.states.items():
            states.setdefault(code, []).append(entry.code)
            names.setdefault(code, name)
    yield replace(
        like,
        name=f"{stem}StateCode",
        label=f"{words}State/Province Code",
        controller=f"{stem}CountryCode",
        picklist=tuple(
            PicklistValue(code, names[code], valid_for=tuple(states[code])) for code in names
        ),
    )
    yield replace(
        like,
        name=f"{stem}CountryCode",
        label=f"{words}Country Code",
        picklist=tuple(PicklistValue(item.code, item.name) for item in entries),
    )
