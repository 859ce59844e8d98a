"""Refused GraphQL queries: status 200 with message and location."""

from typing import Any

import httpx
import pytest


def send(client: httpx.Client, query: str) -> dict[str, Any]:
    response = client.post("/graphql", json={"query": query})
    assert response.status_code == 200, response.text
    values: dict[str, Any] = response.json()
    return values


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ("", "InvalidSyntax", "Invalid Syntax"),
        ("{", "InvalidSyntax", "Invalid Syntax"),
        ("{ uiapi { query { Accountt { totalCount } } } }", "ValidationError", "'Accountt'"),
        ("{ uiapi { query { account { totalCount } } } }", "ValidationError", "'account'"),
        ("{ uiapi { query { Account { total } } } }", "ValidationError", "'total'"),
        ("{ uiapi { query { Account { edges { nodes } } } } }", "ValidationError", "'nodes'"),
        (
            "{ uiapi { query { Account { edges { node { Nmae { value } } } } } } }",
            "ValidationError",
            "FieldUndefined@[uiapi/query/Account/edges/node/Nmae]",
        ),
        (
            "{ uiapi { query { Account { edges { node { Name } } } } } }",
            "ValidationError",
            "selection of its parts",
        ),
        (
            "{ uiapi { query { Account { edges { node { Name { label } } } } } } }",
            "ValidationError",
            "'label' in type 'StringValue'",
        ),
        (
            "{ uiapi { query { Lead { edges { node { Owner { Name { value } } } } } } } }",
            "ValidationError",
            "... on",
        ),
        ("{ uiapi { query { Account(first: 0) { totalCount } } } }", "ValidationError", "first"),
        ("{ uiapi { query { Account(first: 2001) { totalCount } } } }", "ValidationError", "2000"),
        ('{ uiapi { query { Account(after: "x") { totalCount } } } }', "ValidationError", "cursor"),
        ("{ uiapi { query { Account(last: 1) { totalCount } } } }", "ValidationError", "last"),
        (
            "{ uiapi { query { Account(where: {Nmae: {eq: 1}}) { totalCount } } } }",
            "ValidationError",
            "'Nmae'",
        ),
        (
            "{ uiapi { query { Account(where: {Name: {is: 1}}) { totalCount } } } }",
            "ValidationError",
            "'is' is no operator",
        ),
        (
            "{ uiapi { query { Account(where: {Name: {eq: 1}}) { totalCount } } } }",
            "ValidationError",
            "not of its type",
        ),
        (
            '{ uiapi { query { Task(where: {ActivityDate: {eq: "x"}}) { totalCount } } } }',
            "ValidationError",
            "no value for ActivityDate",
        ),
        (
            "{ uiapi { query { Account(orderBy: {Name: {order: UP}}) { totalCount } } } }",
            "ValidationError",
            "ASC or DESC",
        ),
        (
            '{ uiapi { query { Account(where: {Description: {eq: "x"}}) { totalCount } } } }',
            "DataFetchingException",
            "can not be filtered",
        ),
        (
            "{ uiapi { query { Account(where: {Id: {inq: {}}}) { totalCount } } } }",
            "OperationNotSupported",
            "inq",
        ),
        (
            "{ uiapi { query { Account { edges { node { BillingAddress { x } } } } } } }",
            "OperationNotSupported",
            "BillingAddress",
        ),
        ("{ uiapi { aggregate { Account } } }", "OperationNotSupported", "aggregate"),
        ("subscription { uiapi { x } }", "OperationNotSupported", "subscription"),
        ("{ __schema { types { name } } }", "OperationNotSupported", "introspection"),
        ("query A { uiapi { x } } query B { uiapi { x } }", "OperationNotSupported", "operation"),
        ("{ uiapi @category(name: 1) { query { Account { totalCount } } } }",
         "OperationNotSupported", "@category"),
        ("query Q($a: Int!) { uiapi { query { Account(first: $a) { totalCount } } } }",
         "ValidationError", "'a' of type 'Int!'"),
        ("{ uiapi { query { Account(first: $a) { totalCount } } } }", "ValidationError", "'a'"),
        ("{ ...f } fragment f on Query { ...f }", "ValidationError", "deep"),
        ("{ ...nothing }", "ValidationError", "'nothing'"),
        ("{ uiapi { query { a: Account { totalCount } a: Contact { totalCount } } } }",
         "ValidationError", "twice"),
    ],
)  # fmt: skip
def test_errors_have_status_200_and_a_message(
    client: httpx.Client, query: str, kind: str, message: str
) -> None:
    text = send(client, query)
    assert text["data"] is None
    (error,) = text["errors"]
    assert error["extensions"] == {"ErrorType": kind}
    assert message in error["message"]


def test_fragments_within_fragments_do_not_explode(client: httpx.Client) -> None:
    parts = [f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(30)]
    text = send(client, f"{{ ...f0 }} {' '.join(parts)} fragment f30 on Query {{ __typename }}")
    assert "More than" in text["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "MISSING_ARGUMENT"),
        ({"query": 1}, 400, "JSON_PARSER_ERROR"),
        ({"query": "{", "variables": []}, 400, "JSON_PARSER_ERROR"),
    ],
)
def test_a_body_that_does_not_fit_is_an_error_of_rest(
    client: httpx.Client, body: dict[str, Any], status: int, code: str
) -> None:
    response = client.post("/graphql", json=body)
    assert (response.status_code, response.json()[0]["errorCode"]) == (status, code)
    assert client.get("/graphql").status_code == 405
