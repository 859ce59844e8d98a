"""What is read of describe bodies."""

from typing import Any

import httpx
import pytest

from salesforce_connector.errors import BadReply
from salesforce_connector.metadata import describe as metadata
from salesforce_connector.metadata.describe import ObjectDescription
from salesforce_connector.records import read

NAME = {
    "name": "Name",
    "label": "Account Name",
    "type": "string",
    "length": 255,
    "nillable": False,
    "createable": True,
    "updateable": True,
    "defaultedOnCreate": False,
    "nameField": True,
    "picklistValues": [],
    "referenceTo": None,
    "aNewProperty": {"of": "some release"},
}

ACCOUNT = {
    "name": "Account",
    "label": "Account",
    "labelPlural": "Accounts",
    "keyPrefix": "001",
    "custom": False,
    "queryable": True,
    "searchable": True,
    "createable": True,
    "updateable": True,
    "deletable": True,
    "fields": [NAME],
    "childRelationships": [
        {"childSObject": "Contact", "field": "AccountId", "relationshipName": "Contacts"},
        {"childSObject": "AIRecord", "field": "TargetId", "relationshipName": None},
    ],
    "recordTypeInfos": [
        {
            "recordTypeId": "012000000000000AAA",
            "name": "Master",
            "defaultRecordTypeMapping": True,
            "master": True,
        }
    ],
}


def describe(body: Any) -> ObjectDescription:
    return read(ObjectDescription, httpx.Response(200, json=body), "describe")


@pytest.mark.parametrize("missing", ["name", "fields", "childRelationships"])
def test_a_describe_without_its_parts_is_a_bad_reply(missing: str) -> None:
    body = {name: value for name, value in ACCOUNT.items() if name != missing}

    with pytest.raises(BadReply, match=missing):
        describe(body)


@pytest.mark.parametrize("body", [{}, [], {"sobjects": [{"name": "X"}]}])
def test_a_list_of_objects_that_is_none_is_a_bad_reply(body: Any) -> None:
    with pytest.raises(BadReply):
        metadata.read_objects(httpx.Response(200, json=body))


def test_reads_an_object_in_pythons_names_and_leaves_out_what_is_new() -> None:
    result = describe(ACCOUNT)
    printed = result.model_dump(mode="json")

    assert printed["label_plural"] == "Accounts"
    assert printed["fields"][0]["defaulted_on_create"] is False
    assert printed["fields"][0]["reference_to"] == []
    assert "aNewProperty" not in printed["fields"][0]
    assert [relationship.name for relationship in result.child_relationships] == ["Contacts", None]
    assert result.record_types[0].default is True
    assert ObjectDescription.model_validate(printed) == result


@pytest.mark.parametrize(
    ("changes", "required"),
    [
        ({}, True),
        ({"nillable": True}, False),
        ({"defaultedOnCreate": True}, False),
        ({"createable": False}, False),
        ({"type": "boolean"}, False),  # a box that is not ticked is false
    ],
    ids=str,
)
def test_reports_which_fields_a_create_needs(changes: dict[str, Any], required: bool) -> None:
    result = describe({**ACCOUNT, "fields": [{**NAME, **changes}]})

    assert result.fields[0].required_on_create is required


def test_reads_the_list_of_objects() -> None:
    plain = {**ACCOUNT, "keyPrefix": None, "name": "AccountHistory"}

    result = metadata.read_objects(httpx.Response(200, json={"sobjects": [ACCOUNT, plain]}))

    assert [(record.name, record.key_prefix) for record in result] == [
        ("Account", "001"),
        ("AccountHistory", None),
    ]
