"""Errors of the authorization request, on a page or at the callback."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_org.identity.products import ADMIN, CALLBACK, LOGIN, MY_DOMAIN, SALES, Product

from salesforce_emulator.identity import Identity
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]


def test_an_unknown_app_gets_an_error_page(product: Make, browser: httpx.Client) -> None:
    displayed = browser.get(product("sync").authorize_url(client_id="3MVG9nobody"))
    assert displayed.status_code == 400
    assert "invalid_client_id : client identifier invalid" in displayed.text
    assert (
        "error=invalid_client_id&amp;error_description=client%20identifier%20inv" in displayed.text
    )


@pytest.mark.parametrize(
    ("redirect_uri", "words"),
    [
        (None, "redirect_uri_missing : redirect_uri not provided"),
        ("", "redirect_uri_missing"),
        ("http://127.0.0.1:8911/callback", "redirect_uri_mismatch"),
        ("http://127.0.0.1:8910/callback/", "redirect_uri_mismatch"),
        ("HTTP://127.0.0.1:8910/callback", "redirect_uri_mismatch"),
        ("http://127.0.0.1:8910/callback?x=1", "redirect_uri_mismatch"),
        ("https://evil.example/", "redirect_uri must match configuration"),
    ],
)
def test_shows_a_page_for_a_callback_that_is_not_the_apps(
    product: Make, browser: httpx.Client, redirect_uri: str | None, words: str
) -> None:
    """Callbacks are compared character for character, and a wrong one is never gone to."""
    displayed = browser.get(product("sync").authorize_url(redirect_uri=redirect_uri))
    assert displayed.status_code == 400
    assert words in displayed.text


def test_request_parameters_are_escaped_in_pages(product: Make, browser: httpx.Client) -> None:
    for url in (
        product("sync").authorize_url(client_id="<script>alert(1)</script>"),
        f"{MY_DOMAIN}/login?startURL=%22%3E%3Cscript%3E&un=%22%3E%3Cscript%3E",
        f"{MY_DOMAIN}/services/oauth2/success?error=%3Cscript%3E",
    ):
        assert "<script" not in browser.get(url).text


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"blocked": True}, "OAUTH_APP_BLOCKED : this app is blocked by admin"),
        ({"flows": frozenset({"client_credentials"})}, "OAUTH_APPROVAL_ERROR_GENERIC"),
    ],
)
def test_shows_a_page_for_an_app_that_may_not(
    product: Make, browser: httpx.Client, switches: dict[str, object], words: str
) -> None:
    displayed = browser.get(product("sync", **switches).authorize_url())
    assert displayed.status_code == 400
    assert words in displayed.text


def test_a_new_app_is_unknown_for_ten_minutes(
    product: Make, browser: httpx.Client, clock: Clock
) -> None:
    app = product("sync", propagating_until=clock.now() + timedelta(minutes=10))
    assert "invalid_client_id" in browser.get(app.authorize_url()).text
    assert app.token(grant_type="refresh_token", refresh_token="x").json() == {
        "error": "invalid_client_id",
        "error_description": "client identifier invalid",
    }
    clock.advance(timedelta(minutes=10))
    assert "code" in app.consent()


def test_an_app_of_production_is_unknown_at_the_login_host_of_sandboxes(
    product: Make, browser: httpx.Client, org: Org
) -> None:
    app = product("sync", base="https://test.salesforce.com")
    assert "invalid_client_id" in browser.get(app.authorize_url()).text
    org.db.execute('UPDATE "Organization" SET "IsSandbox" = 1')
    response = app.sign_in()
    assert response["instance_url"] == MY_DOMAIN
    assert response["id"].startswith("https://test.salesforce.com/id/")


def test_ordinary_users_cannot_approve_an_app_that_is_not_installed(
    product: Make, browser: httpx.Client
) -> None:
    app = product("helpdesk", installed=False)
    with pytest.raises(Exception, match="stopped at"):
        app.consent(SALES)
    assert "OAUTH_APPROVAL_ERROR_GENERIC" in app.pages[-1]
    browser.cookies.clear()
    assert "code" in app.consent(ADMIN)  # has "Approve Uninstalled Connected Apps"


def test_admin_approved_users_skip_consent_and_others_are_refused(
    product: Make, browser: httpx.Client
) -> None:
    app = product(
        "helpdesk", permitted_users="admin_approved", approved_users=frozenset({SALES[0]})
    )
    assert "code" in app.consent(SALES)
    assert len(app.pages) == 1  # the login page alone
    browser.cookies.clear()
    with pytest.raises(Exception, match="stopped at"):
        app.consent(ADMIN)
    assert "OAUTH_APPROVAL_ERROR_GENERIC" in app.pages[-1]


def test_denied_consent_redirects_with_access_denied(product: Make) -> None:
    assert product("sync").consent(allow=False) == {
        "error": "access_denied",
        "error_description": "end-user denied authorization",
        "state": "s t&a=te",
    }


@pytest.mark.parametrize(
    ("parameters", "error", "description"),
    [
        ({"response_type": "token"}, "unsupported_response_type", "response type not supported"),
        (
            {"response_type": None},
            "invalid_request",
            "missing required parameter: response_type",
        ),
        ({"scope": "api full"}, "invalid_scope", "the requested scope is not allowed"),
        (
            {"scope": "api nonsense"},
            "invalid_scope",
            "requested scope is invalid, unknown, or malformed",
        ),
        (
            {"code_challenge": "x" * 43, "code_challenge_method": "plain"},
            "invalid_request",
            "code challenge method not supported: plain",
        ),
        (
            {"code_challenge_method": "S256"},
            "invalid_request",
            "missing required code challenge",
        ),
        ({"code_challenge": "short"}, "invalid_request", "invalid code challenge"),
        ({"prompt": "none"}, "invalid_request", "invalid parameter: prompt"),
        ({"display": "tv"}, "invalid_request", "invalid parameter: display"),
        ({"immediate": "maybe"}, "invalid_request", "invalid parameter: immediate"),
    ],
)
def test_goes_back_to_the_callback_with(
    product: Make, parameters: dict[str, Any], error: str, description: str
) -> None:
    assert product("sync").consent(**parameters) == {
        "error": error,
        "error_description": description,
        "state": "s t&a=te",
    }


def test_callback_has_no_state_that_the_app_did_not_send(product: Make) -> None:
    assert product("sync").consent(state=None, response_type="token").keys() == {
        "error",
        "error_description",
    }


def test_immediate_never_shows_a_page(product: Make, browser: httpx.Client) -> None:
    app = product("sync")
    unsuccessful = {"error": "immediate_unsuccessful", "state": "s t&a=te"}
    assert app.consent(immediate="true") == unsuccessful  # nobody is logged in
    app.sign_in()
    displayed = len(app.pages)
    assert "code" in app.consent(immediate="true")
    assert app.consent(immediate="true", prompt="consent") == unsuccessful
    assert len(app.pages) == displayed


def test_consent_is_asked_once_and_again_with_prompt_consent(product: Make) -> None:
    app = product("sync")
    app.sign_in()
    before = len(app.pages)
    app.sign_in()
    assert len(app.pages) == before
    app.sign_in(prompt="consent")
    assert len(app.pages) == before + 1
    app.sign_in(prompt="login")
    assert len(app.pages) == before + 2
    assert 'type="password"' in app.pages[-1]
    app.sign_in(prompt="login consent")
    assert len(app.pages) == before + 4


def test_asks_again_for_scopes_that_were_not_granted(product: Make) -> None:
    app = product("platform")
    assert app.sign_in(scope="api")["scope"] == "api"
    before = len(app.pages)
    assert app.sign_in(scope="api id")["scope"] == "api id"
    assert len(app.pages) == before + 1


def test_no_refresh_token_without_its_scope(product: Make) -> None:
    response = product("platform").sign_in(scope="api id")
    assert "refresh_token" not in response


def test_offline_access_is_an_alias_of_refresh_token(product: Make) -> None:
    response = product("platform").sign_in(scope="offline_access api")
    assert response["scope"] == "refresh_token api"
    assert "refresh_token" in response


def test_returns_to_a_callback_that_has_a_query(
    product: Make, browser: httpx.Client, identity: Identity
) -> None:
    url = "https://engine.example/oauth?tenant=a%2Fb"
    identity.apps.add_callback("sync", url)
    product("sync").sign_in()
    response = browser.get(product("sync").authorize_url(redirect_uri=url))
    assert response.headers["location"].startswith(f"{url}&code=aPrx")


@pytest.mark.parametrize("url", ["http://engine.example/", "/callback", "https://a.example/#x"])
def test_registers_no_callback_that_salesforce_would_not(identity: Identity, url: str) -> None:
    with pytest.raises(ValueError, match="callback URL"):
        identity.apps.add_callback("sync", url)


def test_login_hint_prefills_the_username(product: Make, browser: httpx.Client) -> None:
    app = product("sync", base=LOGIN)
    displayed = browser.get(app.authorize_url(login_hint="sam@acme.example"), follow_redirects=True)
    assert 'value="sam@acme.example"' in displayed.text
    assert "to continue to <b>Sync</b>" in displayed.text
    assert CALLBACK not in displayed.url.host
