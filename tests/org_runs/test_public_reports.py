"""What people reported in public of other tools, tried with ours."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed, Rejected

pytestmark = pytest.mark.usefixtures("quick_pauses")
Act = Callable[..., Any]
KEYED = {"sobject": "Account", "external_id_field": "External_Id__c"}


def site(act: Act, account: str) -> Any:
    read = act("get_record", {"sobject": "Account", "id": account, "fields": ["Site"]})
    return read["record"]["Site"]


def test_an_upsert_of_many_has_a_result_for_each(act: Act) -> None:
    """jsforce 813: one record that failed gave an exception instead of results."""
    records = [
        {"External_Id__c": "A-1", "Name": "One"},
        {"External_Id__c": "A-2", "Name": None},
        {"External_Id__c": "A-3", "Name": "Three"},
    ]
    done = act("upsert_records", {**KEYED, "records": records, "fail_when": "none"})

    assert [row["ok"] for row in done["records"]] == [True, False, True]
    assert done["records"][1]["fields"] == ["Name"]


def test_a_record_that_an_upsert_creates_has_its_external_id(act: Act) -> None:
    """jsforce 1247: the field was empty afterwards."""
    record_id = act("upsert_record", {**KEYED, "external_id": "X-1", "fields": {"Name": "One"}})[
        "id"
    ]
    act("upsert_records", {**KEYED, "records": [{"External_Id__c": "X-2", "Name": "Two"}]})

    assert (
        act("get_record_by_external_id", {**KEYED, "external_id": "X-1"})["record"]["Id"]
        == record_id
    )
    assert (
        act("get_record_by_external_id", {**KEYED, "external_id": "X-2"})["record"]["Name"] == "Two"
    )


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize(
    "action", ["update_record", "update_records", "upsert_record", "bulk_write"]
)
def test_an_empty_value_clears_a_field_everywhere(act: Act, action: str, empty: str | None) -> None:
    """jsforce 80 and Beatbox 17: null changed nothing; Azure/LogicAppsUX 5699: nor did a blank."""
    fields = {"Name": "Acme", "Site": "Berlin", "External_Id__c": "E-1"}
    account = act("create_record", {"sobject": "Account", "fields": fields})["id"]
    match action:
        case "update_record":
            act(action, {"sobject": "Account", "id": account, "fields": {"Site": empty}})
        case "update_records":
            records = [{"Id": account, "Site": empty}]
            act(action, {"sobject": "Account", "records": records})
        case "upsert_record":
            act(action, {**KEYED, "external_id": "E-1", "fields": {"Site": empty}})
        case _:
            records = [{"Id": account, "Site": empty}]
            act(action, {"sobject": "Account", "operation": "update", "records": records})

    assert site(act, account) is None


@pytest.mark.parametrize("operation", ["insert", "update", "upsert"])
def test_a_bulk_write_that_fails_never_passes_for_done(act: Act, operation: str) -> None:
    """apache/airflow 63930: an update with an unknown field ended well."""
    inputs = {"sobject": "Account", "operation": operation}
    if operation == "upsert":
        inputs["external_id_field"] = "External_Id__c"
    key = {"update": {"Id": "001000000000001AAA"}, "upsert": {"External_Id__c": "1"}}
    with pytest.raises((Rejected, RecordsFailed), match="Wrong_Key"):
        act("bulk_write", {**inputs, "records": [{"Wrong_Key": "x", **key.get(operation, {})}]})
    if operation == "update":  # a record that is not there
        with pytest.raises(RecordsFailed) as error:
            act("bulk_write", {**inputs, "records": [{"Name": "x", **key["update"]}]})
        assert error.value.records[0]["code"]


def test_one_record_in_place_of_a_list_is_named(act: Act) -> None:
    """simple-salesforce 366: one object was sent as a batch, which failed without a word."""
    for action, more in (("create_records", {}), ("bulk_write", {"operation": "insert"})):
        with pytest.raises(Rejected, match="records") as error:
            act(action, {"sobject": "Account", "records": {"Name": "x"}, **more})
        assert "list" in str(error.value)


def test_field_names_are_accepted_in_any_case(act: Act) -> None:
    """n8n 14756 and 15264: a trigger asked for fields in another case, and was refused."""
    act("create_record", {"sobject": "account", "fields": {"NAME": "Acme", "site": "Berlin"}})
    soql = "SELECT id, NAME, sITE FROM account WHERE name = 'Acme'"
    [row] = act("query", {"soql": soql})["records"]

    assert row["Site"] == "Berlin"


def test_a_query_that_is_too_long_is_refused_in_words(act: Act) -> None:
    """django-salesforce 164: 413, "Request Entity Too Large: head"."""
    names = ", ".join(f"'{number:06}'" for number in range(11_000))
    with pytest.raises(Rejected, match=r"100,?000"):
        act("query", {"soql": f"SELECT Id FROM Account WHERE Name IN ({names})"})  # noqa: S608
