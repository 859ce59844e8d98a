"""The login and consent pages: who may sign in, and forged forms."""

from collections.abc import Callable
from datetime import time, timedelta

import httpx
import pytest
from local_org.identity.products import ADMIN, MY_DOMAIN, SALES, Product

from salesforce_emulator.identity import Identity
from salesforce_emulator.identity.browser_user import Lost
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]

WRONG = "Check your username and password"


def test_login_page_states_that_it_is_not_salesforce(product: Make) -> None:
    app = product("crm-sync")
    app.consent()
    assert len(app.pages) == 2
    for page in app.pages:
        assert "Local org &ndash; not Salesforce." in page
        assert "<script" not in page


def test_consent_page_lists_the_requested_scopes(product: Make) -> None:
    app = product("crm-sync")
    app.consent()
    page = app.pages[-1]
    assert "<b>CRM Sync</b> is asking to" in page
    for label in ("Perform requests at any time", "Manage user data via APIs", "web browsers"):
        assert label in page
    assert ADMIN[0] in page


@pytest.mark.parametrize(
    "person", [(ADMIN[0], "wrong"), ("nobody@acme.example", "x"), (ADMIN[0], ""), ("", "")]
)
def test_keeps_out_who_has_no_password_here(product: Make, person: tuple[str, str]) -> None:
    app = product("sync")
    with pytest.raises(Lost):
        app.consent(person)
    assert WRONG in app.pages[-1]


def test_usernames_ignore_case(product: Make) -> None:
    assert "code" in product("sync").consent((ADMIN[0].upper(), ADMIN[1]))


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"frozen": True}, WRONG),
        ({"api_only": True}, WRONG),
        ({"ip_ranges": ("10.0.0.0/8",)}, "does not allow logins from this address"),
        ({"login_hours": (time(13), time(17))}, "does not allow logins at this hour"),
        ({"login_hours": (time(22), time(6))}, "does not allow logins at this hour"),
    ],
)
def test_restricted_users_cannot_sign_in(
    product: Make, identity: Identity, attributes: dict[str, object], words: str
) -> None:
    identity.logins.change(SALES[0], **attributes)
    app = product("sync")
    with pytest.raises(Lost):
        app.consent(SALES)
    assert words in app.pages[-1]


@pytest.mark.parametrize(
    "attributes",
    [
        {"ip_ranges": ("10.0.0.0/8", "127.0.0.0/8")},
        {"login_hours": (time(8), time(17))},
        {"login_hours": (time(22), time(13))},
    ],
)
def test_users_within_their_restrictions_sign_in(
    product: Make, identity: Identity, attributes: dict[str, object]
) -> None:
    identity.logins.change(SALES[0], **attributes)
    assert "code" in product("sync").consent(SALES)


def test_keeps_out_a_user_who_is_not_active(product: Make, org: Org) -> None:
    org.db.execute('UPDATE "User" SET "IsActive" = 0 WHERE "Username" = ?', (SALES[0],))
    with pytest.raises(Lost):
        product("sync").consent(SALES)


def test_forgets_a_login_when_the_session_times_out(
    product: Make, clock: Clock, browser: httpx.Client
) -> None:
    app = product("sync")
    app.consent()
    clock.advance(timedelta(hours=2, seconds=1))
    app.consent()
    assert 'type="password"' in app.pages[2]


def test_refuses_a_login_form_of_somebody_else(browser: httpx.Client, org: Org) -> None:
    """A form with another browser's seal logs nobody in: login CSRF."""
    form = {"username": ADMIN[0], "pw": ADMIN[1], "startURL": "/", "seal": "0" * 48}
    response = browser.post(f"{MY_DOMAIN}/login", data=form)
    assert response.status_code == 200
    assert f"sid_{org.org_id}" not in browser.cookies
    assert "This form is not one we made" in response.text


@pytest.mark.parametrize("seal", ["", "0" * 48, "é"])
def test_refuses_a_consent_form_that_we_did_not_make(
    product: Make, browser: httpx.Client, seal: str
) -> None:
    """A page elsewhere that posts Allow with the person's cookie gets no code."""
    app = product("sync")
    app.consent()
    query = app.authorize_url().partition("?")[2]
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/authorize",
        data={"request": query, "seal": seal, "decision": "allow"},
    )
    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"blocked": True}, "OAUTH_APP_BLOCKED"),
        ({"permitted_users": "admin_approved"}, "OAUTH_APPROVAL_ERROR_GENERIC"),
        ({"callback_urls": ()}, "redirect_uri_mismatch"),
    ],
)
def test_a_submitted_consent_form_is_checked_again(
    product: Make,
    identity: Identity,
    browser: httpx.Client,
    switches: dict[str, object],
    words: str,
) -> None:
    """An app that was changed while the consent page stood open gets no code."""
    app = product("sync")
    app.consent(allow=False)
    page = browser.get(app.authorize_url()).text
    seal = page.split('name="seal" value="')[-1].partition('"')[0]
    query = app.authorize_url().partition("?")[2]
    identity.apps.change("sync", **switches)
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/authorize",
        data={"request": query, "seal": seal, "decision": "allow"},
    )
    assert words in response.text


@pytest.mark.parametrize(
    "start",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "/\t/x"],
)
def test_goes_nowhere_else_after_a_login(browser: httpx.Client, start: str) -> None:
    displayed = browser.get(f"{MY_DOMAIN}/login", params={"startURL": start})
    assert 'name="startURL" value="/"' in displayed.text


def test_cookies_are_out_of_reach_of_scripts(product: Make, browser: httpx.Client) -> None:
    displayed = browser.get(f"{MY_DOMAIN}/login")
    cookie = displayed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" in cookie
    assert "frame-ancestors 'none'" in displayed.headers["content-security-policy"]


def test_logs_out(product: Make, browser: httpx.Client) -> None:
    app = product("sync")
    app.consent()
    page = browser.get(f"{MY_DOMAIN}/")
    assert "You are logged in" in page.text
    seal = page.text.split('name="seal" value="')[-1].partition('"')[0]
    assert browser.post(f"{MY_DOMAIN}/secur/logout.jsp", data={"seal": "x"}).status_code == 400
    browser.post(f"{MY_DOMAIN}/secur/logout.jsp", data={"seal": seal, "startURL": "/"})
    assert 'type="password"' in browser.get(f"{MY_DOMAIN}/").text
