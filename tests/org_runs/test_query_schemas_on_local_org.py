"""Live schemas of queries: what comes back fits, and nothing comes back that they do not name."""

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_emulator.org.state import Org

Act = Callable[..., Any]

QUERIES = [
    "SELECT Id, Name, NumberOfEmployees, AnnualRevenue, CreatedDate, IsDeleted FROM Account",
    "select id, NAME, owner.name, Parent.Parent.Name from account",
    "SELECT Id, BillingAddress, Phone FROM Account",
    "SELECT Name, (SELECT Id, LastName, Account.Name FROM Contacts) FROM Account",
    "SELECT Id, Owner.Name, Owner.Profile.Name, Account.Owner.Email FROM Contact",
    "SELECT Id, TYPEOF Owner WHEN User THEN Email ELSE Name END FROM Case",
    "SELECT Id, Who.Name, What.Name, What.Type FROM Task",
    "SELECT COUNT(Id) FROM Account",
    "SELECT Rating, COUNT(Id) n, SUM(AnnualRevenue), MAX(CreatedDate) FROM Account GROUP BY Rating",
    "SELECT Owner.Name, COUNT_DISTINCT(Name), AVG(AnnualRevenue) FROM Account GROUP BY Owner.Name",
    "SELECT Rating r, COUNT(Id) FROM Account GROUP BY ROLLUP(Rating)",
    "SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)",
    "SELECT CALENDAR_MONTH(CreatedDate) m FROM Account GROUP BY CALENDAR_MONTH(CreatedDate)",
    "SELECT DAY_ONLY(CreatedDate) d, COUNT(Id) c FROM Account GROUP BY DAY_ONLY(CreatedDate)",
    "SELECT toLabel(Rating), Name FROM Account",
    "SELECT toLabel(Rating) label, FORMAT(AnnualRevenue) money FROM Account",
    "SELECT FIELDS(STANDARD) FROM Account LIMIT 200",
    "SELECT FIELDS(ALL) FROM Contact LIMIT 200",
    "SELECT Id FROM Account WHERE Name = :name AND Id IN (SELECT AccountId FROM Contact)",
]


@pytest.fixture
def records(act: Act, local_org: Org) -> None:
    """Some records that hang together."""
    parent = act("create_record", {"sobject": "Account", "fields": {"Name": "Parent"}})["id"]
    fields = {
        "Name": "Acme",
        "ParentId": parent,
        "Rating": "Hot",
        "AnnualRevenue": 1_500,
        "NumberOfEmployees": 7,
        "BillingCity": "Bern",
        "Phone": "1",
    }
    account = act("create_record", {"sobject": "Account", "fields": fields})["id"]
    person = {"LastName": "Kim", "AccountId": account}
    contact = act("create_record", {"sobject": "Contact", "fields": person})["id"]
    act("create_record", {"sobject": "Case", "fields": {"Subject": "Help"}})
    task = {"Subject": "Call", "WhoId": contact, "WhatId": account}
    act("create_record", {"sobject": "Task", "fields": task})


def schema_of(
    connector: SalesforceConnector, connection: MemoryConnection, action: str, **inputs: Any
) -> dict[str, Any]:
    schemas = connector.resolve_schema("salesforce", action, connection, inputs)
    assert schemas is not None
    jsonschema.Draft202012Validator.check_schema(schemas["output"])
    part = schemas["output"]["properties"]["records"]["items"]
    assert isinstance(part, dict)
    return part


def unknown(value: Any, schema: dict[str, Any], where: str = "") -> Iterator[str]:
    """Yield the places in a value that a schema does not name, where it names any."""
    if isinstance(value, list):
        for element in value:
            yield from unknown(element, schema.get("items", {}), f"{where}[]")
    if isinstance(value, dict) and "properties" in schema:
        for name, part in value.items():
            if name not in schema["properties"]:
                yield f"{where}.{name}"
            elif name != "attributes":
                yield from unknown(part, schema["properties"][name], f"{where}.{name}")


@pytest.mark.parametrize("action", ["query", "query_page"])
@pytest.mark.parametrize("soql", QUERIES)
def test_records_fit_the_schema_of_their_query(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    act: Act,
    records: None,
    soql: str,
    action: str,
) -> None:
    schema = schema_of(connector, connection, action, soql=soql)
    inputs = {"soql": soql, **({"parameters": {"name": "Acme"}} if ":name" in soql else {})}
    records = act(action, inputs)["records"]

    assert records
    for record in records:
        jsonschema.validate(record, schema)
        assert [*unknown(record, schema)] == []
        assert {*schema["properties"]} == {*record}


def test_a_schema_says_more_than_that_it_is_an_object(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    soql = "SELECT Name, AnnualRevenue, Owner.Email, (SELECT Email FROM Contacts) FROM Account"
    record = schema_of(connector, connection, "query", soql=soql)["properties"]

    assert record["AnnualRevenue"]["type"] == ["number", "null"]
    assert record["Name"]["title"] == "Account Name"
    assert record["Owner"]["properties"]["Email"]["format"] == "email"
    children = record["Contacts"]["properties"]["records"]["items"]["properties"]
    assert children["Email"]["title"] == "Email"


@pytest.mark.parametrize("values", ["typed", "text"])
def test_rows_of_a_bulk_query_fit_the_schema_of_their_query(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    act: Act,
    records: None,
    local_org: Org,
    values: str,
) -> None:
    local_org.settings.bulk_wait = 0
    inputs = {
        "soql": "SELECT id, Name, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, "
        "Owner.Name, Parent.Name FROM Account",
        "values": values,
    }
    schema = schema_of(connector, connection, "bulk_query", **inputs)
    records = act("bulk_query", inputs)["records"]

    assert records
    for record in records:
        jsonschema.validate(record, schema)
        assert {*schema["properties"]} == {*record}


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"soql": "SELECT"},
        {"soql": "SELECT Id FROM"},
        {"soql": "SELECT Id FROM Nobody__c"},
        {"soql": "DELETE FROM Account"},
        {"soql": 7},
    ],
)
def test_a_query_that_is_still_typed_has_the_published_schema(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    local_org: Org,
    inputs: dict[str, Any],
) -> None:
    assert "properties" not in schema_of(connector, connection, "query", **inputs)


def test_metadata_and_a_trigger_on_a_query(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    tooling = {"soql": "SELECT Id FROM ApexClass", "api": "tooling"}
    assert "properties" not in schema_of(connector, connection, "query_page", **tooling)

    inputs = {"soql": "SELECT Id, Name FROM Account"}
    schemas = connector.resolve_schema("salesforce", "new_query_result", connection, inputs)
    assert schemas is not None
    record = schemas["output"]["properties"]["record"]
    assert {*record["properties"]} == {"attributes", "Id", "Name"}
