"""What is kept of the token endpoint's answers, and what is refused."""

from typing import Any

import httpx
import pytest
from connector.acme_connection import SETTINGS, SIGNED_IN
from connector.scripted_org import answer, form, refused

from salesforce_connector.auth import read_settings, tokens
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


def accept(response: httpx.Response, known: OrgSettings | None = None) -> dict[str, Any]:
    return tokens.trusted(
        tokens.read(response, BEFORE, "authorization_code"), known or settings()
    ).dump()


@pytest.mark.parametrize(
    ("response", "kind", "code"),
    [
        (answer(503), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (httpx.Response(500, html="<html>down</html>"), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (httpx.Response(404, html="<html>no such org</html>"), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (httpx.Response(302, headers={"location": "/"}), Unavailable, "TOKEN_ENDPOINT_DOWN"),
        (refused("server_error", status=503), Unavailable, "SERVER_ERROR"),
        (refused("unknown_error", "retry your request"), Unavailable, "UNKNOWN_ERROR"),
        (refused("anything", status=429), Unavailable, "ANYTHING"),
        (refused("invalid_grant", "expired access/refresh token"), Unauthorized, "INVALID_GRANT"),
        (refused("invalid_grant", "ip restricted"), Forbidden, "INVALID_GRANT"),
        (refused("invalid_client", "invalid client credentials", 401), Rejected, "INVALID_CLIENT"),
        (refused("rate_limit_exceeded"), RateLimited, "RATE_LIMIT_EXCEEDED"),
        (httpx.Response(200, html="<html>Wi-Fi</html>"), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, []), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": ""}), BadReply, "NO_ACCESS_TOKEN"),
        (answer(200, {"access_token": 5}), BadReply, "NO_ACCESS_TOKEN"),
    ],
)
def test_refuses(response: httpx.Response, kind: type[ConnectorError], code: str) -> None:
    with pytest.raises(kind) as raised:
        accept(response)

    assert raised.value.code == code
    assert raised.value.remedy


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
    known = settings(my_domain_url="http://127.0.0.1:8800", local_org=True)
    given = answer(200, {"access_token": "ACCESS-2", "instance_url": instance})

    with pytest.raises(BadReply) as raised:
        accept(given, known if local_org else None)

    assert raised.value.code == "UNTRUSTED_INSTANCE"
    assert raised.value.remedy
    assert "ACCESS-2" not in str(raised.value)


def test_keeps_what_the_answer_omits() -> None:
    assert accept(answer(200, {"access_token": "ACCESS-2"})) == {
        **SIGNED_IN,
        "access_token": "ACCESS-2",
    }


def test_takes_what_the_answer_says() -> None:
    said = {
        "access_token": "ACCESS-2",
        "refresh_token": "REFRESH-2",
        "instance_url": "https://na15.salesforce.com/",
        "id": "https://login.salesforce.com/id/00D/005",
        "scope": "api web",
        "token_type": "Bearer",
        "issued_at": "1700000000000",
        "signature": "x",
    }

    assert accept(answer(200, said)) == {
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


@pytest.mark.parametrize("stored", [{"access_token": 5}, {"instance_url": None}])
def test_a_stored_sign_in_that_is_damaged_asks_a_person(stored: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized) as raised:
        Credentials.load(stored)

    assert raised.value.code == "CREDENTIALS_DAMAGED"
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        (SIGNED_IN, ["REFRESH-1", "ACCESS-1"]),  # a refresh token that is dead takes nothing along
        ({"access_token": "ACCESS-1"}, ["ACCESS-1"]),
        ({}, []),
    ],
)
def test_revokes_all_that_there_is(stored: dict[str, Any], named: list[str]) -> None:
    requests = [*tokens.revocations("https://acme.my.salesforce.com", Credentials.load(stored))]

    assert [form(each)["token"] for each in requests] == named
    assert {str(each.url) for each in requests} <= {
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
