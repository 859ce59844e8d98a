"""graphql_query: errors inside a 200, and what is a read."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.graphql_query import Input, flow, only_reads
from salesforce_connector.errors import BadReply, Rejected

ERROR = {
    "message": "Validation error",
    "paths": ["uiapi", "query"],
    "extensions": {"ErrorType": "InvalidSyntax"},
}


@pytest.mark.parametrize("data", [None, {"uiapi": None}])
def test_raises_errors_inside_a_200(data: Any) -> None:
    run = drive(flow(Input(query="{x}")), ok({"data": data, "errors": [ERROR]}))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "INVALIDSYNTAX"
    assert "uiapi.query" in run.error.message


def test_raises_when_there_is_no_data_though_partial_data_is_allowed() -> None:
    run = drive(flow(Input(query="{x}", allow_partial=True)), ok({"data": None, "errors": [ERROR]}))

    assert isinstance(run.error, Rejected)


def test_does_not_take_neither_data_nor_errors() -> None:
    assert isinstance(drive(flow(Input(query="{x}")), ok({})).error, BadReply)


def test_returns_partial_data_with_warnings_when_allowed() -> None:
    run = drive(
        flow(Input(query="{x}", allow_partial=True)), ok({"data": {"a": 1}, "errors": [ERROR]})
    )

    assert run.output.data == {"a": 1}
    assert run.notes == ["Validation error"]


def test_sends_variables_and_the_operation() -> None:
    run = drive(
        flow(Input(query="query A {x}", variables={"n": None}, operation_name="A")),
        ok({"data": {"x": 1}, "errors": []}),
    )

    assert run.calls[0].json == {
        "query": "query A {x}",
        "variables": {"n": None},
        "operationName": "A",
    }
    assert run.output.data == {"x": 1}


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ("query { a }", True),
        ('{ a(x: "mutation") }', True),
        ("# mutation\n{ a }", True),
        ('{ a(x: """say \\""" mutation""") }', True),
        ("{ mutations }", True),
        ("mutation { a }", False),
        ("query A { a } mutation B { b }", False),
        ('{ a(x: "#") } mutation B { b }', False),
        ('{ a(x: "\\\\") } mutation { b }', False),
        ("subscription { a }", False),
    ],
)
def test_queries_and_mutations_are_distinguished(query: str, reads: bool) -> None:
    """A read-only connection relies on it: what only looks like a text must not hide one."""
    assert only_reads(query) is reads
