"""Choices for fields, on the example org."""

from collections.abc import Iterator
from typing import Any

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


def choose(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    source: str,
    search: str = "",
    **inputs: Any,
) -> list[tuple[str, str]]:
    page = connector.list_options("salesforce", source, connection, inputs, search, None)
    assert page is not None
    return [(item["value"], item["label"]) for item in page["options"]]


def test_a_lookup_in_several_objects_reports_which_object_a_record_is_of(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Zebra"}})["id"]
    contact = act("create_record", {"sobject": "Contact", "fields": {"LastName": "Zebra"}})["id"]

    result = choose(connector, connection, "lookup", "Zebra", sobjects=["Account", "Contact"])

    assert result == [(account, "Zebra (Account)"), (contact, "Zebra (Contact)")]


def test_a_lookup_passes_over_an_object_that_the_user_may_not_see(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    """One that is asked for alone is refused instead."""
    act("create_record", {"sobject": "Account", "fields": {"Name": "Zebra"}})

    result = choose(connector, connection, "lookup", "Zebra", sobjects=["Network__x", "Account"])

    assert [label for _, label in result] == ["Zebra (Account)"]
    with pytest.raises(Rejected):
        choose(connector, connection, "lookup", "Zebra", sobjects=["Network__x"])


def test_fields_of_several_objects_are_those_that_all_have(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    fields = dict(choose(connector, connection, "fields", sobjects=["Account", "Contact"]))

    assert {"Id", "OwnerId", "Description"} <= fields.keys()
    assert not {"Industry", "LastName"} & fields.keys()


def test_picklist_options_follow_a_path_to_a_parent(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    values = choose(
        connector, connection, "picklist_values", sobject="Contact", field="Account.Industry"
    )

    assert "Banking" in dict(values)


def test_quick_actions_are_named_as_they_are_run(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    everywhere = dict(choose(connector, connection, "quick_actions"))
    of_delivery = dict(choose(connector, connection, "quick_actions", sobject="Delivery__c"))

    assert "LogACall" in everywhere
    assert of_delivery
    assert all("." not in name for name in of_delivery)


def test_platform_events_are_apart_from_objects(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    assert "Delivery_Shipped__e" in dict(choose(connector, connection, "platform_events"))
    assert all(name.endswith("__e") for name, _ in choose(connector, connection, "platform_events"))


def test_child_relationships_leave_parents_out(
    connector: SalesforceConnector, connection: MemoryConnection, act: Any
) -> None:
    names = dict(choose(connector, connection, "child_relationships", sobject="Account"))

    assert "Contacts" in names
    assert "Owner" not in names


def test_data_categories_are_those_of_the_chosen_group(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    groups = choose(connector, connection, "data_category_groups")
    categories = choose(connector, connection, "data_categories", "france", group="Regions")

    assert groups == [("Regions", "Regions")]
    assert categories == [("France", "All / Europe / France")]
    assert choose(connector, connection, "data_categories", group="No_Such_Group") == []
    with pytest.raises(Rejected, match="has no value yet"):
        choose(connector, connection, "data_categories")
