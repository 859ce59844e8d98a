"""What is kept of the token endpoint's answers, and what is refused."""

import json
from typing import Any

import httpx
import pytest
from connector.acme_connection import SETTINGS, SIGNED_IN
from connector.scripted_org import answer, error, form, refused
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.auth import read_settings, token_response, tokens
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Forbidden,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

BEFORE = Credentials.load(SIGNED_IN)


def settings(**more: Any) -> OrgSettings:
    return read_settings("authorization_code", {**SETTINGS, **more})[1]


def accept(response: httpx.Response, expected: OrgSettings | None = None) -> dict[str, Any]:
    expected = expected or settings()
    issued = token_response.read(response, BEFORE, expected, "refresh_token")
    return token_response.require_trusted(issued, expected).dump()


@pytest.mark.parametrize(
    ("response", "kind", "code"),
    [
        (answer(503), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (httpx.Response(500, html="<html>down</html>"), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (answer(408), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (answer(429, Retry_After="7"), RateLimited, "TOKEN_ENDPOINT_DOWN"),
        (answer(501), Rejected, "TOKEN_REQUEST_REFUSED"),
        (answer(400), Rejected, "TOKEN_REQUEST_REFUSED"),
        (httpx.Response(404, html="<h1>URL No Longer Exists</h1>"), Rejected, "NO_ORG_AT_ADDRESS"),
        (httpx.Response(403, html="<h1>Blocked</h1>"), Forbidden, "TOKEN_REQUEST_BLOCKED"),
        (httpx.Response(407, html="<h1>Proxy</h1>"), Forbidden, "PROXY_AUTHENTICATION_REQUIRED"),
        (httpx.Response(302, headers={"location": "/"}), Rejected, "ORG_ADDRESS_CHANGED"),
        (error(403, "API_DISABLED_FOR_ORG"), Forbidden, "API_DISABLED_FOR_ORG"),
        (error(500, "UNKNOWN_EXCEPTION"), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (refused("server_error", status=503), Unavailable, "SERVER_ERROR"),
        (refused("unknown_error", "retry your request"), Unavailable, "UNKNOWN_ERROR"),
        (refused("anything", status=429), RateLimited, "ANYTHING"),
        (refused("invalid_grant", "expired access/refresh token"), Unauthorized, "INVALID_GRANT"),
        (refused("invalid_grant", "ip restricted"), Forbidden, "INVALID_GRANT"),
        (refused("invalid_client", "invalid client credentials", 401), Rejected, "INVALID_CLIENT"),
        (refused("rate_limit_exceeded"), RateLimited, "RATE_LIMIT_EXCEEDED"),
        (httpx.Response(200, html="<html>Wi-Fi</html>"), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, []), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": ""}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": 5}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": "a\r\nX-Evil: 1"}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": "Ж"}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": "a" * 100_000}), BadReply, "NO_ACCESS_TOKEN"),
        (httpx.Response(200, content=b'{"a":' * 100_000), BadReply, "NO_ACCESS_TOKEN"),
        (httpx.Response(400, content=b"[" * 100_000), Rejected, "TOKEN_REQUEST_REFUSED"),
        (answer(400, {"error": {"deep": []}}), Rejected, "TOKEN_REQUEST_REFUSED"),
        (
            answer(400, {"error": "invalid_grant", "error_description": None}),
            Unauthorized,
            "INVALID_GRANT",
        ),
    ],
)
def test_refuses(response: httpx.Response, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(kind) as raised:
        accept(response)

    assert raised.value.code == code
    assert raised.value.remedy


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_my_domain_names_it(status: int) -> None:
    location = "https://acme-new.my.salesforce.com/services/oauth2/token"

    with pytest.raises(Rejected) as raised:
        accept(httpx.Response(status, headers={"location": location}))

    assert "https://acme-new.my.salesforce.com" in raised.value.message
    assert raised.value.fields == ("my_domain_url",)


def test_a_redirect_elsewhere_does_not_name_the_host() -> None:
    with pytest.raises(Rejected) as raised:
        accept(httpx.Response(302, headers={"location": "https://evil.example/x"}))

    assert "evil" not in str(raised.value)


def test_another_org_behind_the_same_authorization_is_remembered() -> None:
    """A sandbox was refreshed: same address, same user name, another org."""
    identity = "https://test.salesforce.com/id/00D000000000099EAA/005000000000001AAA"

    stored = accept(answer(200, {"access_token": "ACCESS-2", "id": identity}))

    assert stored["former_org_id"] == "00D000000000062EAA"
    assert Credentials.load(stored).org_id == "00D000000000099EAA"


@pytest.mark.parametrize(
    ("instance", "local_org"),
    [
        ("https://evil.example", False),
        ("https://acme.my.salesforce.com.evil.example", False),
        ("http://acme.my.salesforce.com", False),
        ("https://[broken", False),
        ("http://127.0.0.1:8800", False),
        ("https://acme.my.salesforce.com", True),
        (["https://acme.my.salesforce.com"], False),
    ],
)
def test_no_token_goes_to_an_instance_that_is_not_salesforces(
    instance: Any, local_org: bool
) -> None:
    expected = settings(my_domain_url="http://127.0.0.1:8800", local_org=True)
    inputs = answer(200, {"access_token": "ACCESS-2", "instance_url": instance})

    with pytest.raises(BadReply) as raised:
        accept(inputs, expected if local_org else None)

    assert raised.value.code == "UNTRUSTED_INSTANCE"
    assert raised.value.remedy
    assert "ACCESS-2" not in str(raised.value)


def test_keeps_what_the_answer_omits() -> None:
    assert accept(answer(200, {"access_token": "ACCESS-2"})) == {
        **SIGNED_IN,
        "access_token": "ACCESS-2",
    }


def test_accepts_what_the_answer_says() -> None:
    message = {
        "access_token": "ACCESS-2",
        "refresh_token": "REFRESH-2",
        "instance_url": "https://na15.salesforce.com/",
        "id": "https://login.salesforce.com/id/00D/005",
        "scope": "api web",
        "token_type": "Bearer",
        "issued_at": "1700000000000",
        "signature": "x",
    }

    assert accept(answer(200, message)) == {
        "access_token": "ACCESS-2",
        "refresh_token": "REFRESH-2",
        "instance_url": "https://na15.salesforce.com",
        "id": "https://login.salesforce.com/id/00D/005",
        "scope": "api web",
    }


def test_what_is_stored_is_read_back_and_masked() -> None:
    stored = Credentials.load(SIGNED_IN)

    assert stored.dump() == SIGNED_IN
    assert "ACCESS-1" not in f"{stored!r} {stored}"
    assert Credentials.load({}).dump() == {"instance_url": "", "id": "", "scope": ""}


@pytest.mark.parametrize("stored", [{"access_token": 5}, {"instance_url": None}, "text", 5])
def test_stored_credentials_that_are_damaged_ask_a_person(stored: Any) -> None:
    with pytest.raises(Unauthorized) as raised:
        Credentials.load(stored)

    assert raised.value.code == "CREDENTIALS_DAMAGED"
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        (SIGNED_IN, ["REFRESH-1", "ACCESS-1"]),  # a refresh token that is dead takes nothing along
        ({"access_token": "ACCESS-1"}, ["ACCESS-1"]),
        ({}, []),
    ],
)
def test_revokes_all_that_there_is(stored: dict[str, Any], names: list[str]) -> None:
    requests = [*tokens.revocations("https://acme.my.salesforce.com", Credentials.load(stored))]

    assert [form(request)["token"] for request in requests] == names
    assert {request.base_url + request.path for request in requests} <= {
        "https://acme.my.salesforce.com/services/oauth2/revoke"
    }


@pytest.mark.parametrize(
    ("response", "dead"),
    [
        (answer(200), True),
        (refused("invalid_token", "invalid token"), True),
        (refused("unsupported_token_type"), False),
        (answer(503), False),
        (answer(302), False),
    ],
)
def test_knows_whether_a_token_is_dead(response: httpx.Response, dead: bool) -> None:
    """One that was dead before is as dead."""
    assert tokens.is_revoked(response) is dead


FIELDS = st.sampled_from(
    ["access_token", "refresh_token", "instance_url", "id", "scope", "error", "error_description"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.sampled_from([200, 201, 204, 301, 302, 400, 401, 403, 404, 407, 420, 429, 500, 501, 503]),
    st.dictionaries(FIELDS, VALUES) | VALUES,
)
def test_any_token_response_becomes_credentials_or_a_connector_error(
    status: int, body: Any
) -> None:
    response = httpx.Response(
        status, content=json.dumps(body), headers={"content-type": "application/json"}
    )
    outcome: dict[str, Any] | ConnectorError
    try:
        outcome = accept(response)
    except ConnectorError as refusal:
        outcome = refusal

    if isinstance(outcome, ConnectorError):
        assert outcome.remedy
        assert len(str(outcome)) < 3_000
    else:
        assert status == 200
        assert outcome["access_token"].isascii()
        assert Credentials.load(outcome).dump() == outcome
