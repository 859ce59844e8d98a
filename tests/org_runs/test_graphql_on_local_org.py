"""GraphQL, run by the connector."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

Act = Callable[..., Any]

QUERY = """
  query Accounts($industry: Picklist, $after: String) { uiapi { query {
    Account(first: 2, after: $after, where: {Industry: {eq: $industry}},
            orderBy: {Name: {order: ASC}}) {
      edges { node { Id Name { value } } } pageInfo { hasNextPage endCursor } totalCount
    } } } }"""


def test_pages_through_what_conditions_choose(act: Act) -> None:
    for name in ("Cyan", "Acme", "Bolt"):
        act("create_record", {"sobject": "Account", "fields": {"Name": name, "Industry": "Energy"}})
    act("create_record", {"sobject": "Account", "fields": {"Name": "Other"}})
    visited: list[str] = []
    after = None
    for _ in range(2):
        inputs = {"query": QUERY, "variables": {"industry": "Energy", "after": after}}
        result = act("graphql_query", inputs)["data"]["uiapi"]["query"]["Account"]
        visited += [edge["node"]["Name"]["value"] for edge in result["edges"]]
        after = result["pageInfo"]["endCursor"]
    assert visited == ["Acme", "Bolt", "Cyan"]
    assert not result["pageInfo"]["hasNextPage"]


def test_an_error_in_an_answer_of_200_is_an_error(act: Act) -> None:
    query = "{ uiapi { query { Account { edges { node { Nmae { value } } } } } } }"
    with pytest.raises(ConnectorError, match="'Nmae' in type 'Account'"):
        act("graphql_query", {"query": query})
