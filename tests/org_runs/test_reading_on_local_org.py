"""What reads records and facts of the org, run by the connector."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from salesforce_connector.errors import Forbidden, NotFound, Rejected
from salesforce_connector.http.connection_state import API_VERSION
from salesforce_emulator.org.state import Org

Act = Callable[..., Any]


def _account(act: Act, **fields: Any) -> str:
    return str(
        act("create_record", {"sobject": "Account", "fields": {"Name": "Acme", **fields}})["id"]
    )


def _since(sobject: str, **more: Any) -> dict[str, Any]:
    return {"sobject": sobject, "start": datetime.now(UTC) - timedelta(minutes=5), **more}


def test_finds_records_by_conditions_that_soql_takes(act: Act) -> None:
    """A quote, a percent sign and a back slash in a value find the one record that has them."""
    name = "O'Hara \\ 100% Sons_"
    requested = _account(act, Name=name, Industry="Banking", AnnualRevenue=5)
    _account(act, Name="O'Hara \\ 100X SonsX", Industry="Banking")
    result = act(
        "find_records",
        {
            "sobject": "Account",
            "fields": ["Name", "Owner.Name"],
            "filters": [
                {"field": "Name", "operator": "starts_with", "value": "O'Hara \\ 100%"},
                {"any": [{"field": "Name", "operator": "ends_with", "value": "s_"}]},
                {"field": "CreatedDate", "value": {"date_literal": "TODAY"}},
                {"none": [{"field": "AnnualRevenue", "operator": "is_null"}]},
            ],
            "order": [{"field": "Name", "descending": True}],
        },
    )
    assert [(row["Id"], row["Name"]) for row in result["records"]] == [(requested, name)]
    assert result["records"][0]["Owner"]["Name"]
    assert act("query", {"soql": result["soql"]})["records"] == result["records"]


def test_include_deleted_finds_deleted_records(act: Act) -> None:
    removed = _account(act)
    act("delete_record", {"sobject": "Account", "id": removed})
    inputs = {"sobject": "Account", "filters": [{"field": "Id", "value": removed}]}
    assert act("find_records", inputs)["records"] == []
    assert len(act("find_records", {**inputs, "include_deleted": True})["records"]) == 1


def test_gets_a_record_by_external_id_or_says_there_is_none(act: Act) -> None:
    inputs = {
        "sobject": "Account",
        "external_id_field": "External_Id__c",
        "external_id": "A/1 ?ü",
        "fields": ["Name"],
    }
    with pytest.raises(NotFound):
        act("get_record_by_external_id", inputs)
    assert act("get_record_by_external_id", {**inputs, "required": False})["record"] is None
    _account(act, External_Id__c="A/1 ?ü")
    assert act("get_record_by_external_id", inputs)["record"]["Name"] == "Acme"


def test_counts_roughly_and_exactly(act: Act) -> None:
    _account(act, Industry="Banking")
    _account(act)
    rough = act("count_records", {"sobjects": ["account", "Asset"]})
    assert [item["count"] for item in rough["counts"]] == [2, None]
    exact = act(
        "count_records",
        {
            "sobjects": ["Account"],
            "exact": True,
            "filters": [{"field": "Industry", "value": "Banking"}],
        },
    )
    assert [item["count"] for item in exact["counts"]] == [1]
    with pytest.raises(Rejected) as refused:
        act("count_records", {"sobjects": ["Nothing"], "exact": True})
    assert refused.value.code == "INVALID_TYPE"


def test_explains_a_query(act: Act) -> None:
    values = {"soql": "SELECT Id FROM Account WHERE Id = :id", "parameters": {"id": _account(act)}}
    message = act("explain_query", values)
    assert message["plans"][0]["sobject_type"] == "Account"
    assert isinstance(message["selective"], bool)
    with pytest.raises(Rejected):
        act("explain_query", {"soql": "SELECT Nothing FROM Account"})


def test_updated_and_deleted_records_are_returned(act: Act) -> None:
    stored, removed = _account(act), _account(act)
    act("delete_record", {"sobject": "Account", "id": removed})
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert act("get_updated_records", _since("Account", end=later))["ids"] == [stored]
    message = act("get_deleted_records", _since("Account", end=later))
    assert [item["id"] for item in message["records"]] == [removed]


def test_refuses_a_time_before_what_salesforce_keeps(act: Act) -> None:
    early = {"sobject": "Account", "start": datetime.now(UTC) - timedelta(days=31)}
    with pytest.raises(Rejected) as refused:
        act("get_deleted_records", early)
    assert refused.value.code == "INVALID_REPLICATION_DATE"


def test_lists_recent_records_the_latest_first(act: Act) -> None:
    first, second = _account(act), _account(act, Name="Bolt")
    lead = act("create_record", {"sobject": "Lead", "fields": {"LastName": "L", "Company": "C"}})
    act("get_record", {"sobject": "Account", "id": first})
    every = [row["Id"] for row in act("list_recent_records", {})["records"]]
    assert {first, second, lead["id"]} <= set(every)
    accounts = act("list_recent_records", {"sobject": "Account", "limit": 1})["records"]
    assert len(accounts) == 1
    assert accounts[0]["attributes"]["type"] == "Account"


def test_limits_versions_and_user_info_are_returned(act: Act) -> None:
    (limit,) = act("get_limits", {"names": ["DailyApiRequests"]})["limits"]
    assert limit["used"] + limit["remaining"] == limit["max"]
    versions = act("get_api_versions", {})
    assert API_VERSION in [version["version"] for version in versions["versions"]]
    who = act("get_user_info", {})
    assert who["user_id"].startswith("005")
    assert "@" in who["username"]


def test_the_versions_cost_no_call(act: Act, local_org: Org) -> None:
    act("get_limits", {})
    before = local_org.limits.header
    act("get_api_versions", {})
    assert local_org.limits.header == before


def test_calls_any_resource_and_no_other(act: Act) -> None:
    created = act(
        "api_request",
        {"method": "POST", "path": "/sobjects/Account", "body": {"Name": "By hand"}},
    )
    assert created["status"] == 201
    assert created["headers"]["location"].endswith(created["body"]["id"])
    read = act(
        "api_request",
        {"path": f"/sobjects/Account/{created['body']['id']}", "params": {"fields": "Name"}},
    )
    assert read["body"]["Name"] == "By hand"
    with pytest.raises(NotFound):
        act("api_request", {"path": "/nothing/here"})
    with pytest.raises((Rejected, Forbidden)):
        act("api_request", {"path": "/services/oauth2/userinfo"})
