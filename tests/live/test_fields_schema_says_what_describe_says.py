"""Schemas from describe: what they let through is what Salesforce would take."""

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from salesforce_connector.metadata.describe import ObjectDescription
from salesforce_connector.metadata.fields_schema import to_read, to_write

DESCRIBES = Path(__file__).parents[3] / "shared" / "salesforce" / "describes"  # beside the checkout


def field(name: str, kind: str = "string", **about: Any) -> dict[str, Any]:
    plain = {"nillable": True, "createable": True, "updateable": True, "defaultedOnCreate": False}
    return {"name": name, "label": name.removesuffix("__c"), "type": kind, **plain, **about}


def values(*names: str, **about: Any) -> list[dict[str, Any]]:
    return [{"value": name, "label": name, "active": True, **about} for name in names]


def valid_for(*indexes: int) -> str:
    bits = bytearray(2)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return base64.b64encode(bytes(bits)).decode()


COUNTRIES = values("DE", "FR", *(f"X{at}" for at in range(8)), "US")
CITIES = [
    {"value": "Berlin", "label": "Berlin", "active": True, "validFor": valid_for(0)},
    {"value": "Paris", "label": "Paris", "active": True, "validFor": valid_for(1)},
    {"value": "Springfield", "label": "S.", "active": True, "validFor": valid_for(1, 10)},
    {"value": "Bonn", "label": "Bonn", "active": False, "validFor": valid_for(0)},
]
PICKLIST = {"restrictedPicklist": True}
DEPENDENT = {"dependentPicklist": True, "controllerName": "Country__c"}
ABOUT = ObjectDescription.model_validate(
    {
        "name": "Visit__c",
        "label": "Visit",
        "labelPlural": "Visits",
        **dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True),
        "childRelationships": [],
        "recordTypeInfos": [
            {"recordTypeId": "012000000000001AAA", "name": "Home", "available": True},
            {"recordTypeId": "012000000000002AAA", "name": "Away", "available": False},
        ],
        "fields": [
            field("Id", "id", createable=False, updateable=False, nillable=False),
            field("Name", nillable=False, length=80, inlineHelpText="Its name."),
            field("Country__c", "picklist", **PICKLIST, picklistValues=COUNTRIES),
            field("City__c", "picklist", **PICKLIST, **DEPENDENT, picklistValues=CITIES),
            field("Mood__c", "picklist", picklistValues=values("Good", "Bad")),
            field("Tags__c", "multipicklist", **PICKLIST, picklistValues=values("A", "B")),
            field("Price__c", "currency", precision=5, scale=2),
            field("Paid__c", "boolean", nillable=False, defaultValue=False),
            field("Host__c", "reference", nillable=False, referenceTo=["Contact"])
            | {"relationshipName": "Host__r"},
            field("Once__c", updateable=False),
            field("Number__c", createable=False, updateable=False),
            field("RecordTypeId", "reference", referenceTo=["RecordType"]),
            field("Place__c", "location", createable=False, updateable=False),
        ],
    }
)
HOST = "003000000000001AAA"
LEAST = {"Name": "x", "Host__c": HOST}


def fits(schema: dict[str, Any], fields: dict[str, Any]) -> bool:
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid(fields)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Name": "x"},
        {"Host__c": HOST},
        LEAST | {"Nmae": "x"},
        LEAST | {"Name": None},
        LEAST | {"Name": "x" * 81},
        LEAST | {"Number__c": "1"},
        LEAST | {"Id": HOST},
        LEAST | {"Country__c": "de"},
        LEAST | {"Country__c": "DE", "City__c": "Paris"},
        LEAST | {"Country__c": "US", "City__c": "Berlin"},
        LEAST | {"City__c": "Bonn"},
        LEAST | {"Price__c": 1_000},
        LEAST | {"Price__c": "10"},
        LEAST | {"Paid__c": None},
        LEAST | {"Host__c": "not an id"},
        LEAST | {"RecordTypeId": "012000000000002AAA"},
        LEAST | {"Tags__c": ["A", "C"]},
        LEAST | {"Tags__c": ["A", "A"]},
    ],
)
def test_what_salesforce_would_refuse_does_not_fit_a_create(wrong: dict[str, Any]) -> None:
    assert not fits(to_write(ABOUT, "create"), wrong)


@pytest.mark.parametrize(
    "right",
    [
        LEAST,
        {"Name": "x", "Host__r": {"Email": "a@b.example"}},
        LEAST | {"Country__c": "US", "City__c": "Springfield"},
        LEAST | {"Country__c": None, "City__c": None},
        LEAST | {"Mood__c": "a word of one's own"},
        LEAST | {"Tags__c": "A;B", "Price__c": -999.99, "Paid__c": True},
        LEAST | {"Tags__c": ["A", "B"], "City__c": None},
        LEAST | {"Once__c": "x", "RecordTypeId": "012000000000001AAA"},
    ],
)
def test_what_salesforce_takes_fits_a_create(right: dict[str, Any]) -> None:
    assert fits(to_write(ABOUT, "create"), right)


def test_create_update_and_upsert_differ() -> None:
    update, upsert = to_write(ABOUT, "update"), to_write(ABOUT, "upsert", without=["name"])
    assert fits(update, {"Paid__c": True})
    assert not fits(update, {"Once__c": "x"})
    assert not fits(update, {})
    assert fits(upsert, {"Once__c": "x"})
    assert upsert["properties"]["Once__c"]["x-only-on"] == "create"
    assert not fits(upsert, {"Name": "x"})


def test_labels_help_defaults_and_choices_are_there() -> None:
    fields = to_write(ABOUT, "create")["properties"]
    assert (fields["Name"]["title"], fields["Name"]["description"]) == ("Name", "Its name.")
    assert fields["Paid__c"]["default"] is False
    tags = fields["Tags__c"]["items"]["oneOf"]
    assert tags == [{"const": "A", "title": "A"}, {"const": "B", "title": "B"}]
    assert fields["Mood__c"]["examples"] == ["Good", "Bad"]
    assert fields["Host__c"]["x-dynamic-options"]["source"] == "lookup"


def test_a_record_that_comes_back_fits_its_schema() -> None:
    whole = to_read(ABOUT, [])
    path = {"latitude": 1.5, "longitude": None}
    record = {"attributes": {"type": "Visit__c"}, "Id": HOST, "Place__c": path, "Name": "x"}
    assert fits(whole, record)
    assert whole["properties"]["Number__c"]["readOnly"] is True
    assert set(to_read(ABOUT, ["name", "Host__r.Name"])["properties"]) == {
        "attributes",
        "Id",
        "Name",
        "Host__r",
    }


@pytest.mark.skipif(not DESCRIBES.exists(), reason="the reference describes are not here")
def test_real_describes_give_valid_schemas() -> None:
    """Each field that may be written stands in the schema of its purpose."""
    for path in DESCRIBES.glob("*_describe.json"):
        body = json.loads(path.read_text(encoding="utf-8"))
        if "fields" not in body:
            continue
        about = ObjectDescription.model_validate(body)
        for purpose in ("create", "update", "upsert"):
            schema = to_write(about, purpose)
            jsonschema.Draft202012Validator.check_schema(schema)
            if purpose != "upsert":
                expected = {field["name"] for field in body["fields"] if field[f"{purpose}able"]}
                assert expected <= set(schema["properties"])
        jsonschema.Draft202012Validator.check_schema(to_read(about, []))
