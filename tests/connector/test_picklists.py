"""Picklists by record type: which one is meant, and what an answer does to a describe."""

from typing import Any

import httpx
import jsonschema
import pytest
from flow_driver import drive

from salesforce_connector.errors import BadReply, Forbidden, NotFound, RateLimited
from salesforce_connector.metadata import fields_schema, picklists
from salesforce_connector.metadata.describe import ObjectDescription

HOME, AWAY, GONE = (f"01200000000000{at}AAA" for at in (1, 2, 3))
MASTER = "012000000000000AAA"


def field(name: str, kind: str, **about: Any) -> dict[str, Any]:
    plain = {"nillable": True, "createable": True, "updateable": True, "defaultedOnCreate": False}
    return {"name": name, "label": name, "type": kind, **plain, **about}


def choices(*names: str) -> dict[str, Any]:
    values = [{"value": name, "label": name, "active": True} for name in names]
    return {"restrictedPicklist": True, "picklistValues": values}


def kind(record_type: str, name: str, **about: Any) -> dict[str, Any]:
    return {"recordTypeId": record_type, "name": name, "available": True} | about


def described(*kinds: dict[str, Any]) -> ObjectDescription:
    return ObjectDescription.model_validate(
        {
            "name": "Visit__c",
            "label": "Visit",
            "labelPlural": "Visits",
            **dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True),
            "childRelationships": [],
            "recordTypeInfos": list(kinds),
            "fields": [
                field("Name", "string"),
                field("Country__c", "picklist", **choices("DE", "FR", "US"), defaultValue="DE"),
                field(
                    "City__c",
                    "picklist",
                    **choices("Berlin", "Paris", "Dallas"),
                    controllerName="Country__c",
                ),
                field("Inside__c", "boolean", nillable=False),
                field("Room__c", "picklist", **choices("A", "B"), controllerName="Inside__c"),
                field("Tags__c", "multipicklist", **choices("x", "y")),
                field("RecordTypeId", "reference", referenceTo=["RecordType"]),
            ],
        }
    )


ABOUT = described(
    kind(HOME, "Home", defaultRecordTypeMapping=True),
    kind(AWAY, "Away"),
    kind(GONE, "Gone", available=False),
    kind(MASTER, "Master", master=True),
)


def value(name: str, *valid_for: int) -> dict[str, Any]:
    return {"attributes": None, "label": name, "value": name, "validFor": [*valid_for]}


# Countries come in another order than describe's, without DE; Paris and Dallas are left of cities.
LEFT = {
    "eTag": "1",
    "picklistFieldValues": {
        "Country__c": {
            "controllerValues": {},
            "defaultValue": value("US"),
            "values": [value("US"), value("FR")],
        },
        "City__c": {
            "controllerValues": {"US": 0, "FR": 1},
            "defaultValue": None,
            "values": [value("Paris", 1), value("Dallas", 0), value("Nowhere")],
        },
        "Room__c": {
            "controllerValues": {"false": 0, "true": 1},
            "defaultValue": None,
            "values": [value("A", 1), value("B", 0, 1)],
        },
        "Tags__c": {"controllerValues": {}, "defaultValue": None, "values": [value("y")]},
    },
}


def narrow(creates: bool = True, answer: Any = LEFT, **inputs: Any) -> picklists.NarrowedObject:
    answers = [] if answer is None else [answer]
    if answers and not isinstance(answer, Exception):
        answers = [httpx.Response(200, json=answer)]
    done = drive(picklists.narrow(ABOUT, inputs, creates=creates), *answers)
    if done.error is not None:
        raise done.error
    assert isinstance(done.output, picklists.NarrowedObject)
    return done.output


@pytest.mark.parametrize(
    "refusal",
    [
        Forbidden("No UI API.", code="INSUFFICIENT_ACCESS"),
        NotFound("Unsupported.", code="INVALID_TYPE"),
    ],
)
def test_a_refusal_leaves_all_values_and_reports_why(refusal: Exception) -> None:
    result = narrow(answer=refusal)
    assert result.about is ABOUT
    keyword = result.keywords["x-record-type"]
    assert (keyword["id"], keyword["name"], keyword["narrows"]) == (HOME, "Home", False)
    assert str(refusal) in keyword["why"]


def test_what_another_call_may_mend_is_no_refusal() -> None:
    with pytest.raises(RateLimited):
        narrow(answer=RateLimited("Later.", code="REQUEST_LIMIT_EXCEEDED"))


def test_an_answer_without_values_is_a_bad_reply() -> None:
    with pytest.raises(BadReply):
        narrow(answer={"eTag": "1"})


@pytest.mark.parametrize(
    ("creates", "inputs", "selected"),
    [
        (True, {}, HOME),
        (True, {"fields": {"recordtypeid": AWAY[:15]}}, AWAY[:15]),
        (False, {"fields": {"RecordTypeId": AWAY}}, AWAY),
        (True, {"records": [{"RecordTypeId": AWAY}, {"RecordTypeId": AWAY}]}, AWAY),
        (True, {"records": [{"fields": {"RecordTypeId": AWAY}}]}, AWAY),
        (True, {"records": [{"RecordTypeId": HOME}, {}]}, HOME),
        (False, {"records": [{"RecordTypeId": HOME}, {}]}, None),
        (True, {"records": [{"RecordTypeId": AWAY}, {}]}, None),
        (False, {}, None),
        (True, {"fields": {"RecordTypeId": GONE}}, GONE),
    ],
)
def test_which_record_type_is_meant(
    creates: bool, inputs: dict[str, Any], selected: str | None
) -> None:
    """One that is named by all; of a create that names none, the default; else no one."""
    narrows = selected not in {None, GONE}
    result = narrow(creates, LEFT if narrows else None, **inputs)
    keyword = result.keywords["x-record-type"]
    assert (keyword["id"], keyword["narrows"]) == (selected, narrows)


def test_an_object_with_only_the_master_record_type_is_not_queried() -> None:
    plain = described(kind(MASTER, "Master", master=True, defaultRecordTypeMapping=True))
    result = drive(picklists.narrow(plain, {}, creates=True)).output
    assert (result.about, result.keywords) == (plain, {})


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"Country__c": "DE"}, False),
        ({"Country__c": "FR", "City__c": "Paris"}, True),
        ({"Country__c": "US", "City__c": "Paris"}, False),
        ({"Country__c": "US", "City__c": "Dallas"}, True),
        ({"Country__c": "US", "City__c": "Nowhere"}, False),
        ({"City__c": "Berlin"}, False),
        ({"Inside__c": False, "Room__c": "A"}, False),
        ({"Inside__c": True, "Room__c": "A"}, True),
        ({"Inside__c": False, "Room__c": "B"}, True),
    ],
)
def test_dependent_values_follow_the_record_type(fields: dict[str, Any], fits: bool) -> None:
    """Indexes are those of the answer's own controlling values, not of describe's."""
    schema = fields_schema.to_write(narrow().about, "create")
    assert jsonschema.Draft202012Validator(schema).is_valid(fields) is fits


def test_defaults_and_multi_select_values_are_those_of_the_record_type() -> None:
    schema = fields_schema.to_write(narrow().about, "create")["properties"]
    assert schema["Country__c"]["default"] == "US"
    assert [option["const"] for option in schema["Tags__c"]["items"]["oneOf"]] == ["y"]
