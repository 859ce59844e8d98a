"""Options of writing that a connection sets for all steps, or that several actions share."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from memory_connection import MemoryConnection

from salesforce_connector.errors import Conflict, ConnectorError, Duplicates, Rejected
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.rules import DuplicateRule, declared_rules

Act = Callable[..., Any]

EMPTY = {"Name": "New", "Phone": ""}


def clear_phone_by(act: Act, action: str, record_id: str) -> None:
    """Write an empty text into the phone of an account, by whichever action."""
    inputs: Mapping[str, Mapping[str, Any]] = {
        "update_record": {"sobject": "Account", "id": record_id, "fields": EMPTY},
        "update_records": {"sobject": "Account", "records": [{"id": record_id, **EMPTY}]},
        "upsert_record": {
            "sobject": "Account", "external_id_field": "External_Id__c", "external_id": "A-1",
            "fields": EMPTY,
        },
        "upsert_records": {
            "sobject": "Account", "external_id_field": "External_Id__c",
            "records": [{"External_Id__c": "A-1", **EMPTY}],
        },
        "bulk_write": {
            "sobject": "Account", "operation": "update", "records": [{"Id": record_id, **EMPTY}],
        },
    }  # fmt: skip
    act(action, inputs[action])


ACTIONS = ["update_record", "update_records", "upsert_record", "upsert_records", "bulk_write"]


@pytest.mark.usefixtures("quick_pauses")
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("setting", "phone"), [("leave", "1"), ("clear", None), (None, None)])
def test_an_empty_text_does_what_the_connection_says(
    act: Act, connection: MemoryConnection, action: str, setting: str | None, phone: str | None
) -> None:
    fields = {"Name": "Acme", "Phone": "1", "External_Id__c": "A-1"}
    record_id = act("create_record", {"sobject": "Account", "fields": fields})["id"]
    if setting is not None:
        connection.settings["empty_texts"] = setting
    clear_phone_by(act, action, record_id)
    record = act("get_record", {"sobject": "Account", "id": record_id})["record"]
    assert (record["Name"], record["Phone"]) == ("New", phone)


def test_a_steps_options_override_the_connections(act: Act, connection: MemoryConnection) -> None:
    connection.settings["empty_texts"] = "leave"
    fields = {"Name": "Acme", "Phone": "1"}
    record_id = act("create_record", {"sobject": "Account", "fields": fields})["id"]
    inputs = {"sobject": "Account", "id": record_id, "fields": EMPTY, "empty_texts": "clear"}
    act("update_record", inputs)
    assert act("get_record", {"sobject": "Account", "id": record_id})["record"]["Phone"] is None


def test_find_or_create_record_may_allow_duplicates(act: Act, local_org: Org) -> None:
    declared_rules(local_org).duplicate_rules.append(DuplicateRule("Contact", ("LastName",)))
    act("create_record", {"sobject": "Contact", "fields": {"LastName": "Kim"}})
    inputs = {
        "sobject": "Contact",
        "filters": [{"field": "Email", "value": "kim@example.com"}],
        "fields": {"LastName": "Kim", "Email": "kim@example.com"},
    }
    with pytest.raises(Duplicates):
        act("find_or_create_record", inputs)
    assert act("find_or_create_record", {**inputs, "allow_duplicates": True})["created"] is True
    assert act("find_or_create_record", inputs)["created"] is False


@pytest.mark.parametrize(
    ("action", "inputs"),
    [
        (
            "find_or_create_record",
            {
                "sobject": "Account",
                "filters": [{"field": "Name", "value": "Acme"}],
                "fields": {"Name": "Acme", "Phone": "1" * 41},
            },
        ),
        (
            "log_activity",
            {"kind": "event", "subject": "Call", "start": "2026-11-30T09:00:00Z",
             "end": "2026-11-30T10:00:00Z", "fields": {"Location": "x" * 256}},
        ),
    ],
)  # fmt: skip
def test_a_text_that_is_too_long_is_refused_or_cut(
    act: Act, action: str, inputs: dict[str, Any]
) -> None:
    with pytest.raises(Rejected) as refused:
        act(action, inputs)
    assert refused.value.code != "INVALID_INPUT"
    assert act(action, {**inputs, "too_long": "truncate"})["id"]


def test_a_merge_cuts_texts_that_are_too_long(act: Act) -> None:
    first, second = (
        act("create_record", {"sobject": "Account", "fields": {"Name": name}})["id"]
        for name in ("One", "Two")
    )
    long = {"Phone": "1" * 41}
    inputs = {"sobject": "Account", "master_id": first, "ids": [second], "fields": long}
    with pytest.raises(ConnectorError):
        act("merge_records", inputs)
    act("merge_records", {**inputs, "too_long": "truncate"})
    assert act("get_record", {"sobject": "Account", "id": first})["record"]["Phone"] == "1" * 40


def test_a_record_is_read_only_if_it_was_modified_and_written_only_if_not(
    act: Act, local_org: Org
) -> None:
    record_id = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    about = {"sobject": "Account", "id": record_id}
    before = (local_org.clock.now() - timedelta(hours=1)).isoformat()
    after = (local_org.clock.now() + timedelta(hours=1)).isoformat()
    assert act("get_record", {**about, "if_modified_since": before})["record"]["Name"] == "Acme"
    assert act("get_record", {**about, "if_modified_since": after})["record"] is None
    change = {**about, "fields": {"Name": "Bolt"}}
    with pytest.raises(Conflict):
        act("update_record", {**change, "if_unmodified_since": before})
    act("update_record", {**change, "if_unmodified_since": after})
    assert act("get_record", about)["record"]["Name"] == "Bolt"
