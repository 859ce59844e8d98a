"""Schemas and choices by record type, on the example org, which has two."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Rejected
from salesforce_emulator.examples import EXAMPLE_ORG
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org


@pytest.fixture
def local_org() -> Iterator[Org]:
    """The example org, in place of the default one."""
    with open_org(config=EXAMPLE_ORG) as created:
        yield created


@pytest.fixture
def types(local_org: Org) -> dict[str, str]:
    """Ids of the delivery's record types by name."""
    return {
        record_type.name: record_type.id
        for record_type in local_org.schema["Delivery__c"].record_types
    }


def fields_of(
    connector: SalesforceConnector, connection: MemoryConnection, action: str, **inputs: Any
) -> Any:
    about = {"sobject": "Delivery__c", **inputs}
    schemas = connector.resolve_schema("salesforce", action, connection, about)
    assert schemas is not None
    return schemas["input"]["properties"]["fields"]


def choices(schema: Any) -> list[Any]:
    return [item["const"] for item in schema["oneOf"]]


def test_a_record_type_leaves_its_own_values(
    connector: SalesforceConnector, connection: MemoryConnection, types: dict[str, str]
) -> None:
    values = {"RecordTypeId": types["Pallet"]}
    for action in ("create_record", "update_record"):
        schema = fields_of(connector, connection, action, fields=values)
        assert choices(schema["properties"]["Status__c"]) == [
            *("Planned", "Shipped", "Returned"),
            None,
        ]
        assert schema["x-record-type"] == {
            "id": types["Pallet"],
            "name": "Pallet",
            "narrows": True,
        }
        door = jsonschema.Draft202012Validator(schema)
        assert not door.is_valid({"Status__c": "Packed", **values})
        assert door.is_valid({"Status__c": "Shipped", **values})


def test_a_create_without_one_is_of_the_users_default(
    connector: SalesforceConnector, connection: MemoryConnection, types: dict[str, str]
) -> None:
    schema = fields_of(connector, connection, "create_record")
    assert schema["x-record-type"]["id"] == types["Parcel"]
    assert "Packed" in choices(schema["properties"]["Status__c"])


def test_an_update_without_one_keeps_all_values_and_reports_so(
    connector: SalesforceConnector, connection: MemoryConnection, types: dict[str, str]
) -> None:
    """The record may be of any record type: narrowing to the default would refuse good values."""
    schema = fields_of(connector, connection, "update_record")
    assert schema["x-record-type"]["narrows"] is False
    assert "not known" in schema["x-record-type"]["why"]
    assert "Packed" in choices(schema["properties"]["Status__c"])


def test_an_object_without_record_types_costs_no_second_call(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    before = local_org.limits.api_used
    connector.resolve_schema("salesforce", "create_record", connection, {"sobject": "Case"})
    assert local_org.limits.api_used == before + 1


def test_picklist_values_are_fetched_once(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    fields_of(connector, connection, "create_record")
    before = local_org.limits.api_used
    fields_of(connector, connection, "create_record")
    assert local_org.limits.api_used == before


def test_choices_of_a_picklist_are_those_of_the_record_type(
    connector: SalesforceConnector, connection: MemoryConnection, types: dict[str, str]
) -> None:
    def values(**inputs: Any) -> list[str]:
        about = {"sobject": "Delivery__c", "field": "Status__c", **inputs}
        page = connector.list_options(
            "salesforce", "picklist_values", connection, about, search="", page=None
        )
        assert page is not None
        return [item["value"] for item in page["options"]]

    assert values() == ["Planned", "Packed", "Shipped", "Returned"]
    assert values(record_type_id=types["Pallet"]) == ["Planned", "Shipped", "Returned"]
    assert values(fields={"RecordTypeId": types["Pallet"]}) == ["Planned", "Shipped", "Returned"]
    with pytest.raises(Rejected, match="no record type"):
        values(record_type_id="012000000000999AAA")
