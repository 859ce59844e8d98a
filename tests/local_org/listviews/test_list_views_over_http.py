"""List views over HTTP: those that every object has, those that are declared, and their rows."""

from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.list_views.declared import ListView, list_views_of
from salesforce_emulator.org.state import Org

HOT = ListView(
    "Account",
    "Hot",
    "Hot Accounts",
    ("Name", "Industry", "AnnualRevenue", "Owner.Alias"),
    where="Rating = 'Hot' AND (NOT Name LIKE 'x%') AND Industry IN ('Banking', 'Energy')",
    order="AnnualRevenue DESC NULLS LAST",
)


def views(client: httpx.Client, sobject: str) -> dict[str, dict[str, Any]]:
    body = client.get(f"/sobjects/{sobject}/listviews").json()
    assert body["size"] == len(body["listviews"])
    return {item["developerName"]: item for item in body["listviews"]}


def rows(client: httpx.Client, view: dict[str, Any], **params: int) -> list[dict[str, Any]]:
    path = view["resultsUrl"].removeprefix("/services/data/v68.0")
    body = client.get(path, params=params).json()
    return [
        {cell["fieldNameOrPath"]: cell["value"] for cell in row["columns"]}
        for row in body["records"]
    ]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("00B000000000001AAA", 404, "NOT_FOUND"),
        ("nothing", 404, "NOT_FOUND"),
        ("AllAccounts/nothing", 404, "NOT_FOUND"),
        ("recent", 501, "NOT_IMPLEMENTED"),
        ("AllAccounts/results?limit=0", 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("AllAccounts/results?limit=2001", 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("AllAccounts/results?limit=x", 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
        ("AllAccounts/results?offset=-1", 400, "ILLEGAL_QUERY_PARAMETER_VALUE"),
    ],
)
def test_refuses(client: httpx.Client, path: str, status: int, code: str) -> None:
    response = client.get(f"/sobjects/Account/listviews/{path}")
    assert (response.status_code, response.json()[0]["errorCode"]) == (status, code)


def test_only_reads(client: httpx.Client) -> None:
    assert client.post("/sobjects/Account/listviews", json={}).status_code == 405


def test_an_object_has_two_from_the_start_and_keeps_their_ids(client: httpx.Client) -> None:
    first = views(client, "Account")
    assert list(first) == ["RecentlyViewedAccounts", "AllAccounts"]
    assert first["AllAccounts"]["label"] == "All Accounts"
    assert first["AllAccounts"]["id"].startswith("00B")
    assert views(client, "Account") == first
    statement = "SELECT Id FROM ListView WHERE DeveloperName = 'AllAccounts'"
    (row,) = client.get("/query", params={"q": statement}).json()["records"]
    assert row["Id"] == first["AllAccounts"]["id"]
    assert views(client, "PricebookEntry") == {}


def test_shows_all_records_as_texts(client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme", Type="Prospect")
    create_record(client, "Account", Name="Aaa")
    first, second = rows(client, views(client, "Account")["AllAccounts"])
    assert (first["Name"], second["Name"]) == ("Aaa", "Acme")
    assert second == {
        "Name": "Acme",
        "Site": None,
        "BillingState": None,
        "Phone": None,
        "Type": "Prospect",
        "Owner.Alias": "aadmi",
        "Id": account,
        "CreatedDate": "Sun Nov 22 12:00:00 GMT 2026",
        "LastModifiedDate": "Sun Nov 22 12:00:00 GMT 2026",
        "SystemModstamp": "Sun Nov 22 12:00:00 GMT 2026",
    }


def test_pages_partition_the_rows(client: httpx.Client) -> None:
    names = [f"A{number:02}" for number in range(30)]
    for name in names:
        create_record(client, "Account", Name=name)
    path = "/sobjects/Account/listviews/AllAccounts/results"
    usual = client.get(path).json()
    assert (usual["size"], usual["done"], len(usual["records"])) == (25, False, 25)
    visited = []
    for offset in range(0, 30, 7):
        body = client.get(path, params={"limit": 7, "offset": offset}).json()
        assert body["done"] is (offset == 28)
        visited += [row["columns"][0]["value"] for row in body["records"]]
    assert visited == names


def test_a_declared_view_has_its_columns_condition_and_order(
    client: httpx.Client, org: Org
) -> None:
    list_views_of(org).append(HOT)
    for name, rating, revenue in (
        ("a", "Hot", 1),
        ("b", "Hot", 2),
        ("c", "Cold", 3),
        ("x", "Hot", 4),
    ):
        fields = {"Rating": rating, "AnnualRevenue": revenue, "Industry": "Banking"}
        create_record(client, "Account", Name=name, **fields)
    result = rows(client, views(client, "Account")["Hot"])
    assert [(row["Name"], row["AnnualRevenue"], row["Owner.Alias"]) for row in result] == [
        ("b", "2.0", "aadmi"),
        ("a", "1.0", "aadmi"),
    ]
    message = client.get("/sobjects/Account/listviews/Hot/describe").json()
    assert message["whereCondition"] == {
        "conjunction": "and",
        "conditions": [
            {"field": "Rating", "operator": "equals", "values": ["'Hot'"]},
            {"condition": {"field": "Name", "operator": "like", "values": ["'x%'"]}},
            {"field": "Industry", "operator": "in", "values": ["'Banking'", "'Energy'"]},
        ],
    }
    assert [item["fieldNameOrPath"] for item in message["orderBy"]] == ["AnnualRevenue", "Id"]
    assert message["orderBy"][0]["sortDirection"] == "descending"
    assert client.get("/query", params={"q": message["query"]}).json()["totalSize"] == 2
    by_name = {item["fieldNameOrPath"]: item for item in message["columns"]}
    assert by_name["AnnualRevenue"]["sortIndex"] == 0
    assert by_name["Industry"]["selectListItem"] == "toLabel(Industry)"
    assert (by_name["Id"]["hidden"], by_name["Id"]["sortable"]) == (True, False)


def test_mine_lists_the_users_own_records(client: httpx.Client, org: Org) -> None:
    view = ListView("Account", "Mine", "My Accounts", ("Name",), mine=True)
    list_views_of(org).append(view)
    create_record(client, "Account", Name="Own")
    other = org.db.execute('SELECT "Id" FROM "User" WHERE "Id" <> ?', (org.admin_id,)).fetchone()[0]
    create_record(client, "Account", Name="Other", OwnerId=other)
    path = "/sobjects/Account/listviews/Mine"
    assert [row["Name"] for row in rows(client, client.get(path).json())] == ["Own"]
    assert client.get(f"{path}/describe").json()["scope"] == "mine"


def test_recently_viewed_lists_viewed_records(client: httpx.Client) -> None:
    unseen = {"Sforce-Mru": "updateMru=false"}
    client.post("/sobjects/Account", json={"Name": "Unseen"}, headers=unseen)
    create_record(client, "Account", Name="Seen")
    result = rows(client, views(client, "Account")["RecentlyViewedAccounts"])
    assert [row["Name"] for row in result] == ["Seen"]


def test_a_hidden_field_is_no_column(client: httpx.Client, org: Org) -> None:
    org.settings.hidden_fields = {"System Administrator": {"Account": {"Phone"}}}
    create_record(client, "Account", Name="Acme")
    (row,) = rows(client, views(client, "Account")["AllAccounts"])
    assert "Phone" not in row
    assert "Site" in row


def test_an_invalid_list_view_is_refused(client: httpx.Client, org: Org) -> None:
    list_views_of(org).append(ListView("Account", "Bad", "Bad", ("Name",), where="Nmae = 1"))
    response = client.get("/sobjects/Account/listviews/Bad/results")
    assert response.json()[0]["errorCode"] == "INVALID_FIELD"


@pytest.mark.parametrize("sobject", ["Contact", "Lead", "Opportunity", "Case", "Invoice__c"])
def test_the_standard_views_of_other_objects_run(client: httpx.Client, sobject: str) -> None:
    result = views(client, sobject)
    assert len(result) == 2
    for view in result.values():
        assert rows(client, view) == []
