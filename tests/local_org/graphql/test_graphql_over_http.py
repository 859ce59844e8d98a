"""GraphQL queries for records."""

from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.org.state import Org


def send(client: httpx.Client, query: str, **body: Any) -> dict[str, Any]:
    response = client.post("/graphql", json={"query": query, **body})
    assert response.status_code == 200, response.text
    values: dict[str, Any] = response.json()
    return values


def accounts(client: httpx.Client, arguments: str, inner: str, **variables: Any) -> dict[str, Any]:
    """Ask for accounts; gives the list."""
    heading = "query" + (f" Q({variables.pop('types')})" if variables else "")
    query = f"{heading} {{ uiapi {{ query {{ Account{arguments} {{ {inner} }} }} }} }}"
    text = send(client, query, variables=variables)
    assert text["errors"] == [], text
    result: dict[str, Any] = text["data"]["uiapi"]["query"]["Account"]
    return result


def names(body: dict[str, Any]) -> list[str]:
    return [edge["node"]["Name"]["value"] for edge in body["edges"]]


NAMES = "edges { node { Name { value } } }"


def test_fields_have_value_and_display_value(client: httpx.Client) -> None:
    account = create_record(
        client, "Account", Name="Acme", Industry="Banking", AnnualRevenue=1234500
    )
    inner = (
        "edges { node { Id ApiName __typename Name { value displayValue }"
        " Industry { value label displayValue } AnnualRevenue { value displayValue }"
        " CreatedDate { value displayValue } IsDeleted { value } Site { value displayValue } } }"
        " totalCount pageResultCount"
    )
    result = accounts(client, "", inner)
    assert result["edges"] == [
        {
            "node": {
                "Id": account,
                "ApiName": "Account",
                "__typename": "Account",
                "Name": {"value": "Acme", "displayValue": None},
                "Industry": {"value": "Banking", "label": "Banking", "displayValue": "Banking"},
                "AnnualRevenue": {"value": 1234500.0, "displayValue": "$1,234,500.00"},
                "CreatedDate": {
                    "value": "2026-11-22T12:00:00.000Z",
                    "displayValue": "11/22/2026, 4:00 AM",
                },
                "IsDeleted": {"value": False},
                "Site": {"value": None, "displayValue": None},
            }
        }
    ]
    assert (result["totalCount"], result["pageResultCount"]) == (1, 1)


def test_pages_partition_the_records(client: httpx.Client) -> None:
    every = [f"A{number:02}" for number in range(23)]
    for name in every:
        create_record(client, "Account", Name=name)
    inner = f"{NAMES} pageInfo {{ hasNextPage hasPreviousPage endCursor }} totalCount"
    visited: list[str] = []
    after = None
    while True:
        result = accounts(
            client,
            "(first: $n, after: $after, orderBy: {Name: {order: ASC}})",
            inner,
            types="$n: Int = 5, $after: String",
            after=after,
        )
        assert result["pageInfo"]["hasPreviousPage"] is bool(visited)
        assert result["totalCount"] == 23
        visited += names(result)
        after = result["pageInfo"]["endCursor"]
        if not result["pageInfo"]["hasNextPage"]:
            break
    assert visited == every


def test_ten_come_when_nothing_is_said(client: httpx.Client) -> None:
    for number in range(12):
        create_record(client, "Account", Name=f"A{number:02}")
    result = accounts(client, "", f"{NAMES} pageInfo {{ hasNextPage }}")
    assert len(result["edges"]) == 10
    assert result["pageInfo"] == {"hasNextPage": True}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('{Name: {eq: "O\'Hara \\\\ Sons"}}', ["O'Hara \\ Sons"]),
        ('{Name: {like: "B%"}}', ["Bolt"]),
        ('{Name: {in: ["Bolt", "Acme"]}}', ["Acme", "Bolt"]),
        ('{Name: {nin: ["Bolt", "Acme"]}}', ["O'Hara \\ Sons"]),
        ("{Industry: {eq: null}}", ["O'Hara \\ Sons"]),
        ("{AnnualRevenue: {gte: 10, lt: 30}}", ["Acme", "Bolt"]),
        ('{Industry: {eq: "Banking"}, Name: {ne: "Acme"}}', ["Bolt"]),
        ('{or: [{Name: {eq: "Acme"}}, {AnnualRevenue: {gt: 25}}]}', ["Acme", "O'Hara \\ Sons"]),
        ('{and: [{Name: {like: "%o%"}}, {not: {Name: {eq: "Bolt"}}}]}', ["O'Hara \\ Sons"]),
        ("{CreatedDate: {eq: {literal: TODAY}}}", ["Acme", "Bolt", "O'Hara \\ Sons"]),
        ("{CreatedDate: {eq: {range: {last_n_days: 3}}}}", ["Acme", "Bolt", "O'Hara \\ Sons"]),
        ('{CreatedDate: {lt: {value: "2020-01-01T00:00:00Z"}}}', []),
        ('{Parent: {Name: {eq: "Acme"}}}', ["Bolt"]),
        ("{IsDeleted: {eq: false}}", ["Acme", "Bolt", "O'Hara \\ Sons"]),
        ("{}", ["Acme", "Bolt", "O'Hara \\ Sons"]),
    ],
)
def test_conditions_choose_records(client: httpx.Client, where: str, expected: list[str]) -> None:
    acme = create_record(client, "Account", Name="Acme", Industry="Banking", AnnualRevenue=10)
    bolt = {"Name": "Bolt", "Industry": "Banking", "AnnualRevenue": 20, "ParentId": acme}
    create_record(client, "Account", **bolt)
    create_record(client, "Account", Name="O'Hara \\ Sons", AnnualRevenue=30)
    result = accounts(client, f"(where: {where}, orderBy: {{Name: {{order: ASC}}}})", NAMES)
    assert names(result) == expected


