"""Mutations create, update and delete records, with and without allOrNone."""

from typing import Any

import httpx
import pytest

MAKE = (
    "{name}: AccountCreate(input: {{Account: {{{fields}}}}}) {{ Record {{ Id Name {{ value }} }} }}"
)


def send(client: httpx.Client, query: str, **variables: Any) -> dict[str, Any]:
    response = client.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code == 200, response.text
    values: dict[str, Any] = response.json()
    return values


def done(client: httpx.Client, query: str, **variables: Any) -> dict[str, Any]:
    text = send(client, query, **variables)
    assert text["errors"] == []
    body: dict[str, Any] = text["data"]["uiapi"]
    return body


def names(client: httpx.Client) -> list[str]:
    result = client.get("/query", params={"q": "SELECT Name FROM Account ORDER BY Name"}).json()
    return [item["Name"] for item in result["records"]]


@pytest.mark.parametrize(
    ("inner", "kind", "message"),
    [
        ("x", "ValidationError", "'x' in type 'UIAPIMutations'"),
        ("NothingCreate(input: {Nothing: {}}) { Record { Id } }", "ValidationError", "Nothing"),
        ("accountCreate(input: {Account: {}}) { Record { Id } }", "ValidationError", "accountC"),
        ("AccountCreate { Record { Id } }", "ValidationError", "needs an input"),
        ("AccountCreate(input: {}) { Record { Id } }", "ValidationError", "'Account' is missing"),
        ("AccountDelete(input: {Id: 1, X: 1}) { Id }", "ValidationError", "'X' does not belong"),
        ("AccountCreate(input: {Account: {Nmae: 1}}) { Record { Id } }", "ValidationError", "Nmae"),
        ('AccountUpdate(input: {Id: "1", Account: {}}) { Record { Id } }', "ValidationError",
         "'Record' in type 'AccountUpdatePayload'"),
        ('AccountCreate(input: {Account: {Name: "A"}}) { Record { Owner { Id } } }',
         "ValidationError", "AccountCreateRepresentation"),
        ('AccountCreate(input: {Account: {ParentId: "@{other}"}}) { Record { Id } }',
         "OperationNotSupported", "from one mutation to another"),
        ('AccountDelete(input: {Id: "003000000000001AAA"}) { Id }', "DataFetchingException", "id"),
        ('AccountUpdate(input: {Id: "001000000000001AAA", Account: {}}) { success }',
         "DataFetchingException", "requested resource does not exist"),
    ],
)  # fmt: skip
def test_invalid_mutations_are_refused(
    client: httpx.Client, inner: str, kind: str, message: str
) -> None:
    (error,) = send(client, f"mutation {{ uiapi {{ {inner} }} }}")["errors"]

    assert error["extensions"]["ErrorType"] == kind
    assert message in error["message"]
    assert names(client) == []


def test_older_versions_have_no_mutations(client: httpx.Client) -> None:
    query = {"query": "mutation { uiapi { x } }"}
    text = client.post(f"https://{client.base_url.host}/services/data/v58.0/graphql", json=query)

    assert text.json()["errors"][0]["extensions"]["ErrorType"] == "OperationNotSupported"


def test_a_record_is_created_updated_and_deleted(client: httpx.Client) -> None:
    make = (
        "mutation Make($input: AccountCreateInput!) { uiapi { AccountCreate(input: $input)"
        " { __typename Record { Id Name { value } NumberOfEmployees { value displayValue } } } } }"
    )
    values = {"Account": {"Name": "Acme", "NumberOfEmployees": 1200}}
    created = done(client, make, input=values)["AccountCreate"]
    assert created["__typename"] == "AccountCreatePayload"
    assert created["Record"]["Name"] == {"value": "Acme"}
    assert created["Record"]["NumberOfEmployees"] == {"value": 1200, "displayValue": "1,200"}

    account = created["Record"]["Id"]
    change = f'AccountUpdate(input: {{Id: "{account}", Account: {{Name: "Ace"}}}}) {{ success }}'
    assert done(client, f"mutation {{ uiapi {{ {change} }} }}") == {
        "AccountUpdate": {"success": True}
    }
    assert names(client) == ["Ace"]
    drop = f'AccountDelete(input: {{Id: "{account}"}}) {{ Id }}'
    assert done(client, f"mutation {{ uiapi {{ {drop} }} }}") == {"AccountDelete": {"Id": account}}
    assert names(client) == []


@pytest.mark.parametrize("argument", ["", "(input: {allOrNone: true})"])
def test_a_failed_mutation_rolls_back_all(client: httpx.Client, argument: str) -> None:
    inner = MAKE.format(name="one", fields='Name: "A"') + MAKE.format(name="two", fields="")
    text = send(client, f"mutation {{ uiapi{argument} {{ {inner} }} }}")

    (error,) = text["errors"]
    assert (error["paths"], "Name" in error["message"]) == (["uiapi", "two"], True)
    assert text["data"] == {"uiapi": {"one": None, "two": None}}
    assert names(client) == []


@pytest.mark.parametrize("argument", ["(input: {allOrNone: false})", "(allOrNone: false)"])
def test_mutations_are_independent_without_all_or_none(client: httpx.Client, argument: str) -> None:
    inner = MAKE.format(name="one", fields="") + MAKE.format(name="two", fields='Name: "B"')
    text = send(client, f"mutation {{ uiapi{argument} {{ {inner} }} }}")

    assert [item["paths"] for item in text["errors"]] == [["uiapi", "one"]]
    assert text["data"]["uiapi"]["one"] is None
    assert text["data"]["uiapi"]["two"]["Record"]["Name"] == {"value": "B"}
    assert names(client) == ["B"]
