"""The browser sign-in: what it asks for, and what it makes of the way back."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from connector.acme_connection import SETTINGS
from connector.scripted_org import form
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from salesforce_connector.auth import authorization_code, read_settings
from salesforce_connector.auth.authorization_code import Settings
from salesforce_connector.auth.authorization_state import AuthorizationState
from salesforce_connector.auth.tokens import Credentials, TokenRequest
from salesforce_connector.errors import ConnectorError, Forbidden, Rejected, Unauthorized

CALLBACK = "http://127.0.0.1:8910/callback"


def settings(**more: Any) -> Settings:
    _, result = read_settings("authorization_code", {**SETTINGS, **more})
    assert isinstance(result, Settings)
    return result


def begun(**more: Any) -> AuthorizationState:
    """A sign-in whose state and verifier are known."""
    state = authorization_code.begin(settings(), CALLBACK)[1]
    return AuthorizationState.load(
        {**state.dump(), "state": "STATE-1", "code_verifier": "VERIFIER-1", **more}
    )


def back(**answer: str) -> TokenRequest:
    """Come back from Salesforce with an answer."""
    return authorization_code.finish(settings(), begun(), f"{CALLBACK}?{urlencode(answer)}")


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        ("STATE-1", {"code": "CODE", "state": "STATE-2"}),
        ("STATE-1", {"code": "CODE", "state": "state-1"}),
        ("STATE-1", {"code": "CODE", "state": ""}),
        ("STATE-1", {"code": "CODE", "state": "Ж"}),
        ("STATE-1", {"code": "CODE"}),
        ("STATE-1", {"error": "access_denied"}),
        ("STATE-1", {}),
        ("", {"code": "CODE"}),
        ("", {"code": "CODE", "state": ""}),
    ],
)
def test_a_state_that_is_not_this_sign_ins_ends_it(state: str, answer: dict[str, str]) -> None:
    """A sign-in without a state of its own is nobody's: two empty ones are not alike."""
    with pytest.raises(Rejected) as raised:
        authorization_code.finish(settings(), begun(state=state), f"{CALLBACK}?{urlencode(answer)}")

    assert raised.value.code == "STATE_MISMATCH"
    assert "again" in raised.value.remedy


@pytest.mark.parametrize("callback", ["", "http://[", "x", f"{CALLBACK}#state=STATE-1&code=CODE"])
def test_a_callback_that_is_no_address_ends_it(callback: str) -> None:
    with pytest.raises(Rejected):
        authorization_code.finish(settings(), begun(), callback)


@pytest.mark.parametrize(
    ("error", "kind", "remedy"),
    [
        ("access_denied", Unauthorized, "press Allow"),
        ("access-denied", Unauthorized, "press Allow"),
        ("OAUTH_APP_BLOCKED", Forbidden, "Unblock"),
        ("invalid_scope", Rejected, "OAuth Scopes"),
        ("something_new", Forbidden, "Login History"),
    ],
)
def test_a_refusal_reports_what_to_do(error: str, kind: type[ConnectorError], remedy: str) -> None:
    with pytest.raises(kind) as raised:
        back(state="STATE-1", error=error, error_description="end-user denied authorization")

    assert remedy in raised.value.remedy
    assert "end-user denied authorization" in raised.value.message


def test_the_address_of_salesforces_own_page_of_errors_is_read() -> None:
    """Salesforce does not send the browser back for these; people paste what they see."""
    page = "https://acme.my.salesforce.com/setup/x?error=invalid_client_id&error_description=no"

    with pytest.raises(Rejected, match="does not know the consumer key"):
        authorization_code.finish(settings(), begun(), page)


ERROR_PAGE = "https://acme.my.salesforce.com/_nc_external/identity/sso/ui/AuthorizationError"
ERROR_PAGES = {
    "in a fragment": (f"{CALLBACK}#error=access_denied&state=STATE-1", "ACCESS_DENIED"),
    "in a query": (f"{CALLBACK}?error=OAUTH_APP_ACCESS_DENIED&state=STATE-1", None),
    "on Salesforce's error page": (
        f"{ERROR_PAGE}?ErrorCode=OAUTH_APP_ACCESS_DENIED&ErrorDescription=user+is+not+admin+approved",
        "OAUTH_APP_ACCESS_DENIED",
    ),
    "on that page, below a fragment": (
        f"{ERROR_PAGE}#/?ErrorCode=app_not_found",
        "APP_NOT_FOUND",
    ),
    "on a page of an experience site": (
        "https://acme.my.site.com/portal/_nc_external/x?ErrorCode=invalid_scope",
        "INVALID_SCOPE",
    ),
    "with white space around": (f"  {CALLBACK}?error=invalid_scope&state=STATE-1\n", None),
}