def test_variables_may_be_whole_conditions(client: httpx.Client) -> None:
    for name in ("Acme", "Bolt"):
        create_record(client, "Account", Name=name)
    result = accounts(
        client,
        "(where: $where)",
        NAMES,
        types="$where: Account_Filter",
        where={"Name": {"eq": "Bolt"}},
    )
    assert names(result) == ["Bolt"]


def test_orders_by_several_fields_and_parents(client: httpx.Client) -> None:
    low, high = (
        create_record(client, "Account", Name="Z"),
        create_record(client, "Account", Name="Y"),
    )
    for name, parent in (("a", low), ("b", high), ("c", high)):
        create_record(client, "Account", Name=name, ParentId=parent)
    order = "{Parent: {Name: {order: ASC, nulls: LAST}}, Name: {order: DESC}}"
    assert names(accounts(client, f"(orderBy: {order})", NAMES)) == ["c", "b", "a", "Z", "Y"]


def test_parents_children_and_records_of_several_types(client: httpx.Client) -> None:
    acme = create_record(client, "Account", Name="Acme")
    bolt = create_record(client, "Account", Name="Bolt", ParentId=acme)
    for name in ("Ann", "Bob", "Cyd"):
        create_record(client, "Contact", LastName=name, AccountId=bolt)
    create_record(client, "Task", Subject="Call", WhatId=bolt)
    inner = """
      edges { node {
        Parent { Id Name { value } }
        Owner { __typename ... on User { Alias { value } } ... on Group { Name { value } } }
        Contacts(first: 2, orderBy: {LastName: {order: DESC}}) {
          edges { node { LastName { value } } } totalCount pageInfo { hasNextPage } }
      } }"""
    result = accounts(client, '(where: {Name: {eq: "Bolt"}})', inner)
    (edge,) = result["edges"]
    assert edge["node"] == {
        "Parent": {"Id": acme, "Name": {"value": "Acme"}},
        "Owner": {"__typename": "User", "Alias": {"value": "aadmi"}},
        "Contacts": {
            "edges": [
                {"node": {"LastName": {"value": "Cyd"}}},
                {"node": {"LastName": {"value": "Bob"}}},
            ],
            "totalCount": 3,
            "pageInfo": {"hasNextPage": True},
        },
    }
    node = "node { What { ... on Account { Name { value } } } }"
    query = f"{{ uiapi {{ query {{ Task {{ edges {{ {node} }} }} }} }} }}"
    text = send(client, query)["data"]["uiapi"]["query"]["Task"]
    assert text["edges"] == [{"node": {"What": {"Name": {"value": "Bolt"}}}}]


def test_aliases_fragments_and_directives(client: httpx.Client) -> None:
    create_record(client, "Account", Name="Acme")
    query = """
      query A($no: Boolean = false) { api: uiapi { query {
        first: Account { edges { node { ...f ...g title: Name { value } } } }
        second: Account(first: 1) { totalCount @skip(if: true) n: totalCount }
        third: Account @include(if: $no) { totalCount }
      } } }
      query B { uiapi { query { Contact { totalCount } } } }
      fragment f on Account { Id Name { value } }
      fragment g on Account { Name { text: value } }"""
    text = send(client, query, operationName="A")
    (edge,) = text["data"]["api"]["query"]["first"]["edges"]
    assert edge["node"]["Name"] == {"value": "Acme", "text": "Acme"}
    assert edge["node"]["title"] == {"value": "Acme"}
    assert text["data"]["api"]["query"]["second"] == {"n": 1}
    assert "third" not in text["data"]["api"]["query"]


def test_mine_scope_returns_own_records(client: httpx.Client, org: Org) -> None:
    create_record(client, "Account", Name="Own")
    other = org.db.execute('SELECT "Id" FROM "User" WHERE "Id" <> ?', (org.admin_id,)).fetchone()[0]
    create_record(client, "Account", Name="Other", OwnerId=other)
    assert names(accounts(client, "(scope: MINE)", NAMES)) == ["Own"]


def test_a_hidden_field_is_undefined(client: httpx.Client, org: Org) -> None:
    org.settings.hidden_fields = {"System Administrator": {"Account": {"Phone"}}}
    query = "{ uiapi { query { Account { edges { node { Phone { value } } } } } } }"
    assert "'Phone' in type 'Account'" in send(client, query)["errors"][0]["message"]
