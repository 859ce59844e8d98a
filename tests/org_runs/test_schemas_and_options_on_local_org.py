"""Live schemas of the chosen object and the options of its fields, on the local org."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import NotFound, Rejected
from salesforce_emulator.org.state import Org

Act = Callable[..., Any]


def resolve(
    connector: SalesforceConnector, connection: MemoryConnection, action: str, **inputs: Any
) -> Any:
    return connector.resolve_schema("salesforce", action, connection, inputs)


def test_schemas_of_the_object_chosen_take_what_salesforce_takes(
    connector: SalesforceConnector, connection: MemoryConnection, act: Act, local_org: Org
) -> None:
    schemas = resolve(connector, connection, "create_record", sobject="Contact")
    door = jsonschema.Draft202012Validator(schemas["input"])
    fields = schemas["input"]["properties"]["fields"]
    good = {"sobject": "Contact", "fields": {"LastName": "Doe", "Email": "a@b.example"}}
    assert list(door.iter_errors(good)) == []
    act("create_record", good)
    for wrong in (
        {"FirstName": "no last name"},
        {"LastName": "x" * 81},
        {"LastName": "Doe", "LastNmae": "x"},
        {"LastName": "Doe", "Id": "003000000000001"},
        {"LastName": "Doe", "CreatedDate": "2026-01-01T00:00:00Z"},
        {"LastName": "Doe", "HasOptedOutOfEmail": "yes"},
    ):
        assert list(door.iter_errors({"sobject": "Contact", "fields": wrong})), wrong
    assert fields["required"] == ["LastName"]
    assert fields["properties"]["LastName"]["title"] == "Last Name"


def test_an_update_needs_no_field_and_an_output_is_read_only(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    update = resolve(connector, connection, "update_record", sobject="Account")
    assert "required" not in update["input"]["properties"]["fields"]
    read = resolve(connector, connection, "get_record", sobject="Account", fields=["Name"])
    record = read["output"]["properties"]["record"]["properties"]
    assert set(record) == {"attributes", "Id", "Name"}
    assert record["Id"]["readOnly"] is True
    jsonschema.Draft202012Validator.check_schema(read["output"])


def test_children_of_a_tree_are_not_held_to_the_fields_of_their_parent(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    schemas = resolve(connector, connection, "create_record_tree", sobject="Account")
    contact = {"fields": {"LastName": "Doe"}}
    children = {"Contacts": {"sobject": "Contact", "records": [contact]}}
    tree = [{"fields": {"Name": "Acme"}, "children": children}]

    door = jsonschema.Draft202012Validator(schemas["input"])
    assert list(door.iter_errors({"sobject": "Account", "records": tree})) == []


def test_every_actions_schemas_resolve_to_valid_ones(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    manifest = connector.connector_manifest()
    for about in (*manifest["actions"], *manifest["triggers"]):
        for sobject in ("Opportunity", "Task"):
            schemas = resolve(connector, connection, about["name"], sobject=sobject)
            for schema in schemas.values():
                jsonschema.Draft202012Validator.check_schema(schema)


def test_an_object_that_is_not_there_has_no_schema(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    with pytest.raises(NotFound):
        resolve(connector, connection, "create_record", sobject="Nobody__c")
    with pytest.raises(Rejected, match="not the API name"):
        resolve(connector, connection, "create_record", sobject="Account/describe")


def choose(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    source: str,
    search: str = "",
    **inputs: Any,
) -> list[Any]:
    """Return the values of all pages."""
    page: str | None = None
    values: list[Any] = []
    while True:
        result = connector.list_options("salesforce", source, connection, inputs, search, page)
        assert result is not None
        assert all(set(item) == {"value", "label"} for item in result["options"])
        values += [item["value"] for item in result["options"]]
        page = result["next_page"]
        if page is None:
            return values


def test_records_are_searched_by_salesforce_and_paged_by_key(
    connector: SalesforceConnector, connection: MemoryConnection, act: Act, local_org: Org
) -> None:
    """Equal names fall on both sides of a page; wildcards in a search mean themselves."""
    rows = [{"Name": "Same"} for _ in range(150)] + [{"Name": "100% sure"}, {"Name": "100 sure"}]
    act("create_records", {"sobject": "Account", "records": rows})
    result = choose(connector, connection, "lookup", "same", sobject="Account")
    assert len(result) == len(set(result)) == 150
    assert len(choose(connector, connection, "lookup", "100%", sobject="Account")) == 1


@pytest.mark.parametrize(
    ("source", "inputs", "search", "expected"),
    [
        ("objects", {}, "opportunit", "Opportunity"),
        ("fields", {"sobject": "Account"}, "annual", "AnnualRevenue"),
        ("external_id_fields", {"sobject": "Contact"}, "", "Email"),
        ("relationships", {"sobject": "Account"}, "contacts", "Contacts"),
        ("relationships", {"sobject": "Contact"}, "account", "Account"),
        ("picklist_values", {"sobject": "Case", "field": "Status"}, "", "New"),
        ("lead_statuses", {}, "", "Open - Not Contacted"),
        ("converted_lead_statuses", {}, "", "Closed - Converted"),
        ("case_statuses", {}, "esc", "Escalated"),
    ],
)
def test_choices(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    local_org: Org,
    source: str,
    inputs: dict[str, Any],
    search: str,
    expected: str,
) -> None:
    assert expected in choose(connector, connection, source, search, **inputs)


def test_owners_are_users_and_then_queues(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    owners = choose(connector, connection, "owners")
    users = choose(connector, connection, "users")
    queues = choose(connector, connection, "queues")
    assert owners == users + queues
    assert users


def test_every_source_answers_or_says_what_must_be_chosen_first(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> None:
    refusals = set[str]()
    for source in connector.connector_manifest()["option_sources"]:
        try:
            choose(connector, connection, source["name"])
        except Rejected as refused:
            refusals.add(refused.code)
    assert refusals <= {"NOT_CHOSEN", "NOT_FOUND"}  # the local org serves no actions yet


@pytest.mark.parametrize("page", ["x", "e30=", "W10=", "eyJhdCI6LTF9", "eyJzdGFnZSI6OX0="])
def test_an_unknown_page_token_is_refused(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org, page: str
) -> None:
    source = "owners" if page == "eyJzdGFnZSI6OX0=" else "objects"
    with pytest.raises(Rejected) as caught:
        connector.list_options("salesforce", source, connection, {}, "", page)
    assert caught.value.code == "INVALID_PAGE"