@pytest.mark.parametrize(("address", "code"), ERROR_PAGES.values(), ids=ERROR_PAGES)
def test_an_error_is_read_from_any_part_of_the_callback_url(address: str, code: str | None) -> None:
    with pytest.raises(ConnectorError) as raised:
        authorization_code.finish(settings(), begun(), address)

    assert raised.value.code not in ("STATE_MISMATCH", "NO_CODE")
    assert code in (None, raised.value.code)
    assert raised.value.remedy


def test_an_error_of_a_page_that_is_not_salesforces_ends_no_sign_in() -> None:
    """Any page could say so: without the state it is nobody's callback."""
    with pytest.raises(Rejected) as raised:
        authorization_code.finish(settings(), begun(), "https://evil.example/?error=access_denied")

    assert raised.value.code == "STATE_MISMATCH"


def test_a_code_in_a_url_fragment_is_not_accepted() -> None:
    with pytest.raises(Rejected):
        authorization_code.finish(settings(), begun(), f"{CALLBACK}#code=CODE&state=STATE-1")


@given(st.text(max_size=80))
def test_any_pasted_callback_raises_a_connector_error(pasted: str) -> None:
    with pytest.raises(ConnectorError):
        authorization_code.finish(settings(), begun(), pasted)


@pytest.mark.parametrize("answer", [{}, {"code": ""}])
def test_a_callback_without_a_code_reports_so(answer: dict[str, str]) -> None:
    with pytest.raises(Rejected) as raised:
        back(state="STATE-1", **answer)

    assert raised.value.code == "NO_CODE"


def test_asks_on_the_orgs_own_host_with_state_and_proof_key() -> None:
    url, state = authorization_code.begin(settings(scopes=["api", "web"]), CALLBACK)
    request = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    assert url.startswith("https://acme.my.salesforce.com/services/oauth2/authorize?")
    assert request == {
        "response_type": "code",
        "client_id": "3MVG9-key",
        "redirect_uri": CALLBACK,
        "scope": "api web",
        "state": state.state,
        "code_challenge": request["code_challenge"],
        "code_challenge_method": "S256",
    }
    digest = hashlib.sha256(state.code_verifier.encode()).digest()
    assert base64.urlsafe_b64decode(request["code_challenge"] + "=") == digest
    assert "=" not in request["code_challenge"]
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", state.code_verifier)  # RFC 7636, 4.1
    assert state.code_verifier not in url
    assert "CONSUMER-SECRET" not in url


def test_no_two_sign_ins_share_a_state_or_a_verifier() -> None:
    begun = [authorization_code.begin(settings(), CALLBACK)[1] for _ in range(20)]

    assert len({authorization.state for authorization in begun}) == 20
    assert len({authorization.code_verifier for authorization in begun}) == 20


def test_exchanges_the_code_with_the_verifier() -> None:
    request = back(state="STATE-1", code="aPrx+/ =")

    assert request.base_url + request.path == "https://acme.my.salesforce.com/services/oauth2/token"
    assert form(request) == {
        "grant_type": "authorization_code",
        "code": "aPrx+/ =",
        "client_id": "3MVG9-key",
        "client_secret": "CONSUMER-SECRET",
        "redirect_uri": CALLBACK,
        "code_verifier": "VERIFIER-1",
    }


def test_a_secret_that_is_empty_is_not_sent() -> None:
    """A public client must not send one, not even an empty one."""
    expected = settings(consumer_secret="")
    answer = f"{CALLBACK}?code=CODE&state=STATE-1"

    exchanged = authorization_code.finish(expected, begun(), answer)
    refreshed = authorization_code.refresh_request(
        expected, Credentials(refresh_token=SecretStr("REFRESH-1"))
    )

    assert b"client_secret" not in exchanged.content
    assert b"client_secret" not in refreshed.content


def test_without_a_refresh_token_a_person_must_sign_in() -> None:
    with pytest.raises(Unauthorized) as raised:
        authorization_code.refresh_request(
            settings(), Credentials(access_token=SecretStr("ACCESS-1"))
        )

    assert raised.value.code == "NO_REFRESH_TOKEN"
    assert "refresh_token" in raised.value.remedy
