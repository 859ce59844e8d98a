"""One meaning for each way in which a sign-in fails: every auth method, threads and loops."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN
from connector.method_connections import METHOD_SETTINGS
from connector.scripted_org import TOKEN_PATH, ScriptedOrg
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.retry import without_pauses

Run = Callable[[MemoryConnection, ScriptedOrg], Any]
TOKEN = {
    "access_token": "ACCESS-2",
    "instance_url": "https://acme.my.salesforce.com",
    "id": SIGNED_IN["id"],
}
NEEDS_PERSON = "authorization_code"


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run an action, pausing for nothing."""

    def act(connection: MemoryConnection, org: ScriptedOrg) -> Any:
        plugin = SalesforceConnector(org, org)

        async def on_a_loop() -> Any:
            started = plugin.run_action_async("salesforce", "get_limits", connection, {}, {})
            assert started is not None
            return await started

        with without_pauses():
            if request.param == "sync":
                return plugin.run_action("salesforce", "get_limits", connection, {}, {})
            return asyncio.run(on_a_loop())

    return act


@pytest.fixture(params=[*METHOD_SETTINGS])
def connection(request: pytest.FixtureRequest) -> MemoryConnection:
    """One of each method, whose access token has ended."""
    settings = {**METHOD_SETTINGS[request.param], "check_fields": False}
    return MemoryConnection(request.param, settings, SIGNED_IN)


def refused(error: str, description: str | None = None) -> httpx.Response:
    return httpx.Response(400, json={"error": error, "error_description": description})


def org_whose_token_endpoint(response: Callable[[], httpx.Response]) -> ScriptedOrg:
    def script(request: httpx.Request) -> httpx.Response:
        return response() if request.url.path == TOKEN_PATH else session_ended()

    return ScriptedOrg(script)


def session_ended(message: str = "Session expired or invalid") -> httpx.Response:
    body = [{"errorCode": "INVALID_SESSION_ID", "message": message}]
    return httpx.Response(401, json=body, headers={"WWW-Authenticate": "Token"})


# The answer of the token endpoint, the kind for all methods, and a word of what is said.
ANSWERS: dict[str, tuple[Callable[[], httpx.Response], str, str]] = {
    "being processed": (
        lambda: refused("invalid_grant", "token request is already being processed"),
        "retryable",
        "",
    ),
    "app not installed": (
        lambda: refused("app_not_found", "External client app is not installed in this org"),
        "forbidden",
        "install",
    ),
    "app not known here": (lambda: refused("OAUTH_EC_APP_NOT_FOUND"), "forbidden", "My Domain"),
    "not admin approved": (
        lambda: refused("OAUTH_APP_ACCESS_DENIED", "user is not admin approved"),
        "forbidden",
        "Permitted Users",
    ),
    "locked out": (
        lambda: refused("invalid_grant", "user account is locked"),
        "forbidden",
        "Unlock",
    ),
    "no description": (lambda: refused("server_error"), "retryable", ""),
    "another My Domain": (
        lambda: httpx.Response(302, headers={"location": "https://new.my.salesforce.com/x"}),
        "rejected",
        "https://new.my.salesforce.com",
    ),
    "a page elsewhere": (
        lambda: httpx.Response(302, headers={"location": "https://portal.example/x"}),
        "rejected",
        "proxy",
    ),
    "no org there": (
        lambda: httpx.Response(404, html="<html>URL No Longer Exists</html>"),
        "rejected",
        "My Domain",
    ),
    "a firewall": (
        lambda: httpx.Response(403, html="<html>Blocked</html>"),
        "forbidden",
        "firewall",
    ),
    "no API": (
        lambda: httpx.Response(
            403, json=[{"errorCode": "API_DISABLED_FOR_ORG", "message": "The REST API is off."}]
        ),
        "forbidden",
        "edition",
    ),
    "rate limit": (lambda: refused("rate_limit_exceeded", "login rate exceeded"), "retryable", ""),
}


@pytest.mark.parametrize(("response", "kind", "word"), ANSWERS.values(), ids=ANSWERS)
def test_no_method_takes_it_for_the_end_of_the_authorization(
    run: Run,
    connection: MemoryConnection,
    response: Callable[[], httpx.Response],
    kind: str,
    word: str,
) -> None:
    with pytest.raises(ConnectorError) as raised:
        run(connection, org_whose_token_endpoint(response))

    error = raised.value
    assert (error.kind, error.sent) == (kind, False)
    assert error.remedy
    assert word in str(error)
    assert "None" not in str(error)
    assert connection.credentials["access_token"] == SIGNED_IN["access_token"]


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("Session expired or invalid", "Lock sessions to the IP address"),
        ("This session is not valid for use with the REST API", "High Assurance"),
    ],
)
def test_a_new_token_that_is_refused_at_once_is_no_matter_of_signing_in_again(
    run: Run, connection: MemoryConnection, message: str, word: str
) -> None:
    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return httpx.Response(200, json=TOKEN)
        return session_ended(message)

    with pytest.raises(ConnectorError) as raised:
        run(connection, ScriptedOrg(script))

    assert raised.value.kind == "forbidden"
    assert word in raised.value.remedy
    if connection.method != NEEDS_PERSON and "Lock" in word:
        assert "ign in again" not in str(raised.value)


def test_only_the_end_of_a_grant_asks_a_person(run: Run, connection: MemoryConnection) -> None:
    org = org_whose_token_endpoint(lambda: refused("invalid_grant", "expired access/refresh token"))
    with pytest.raises(ConnectorError) as raised:
        run(connection, org)

    if connection.method == NEEDS_PERSON:
        assert raised.value.kind == "unauthorized"
    else:
        assert "ign in again" not in str(raised.value)


def test_another_org_behind_a_refresh_is_a_warning(run: Run, connection: MemoryConnection) -> None:
    """A sandbox that was refreshed is a new org."""
    other = "https://test.salesforce.com/id/00D000000000009AAA/005000000000001AAA"
    before = "https://test.salesforce.com/id/00D000000000001AAA/005000000000001AAA"
    connection.save({**SIGNED_IN, "id": before})

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return httpx.Response(200, json={**TOKEN, "id": other})
        token = request.headers["Authorization"]
        return httpx.Response(200, json={}) if "ACCESS-2" in token else session_ended()

    result = run(connection, ScriptedOrg(script))

    assert any("another org" in warning for warning in result["warnings"])
