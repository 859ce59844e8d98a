"""Apex REST: routing, arguments and exceptions of endpoints."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.automation.apex_rest import ApexAnswer, ApexRequest, ApexRest, endpoints_of
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.org.state import Org


def echo(context: RunContext, request: ApexRequest) -> ApexAnswer:
    """Describe what came."""
    values = {"rest": request.rest, "params": dict(request.params), "body": request.body}
    return ApexAnswer({"user": context.user_id, **values})


def fail(context: RunContext, request: ApexRequest) -> ApexAnswer:
    """Write an account, then fail in the way that the path names."""
    context.create("Account", {"Name": "Never"})
    if request.rest == "dml":
        context.create("Account", {})
    raise ValueError("no such order")


@pytest.fixture
def rest(client: httpx.Client, org: Org) -> httpx.Client:
    def gone(context: RunContext, request: ApexRequest) -> ApexAnswer:
        return ApexAnswer(status=204)

    def conflict(context: RunContext, request: ApexRequest) -> ApexAnswer:
        return ApexAnswer({"why": "shipped"}, 409, {"X-Order": "7"})

    for item in (
        ApexRest("GET", "/orders/*", echo),
        ApexRest("POST", "/orders/*", echo),
        ApexRest("GET", "/orders/count", conflict),
        ApexRest("DELETE", "/orders/*", gone),
        ApexRest("GET", "/fail/*", fail),
    ):
        endpoints_of(org).add(item)
    client.base_url = httpx.URL(f"https://{org.host}/services/apexrest")
    return client


@pytest.mark.parametrize("path", ["/nope", "/order", "/ordersX/1"])
def test_no_match(rest: httpx.Client, path: str) -> None:
    response = rest.get(path)

    assert response.status_code == 404
    assert response.json() == [
        {"errorCode": "NOT_FOUND", "message": "Could not find a match for URL"}
    ]


def test_nobody_without_a_token(anonymous: httpx.Client) -> None:
    response = anonymous.get("/services/apexrest/orders/1")

    assert (response.status_code, response.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_a_method_that_the_endpoint_has_not(rest: httpx.Client) -> None:
    response = rest.patch("/orders/1", json={})

    assert (response.status_code, response.headers["Allow"]) == (405, "GET,POST,DELETE")


@pytest.mark.parametrize(
    ("path", "message"),
    [("/fail/value", "System.ValueError: no such order"), ("/fail/dml", "System.DmlException: ")],
)
def test_a_fault_is_an_apex_error_and_writes_nothing(
    rest: httpx.Client, org: Org, path: str, message: str
) -> None:
    response = rest.get(path)

    assert (response.status_code, response.json()[0]["errorCode"]) == (500, "APEX_ERROR")
    assert response.json()[0]["message"].startswith(message)
    assert org.db.execute('SELECT COUNT(*) FROM "Account"').fetchone()[0] == 0


def test_a_body_that_is_not_json(rest: httpx.Client) -> None:
    response = rest.post("/orders/1", content=b"{")

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_apex_rest_receives_path_params_and_body(rest: httpx.Client, org: Org) -> None:
    used = org.limits.api_used
    response = rest.post("/orders/801/ship", params={"fast": "yes"}, json=[1])

    value: Any = response.json()
    assert value == {
        "user": org.admin_id,
        "rest": "801/ship",
        "params": {"fast": "yes"},
        "body": [1],
    }
    assert rest.get("/orders").json()["rest"] == ""
    assert org.limits.api_used == used + 2
    assert response.headers["Sforce-Limit-Info"].startswith(f"api-usage={used + 1}/")


def test_the_longest_path_answers_with_its_status_and_headers(rest: httpx.Client) -> None:
    response = rest.get("/orders/count")

    assert (response.status_code, response.json()) == (409, {"why": "shipped"})
    assert response.headers["X-Order"] == "7"
    assert rest.delete("/orders/7").status_code == 204
