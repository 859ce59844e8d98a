"""Revocation and introspection of tokens."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from local_org.identity.products import ADMIN, MY_DOMAIN, Product, refused

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.identity import Identity, authenticate
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]


@pytest.mark.parametrize("token", ["00DKX0000000001!AQAAno", "5Aep861no", "eyJno"])
def test_revokes_no_token_that_is_none(product: Make, token: str) -> None:
    response = product("sync").post("revoke", token=token)
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(response.text)["error"] == ["invalid_token"]


def test_revoking_unknown_text_is_unsupported_token_type(product: Make) -> None:
    response = product("sync").post("revoke", token="whatever", format="json")
    assert refused(response) == (
        400,
        "unsupported_token_type",
        "this token type is not supported",
    )


def test_jsonp_is_not_offered(product: Make, browser: httpx.Client) -> None:
    response = browser.get(
        f"{MY_DOMAIN}/services/oauth2/revoke",
        params={"token": "x", "callback": "f"},
        headers={"Accept": "application/json"},
    )
    assert refused(response) == (
        400,
        "invalid_request",
        "the local org does not offer callback",
    )


def test_misses_the_token(product: Make) -> None:
    assert "missing%20required%20parameter%3A%20token" in product("sync").post("revoke").text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_revoked_access_token_leaves_the_refresh_token(
    product: Make, org: Org, browser: httpx.Client, method: str
) -> None:
    app = product("sync")
    response = app.sign_in()
    url = f"{MY_DOMAIN}/services/oauth2/revoke"
    form = {"token": response["access_token"]}
    reply = browser.get(url, params=form) if method == "GET" else browser.post(url, data=form)
    assert (reply.status_code, reply.content) == (200, b"")
    with pytest.raises(SalesforceError):
        authenticate(org, f"Bearer {response['access_token']}")
    assert app.refresh(response["refresh_token"]).status_code == 200
    assert app.post("revoke", **form).status_code == 400  # it is one no longer


@pytest.mark.parametrize("name", ["sync", "crm-sync"])
def test_revoking_a_refresh_token_revokes_its_access_tokens(
    product: Make, org: Org, name: str
) -> None:
    app = product(name)
    response, other = app.sign_in(), app.sign_in()
    renewed = app.refresh(response["refresh_token"]).json()
    token = renewed.get("refresh_token", response["refresh_token"])
    assert app.post("revoke", token=token).status_code == 200
    for dead in (response, renewed):
        with pytest.raises(SalesforceError):
            authenticate(org, f"Bearer {dead['access_token']}")
    assert refused(app.refresh(token))[1:] == ("invalid_grant", "expired access/refresh token")
    authenticate(org, f"Bearer {other['access_token']}")


def test_revokes_a_jwt_access_token(product: Make, org: Org) -> None:
    token = product("sync", jwt_access_tokens=True).sign_in()["access_token"]
    assert product("sync").post("revoke", token=token).status_code == 200
    with pytest.raises(SalesforceError):
        authenticate(org, f"Bearer {token}")


def test_introspection_describes_an_access_token(product: Make, org: Org, clock: Clock) -> None:
    app = product("sync")
    response = app.sign_in()
    body = app.post("introspect", token=response["access_token"], **app.credentials).json()
    now = int(clock.now().timestamp())
    assert body == {
        "active": True,
        "scope": "refresh_token api",
        "client_id": app.app.consumer_key,
        "username": ADMIN[0],
        "sub": response["id"],
        "token_type": "access_token",
        "exp": now + 7200,
        "iat": now,
        "nbf": now,
    }


def test_introspection_describes_a_refresh_token(product: Make) -> None:
    app = product("crm-sync")
    response = app.sign_in()
    form = {"token": response["refresh_token"], "token_type_hint": "refresh_token"}
    body = app.post("introspect", **form, **app.credentials).json()
    assert (body["active"], body["token_type"]) == (True, "refresh_token")
    app.refresh(response["refresh_token"])
    assert app.post("introspect", **form, **app.credentials).json() == {"active": False}


def test_an_access_token_proves_its_app(product: Make, browser: httpx.Client) -> None:
    token = product("sync").sign_in()["access_token"]
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/introspect",
        data={"token": token},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert response.json()["active"] is True


@pytest.mark.parametrize("ended", ["expired", "revoked", "frozen", "blocked", "never"])
def test_introspection_of_an_inactive_token_says_nothing_else(
    product: Make, identity: Identity, clock: Clock, ended: str
) -> None:
    app = product("sync")
    asking = product("platform", introspects_all_tokens=True)
    token = app.sign_in()["access_token"]
    match ended:
        case "expired":
            clock.advance(timedelta(hours=2))
        case "revoked":
            app.post("revoke", token=token)
        case "frozen":
            identity.logins.change(ADMIN[0], frozen=True)
        case "blocked":
            identity.apps.change("sync", blocked=True)
        case _:
            token = "never was one"
    response = asking.post("introspect", token=token, **asking.credentials)
    assert (response.status_code, response.json()) == (200, {"active": False})


def test_an_app_learns_of_no_other_apps_tokens(product: Make) -> None:
    response = product("sync").sign_in()
    curious = product("platform")
    for token in (response["access_token"], response["refresh_token"]):
        form = {"token": token, **curious.credentials}
        assert curious.post("introspect", **form).json() == {"active": False}
    trusted = product("platform", introspects_all_tokens=True)
    form = {"token": response["access_token"], **trusted.credentials}
    assert trusted.post("introspect", **form).json()["active"] is True


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", "invalid client credentials")),
        ({"client_secret": ""}, (401, "invalid_client", "invalid client credentials")),
        ({"client_id": "3MVG9no"}, (400, "invalid_client_id", "client identifier invalid")),
        ({"token": ""}, (400, "invalid_request", "missing required parameter: token")),
    ],
)
def test_asks_who_is_asking(
    product: Make, form: dict[str, str], expected: tuple[int, str, str]
) -> None:
    app = product("sync")
    response = app.post("introspect", **{"token": "x", **app.credentials, **form})
    assert refused(response) == expected


def test_refuses_a_dead_token_as_proof(browser: httpx.Client) -> None:
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/introspect",
        data={"token": "x"},
        headers={"Authorization": "Bearer 00Ddead"},
    )
    assert refused(response) == (401, "invalid_client", "invalid client credentials")


def test_introspection_wants_post(browser: httpx.Client) -> None:
    response = browser.get(f"{MY_DOMAIN}/services/oauth2/introspect")
    assert refused(response) == (400, "invalid_request", "must use HTTP POST")
