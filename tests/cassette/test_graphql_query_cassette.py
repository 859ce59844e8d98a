"""`graphql_query` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

QUERY = (
    "query Named($name: String) { uiapi { query { Account(first: 5, where: {Name: {eq: $name}}) "
    "{ edges { node { Id Name { value } } } totalCount } } } }"
)


def test_fails(run: Callable[..., Any]) -> None:
    """The answer is a 200 that holds errors."""
    query = "{ uiapi { query { Account { edges { node { Nmae { value } } } } } } }"
    with pytest.raises(ConnectorError, match="Nmae"):
        run("graphql_query", {"query": query})


def test_succeeds(run: Callable[..., Any]) -> None:
    name = 'Acme "G" \\ Sons'
    record = run("create_record", {"sobject": "Account", "fields": {"Name": name}})
    output = run("graphql_query", {"query": QUERY, "variables": {"name": name}})
    accounts = output["data"]["uiapi"]["query"]["Account"]
    assert record["id"] in [edge["node"]["Id"] for edge in accounts["edges"]]
