"""Hooks that engines with schedules and pickers of their own call: refresh, and what is allowed."""

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.scripted_org import TOKEN_PATH, ScriptedOrg, TokenOrg, answer, form, refused

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Unauthorized

INTROSPECTION = "/services/oauth2/introspect"


class IntrospectingOrg(ScriptedOrg):
    """Issues tokens and answers introspection as it is told."""

    def __init__(self, introspection: httpx.Response) -> None:
        super().__init__(self._say)
        self._introspection = introspection

    def _say(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": f"ACCESS-{form(request)['grant_type']}"})
        return self._introspection


def refresh(org: ScriptedOrg, connection: AcmeConnection) -> object:
    plugin = SalesforceConnector(transport=org, async_transport=org)
    return plugin.refresh_connection("salesforce", connection)


def test_refresh_reports_a_refused_refresh_token() -> None:
    connection = AcmeConnection()
    org = ScriptedOrg(lambda _: refused("invalid_grant", "expired access/refresh token"))

    with pytest.raises(Unauthorized):
        refresh(org, connection)
    assert connection.credentials == SIGNED_IN


def test_refresh_saves_new_credentials_and_returns_their_expiry() -> None:
    connection = AcmeConnection()
    org = IntrospectingOrg(answer(200, {"active": True, "exp": 1_790_000_000}))

    assert refresh(org, connection) == {"expires_at": 1_790_000_000.0}
    assert connection.credentials["access_token"] == "ACCESS-refresh_token"
    assert org.requests[-1].url.path == INTROSPECTION


@pytest.mark.parametrize(
    "message",
    [
        answer(401, {"error": "invalid_client"}),
        answer(200, {"active": True}),
        answer(200, {"active": True, "exp": "soon"}),
        answer(200, ["no object"]),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, text="[" * 100_000),
        answer(200, {"active": True, "exp": 10**400}),
        answer(200, {"active": True, "exp": -1}),
        httpx.Response(200, text='{"active": true, "exp": NaN}'),
    ],
    ids=[
        *("not allowed", "no end", "no number", "no object", "no JSON", "nested", "too late"),
        *("before 1970", "not a number"),
    ],
)
def test_an_unknown_end_is_no_failure(message: httpx.Response) -> None:
    """The refresh succeeded; introspection is an extra that an app may not have."""
    assert refresh(IntrospectingOrg(message), AcmeConnection()) == {"expires_at": None}


def test_each_refresh_uses_the_refresh_token_that_was_saved_last() -> None:
    """Also when another process saved it: with rotation, an old one would end the sign-in."""
    org, connection = TokenOrg(), AcmeConnection()
    plugin = SalesforceConnector(transport=org, async_transport=org)
    plugin.refresh_connection("salesforce", connection)
    other = SalesforceConnector(transport=org, async_transport=org)
    other.refresh_connection("salesforce", connection)

    plugin.refresh_connection("salesforce", connection)

    sent = [request["refresh_token"] for request in org.token_requests]
    assert sent == ["REFRESH-1", "REFRESH-2", "REFRESH-3"]
    assert connection.credentials["refresh_token"] == org.refresh


def allowed(**settings: object) -> list[str]:
    result = SalesforceConnector().list_allowed_actions(
        "salesforce", AcmeConnection(settings=settings)
    )
    assert result is not None
    return result


def test_a_connection_limited_to_one_action_allows_that_alone() -> None:
    assert allowed(allowed_actions=["query", "record_created"]) == ["query", "record_created"]


def test_a_read_only_connection_allows_no_action_that_only_writes() -> None:
    names = allowed(read_only=True)

    assert {"query", "record_created", "api_request"} <= {*names}
    assert "create_record" not in names
    assert all(
        ACTIONS[name].reads or name in {"api_request", "graphql_query", "run_composite"}
        for name in names
        if name in ACTIONS
    )


def test_an_open_connection_allows_all() -> None:
    assert {*ACTIONS} < {*allowed()}


def test_other_connectors_are_not_answered_for() -> None:
    plugin = SalesforceConnector()

    assert plugin.refresh_connection("other", AcmeConnection()) is None
    assert plugin.list_allowed_actions("other", AcmeConnection()) is None
