"""Errors of the token endpoint."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_org.identity.products import CALLBACK, LOGIN, MY_DOMAIN, SALES, Product, refused

from salesforce_emulator.identity import Identity, authenticate
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]

CODE_INVALID = (400, "invalid_grant", "invalid authorization code")
SECRET_WRONG = (400, "invalid_client", "invalid client credentials")


def test_wants_post(product: Make, browser: httpx.Client) -> None:
    response = browser.get(f"{MY_DOMAIN}/services/oauth2/token?grant_type=client_credentials")
    assert refused(response) == (400, "invalid_request", "must use HTTP POST")


@pytest.mark.parametrize("grant_type", [None, "", "device", "implicit", "authorization_code "])
def test_knows_its_grant_types(product: Make, grant_type: str | None) -> None:
    response = product("sync").token(grant_type=grant_type)
    assert refused(response) == (400, "unsupported_grant_type", "grant type not supported")


def test_reads_no_json(product: Make, browser: httpx.Client) -> None:
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/token", json={"grant_type": "client_credentials"}
    )
    assert refused(response) == (400, "unsupported_grant_type", "grant type not supported")


def test_has_the_password_flow_off(product: Make) -> None:
    response = product("sync").token(grant_type="password", username=SALES[0], password=SALES[1])
    assert refused(response) == (400, "invalid_grant", "authentication failure")


@pytest.mark.parametrize("size", [70_000, 200])
def test_reads_no_huge_form(browser: httpx.Client, size: int) -> None:
    """Neither a body without end nor a thousand fields."""
    form = {"x": "y" * size} if size > 1000 else {f"x{n}": "y" for n in range(size)}
    response = browser.post(f"{MY_DOMAIN}/services/oauth2/token", data=form)
    assert refused(response) == (400, "invalid_request", "request body too large")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"client_id": None}, (400, "invalid_request", "missing required parameter: client_id")),
        ({"client_id": "3MVG9nobody"}, (400, "invalid_client_id", "client identifier invalid")),
        ({"client_secret": "wrong"}, SECRET_WRONG),
        ({"client_secret": None}, SECRET_WRONG),
        ({"client_secret": ""}, SECRET_WRONG),
        ({"client_secret": "é"}, SECRET_WRONG),
    ],
)
@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials"])
def test_knows_its_apps(
    product: Make, grant: str, form: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    response = product("automation").token(
        grant_type=grant, code="x", refresh_token="x", redirect_uri=CALLBACK, **form
    )
    assert refused(response) == expected


@pytest.mark.parametrize(
    "authorization", ["Basic !!!", "Basic ", "Basic M01WRzluOg==", "Basic /w=="]
)
def test_refuses_bad_basic_credentials(browser: httpx.Client, authorization: str) -> None:
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": authorization},
    )
    assert response.json()["error"] in ("invalid_client", "invalid_client_id", "invalid_request")


def test_answers_401_to_wrong_basic_credentials(product: Make, browser: httpx.Client) -> None:
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(product("automation").app.consumer_key, "wrong"),
    )
    assert refused(response) == (401, "invalid_client", "invalid client credentials")


def test_refuses_two_apps_in_one_request(product: Make, browser: httpx.Client) -> None:
    """Basic credentials of one app do not vouch for the `client_id` of another."""
    app = product("automation").app
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/token",
        data={
            "grant_type": "client_credentials",
            "client_id": product("sync").app.consumer_key,
        },
        auth=(app.consumer_key, app.consumer_secret or ""),
    )
    assert refused(response) == (401, "invalid_client", "invalid client credentials")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"code": None}, (400, "invalid_request", "missing required parameter: code")),
        ({"code": "aPrxnonsense"}, CODE_INVALID),
        ({"code": "aPrx" + "é" * 80}, CODE_INVALID),
        ({"redirect_uri": None}, (400, "redirect_uri_missing", "redirect_uri not provided")),
        (
            {"redirect_uri": "http://localhost:8910/callback"},
            (400, "redirect_uri_mismatch", "redirect_uri must match configuration"),
        ),
    ],
)
def test_exchanges_no_code_that_does_not_fit(
    product: Make, form: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    app = product("sync")
    code = app.consent()["code"]
    assert refused(app.exchange(**{"code": code, **form})) == expected
    assert app.exchange(code).status_code == 200  # nothing was spent


def test_a_code_is_good_once(product: Make) -> None:
    app = product("sync")
    code = app.consent()["code"]
    assert app.exchange(code).status_code == 200
    assert refused(app.exchange(code)) == CODE_INVALID


def test_a_code_expires_after_fifteen_minutes(product: Make, clock: Clock) -> None:
    app = product("sync")
    late, just = app.consent()["code"], app.consent()["code"]
    clock.advance(timedelta(minutes=15))
    assert app.exchange(just).status_code == 200
    clock.advance(timedelta(milliseconds=1))
    assert refused(app.exchange(late)) == (400, "invalid_grant", "expired authorization code")
    clock.advance(timedelta(hours=2))
    app.consent()  # sweeps
    assert refused(app.exchange(late)) == CODE_INVALID


def test_a_code_belongs_to_its_app(product: Make) -> None:
    code = product("sync").consent()["code"]
    assert refused(product("platform").exchange(code)) == CODE_INVALID


def test_a_code_read_with_its_percent_signs_is_invalid(product: Make) -> None:
    """A client that does not decode the callback's query sends `%3D`, and is told."""
    app = product("sync")
    code = app.consent()["code"]
    assert code.endswith("==")
    assert refused(app.exchange(code.replace("=", "%3D"))) == CODE_INVALID


@pytest.mark.parametrize("verifier", ["another-verifier-of-forty-three-letters-or-more", "short"])
def test_a_wrong_verifier_spends_the_code(product: Make, verifier: str) -> None:
    app = product("crm-sync")
    code = app.consent()["code"]
    wrong = app.exchange(code, code_verifier=verifier)
    assert refused(wrong) == (400, "invalid_grant", "invalid code verifier")
    assert refused(app.exchange(code)) == CODE_INVALID


def test_a_verifier_needs_a_challenge(product: Make) -> None:
    """Whoever cut the challenge out of the authorization URL gets nothing for it."""
    app = product("sync")
    response = app.exchange(app.consent()["code"], code_verifier="x" * 43)
    assert refused(response) == (400, "invalid_grant", "invalid code verifier")


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"blocked": True}, (400, "OAUTH_APP_BLOCKED", "this app is blocked by admin")),
        (
            {"flows": frozenset({"authorization_code"})},
            (400, "invalid_grant", "client credentials flow not enabled"),
        ),
        ({"run_as": None}, (400, "invalid_grant", "no client credentials user enabled")),
        (
            {"run_as": "nobody@acme.example"},
            (400, "invalid_grant", "no client credentials user enabled"),
        ),
        ({"scopes": ("refresh_token",)}, (400, "invalid_grant", "no valid scopes defined")),
        ({"scopes": ("full",)}, (400, "invalid_grant", "no valid scopes defined")),
        ({"installed": False}, (400, "invalid_client_id", "client identifier invalid")),
    ],
)
def test_client_credentials_need_an_app_that_is_set_up(
    product: Make, switches: dict[str, object], expected: tuple[int, str, str]
) -> None:
    response = product("automation", **switches).token(grant_type="client_credentials")
    assert refused(response) == expected


@pytest.mark.parametrize("host", [LOGIN, "https://test.salesforce.com", "http://localhost:99"])
def test_client_credentials_need_the_my_domain(product: Make, host: str) -> None:
    response = product("automation", base=host).token(grant_type="client_credentials")
    assert refused(response) == (400, "invalid_grant", "request not supported on this domain")


def test_client_credentials_take_no_scope(product: Make) -> None:
    response = product("automation").token(grant_type="client_credentials", scope="api")
    assert refused(response) == (400, "invalid_request", "scope parameter not supported")


@pytest.mark.parametrize("column", ["IsActive"])
def test_client_credentials_need_an_active_user(product: Make, org: Org, column: str) -> None:
    org.db.execute(f'UPDATE "User" SET "{column}" = 0')  # noqa: S608 - our own name
    response = product("automation").token(grant_type="client_credentials")
    assert refused(response) == (400, "invalid_grant", "no client credentials user enabled")


@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token"])
@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"frozen": True}, (400, "inactive_user", "user is inactive")),
        ({"ip_ranges": ("192.0.2.0/24",)}, (400, "invalid_grant", "ip restricted")),
    ],
)
def test_shuts_out_a_user_between_two_steps(
    product: Make,
    identity: Identity,
    grant: str,
    attributes: dict[str, object],
    expected: tuple[int, str, str],
) -> None:
    app = product("sync")
    code = app.consent(SALES)["code"]
    token = "" if grant == "authorization_code" else app.exchange(code).json()["refresh_token"]
    identity.logins.change(SALES[0], **attributes)
    response = app.refresh(token) if token else app.exchange(code)
    assert refused(response) == expected


def test_relaxed_ip_restrictions_let_an_app_in_from_anywhere(
    product: Make, identity: Identity
) -> None:
    app = product("sync", ip_relaxation="relax")
    token = app.sign_in(SALES)["refresh_token"]
    identity.logins.change(SALES[0], ip_ranges=("192.0.2.0/24",))
    assert app.refresh(token).status_code == 200


def test_stops_a_user_who_signs_in_all_the_time(
    product: Make, identity: Identity, clock: Clock
) -> None:
    identity.rates.most = 3
    app = product("automation")
    for _ in range(3):
        assert app.token(grant_type="client_credentials").status_code == 200
    response = app.token(grant_type="client_credentials")
    assert refused(response) == (400, "invalid_grant", "login rate exceeded")
    clock.advance(timedelta(hours=1))
    assert app.token(grant_type="client_credentials").status_code == 200


@pytest.mark.parametrize(
    ("form", "accept", "content_type", "starts"),
    [
        ({}, "*/*", "application/json;charset=UTF-8", '{"error":"invalid_grant",'),
        ({"format": "json"}, "application/xml", "application/json;charset=UTF-8", '{"error"'),
        (
            {"format": "urlencoded"},
            "*/*",
            "application/x-www-form-urlencoded;charset=UTF-8",
            "error=invalid_grant&error_description=authentication%20failure",
        ),
        (
            {},
            "text/html, application/xml;q=0.9",
            "application/xml;charset=UTF-8",
            '<?xml version="1.0" encoding="UTF-8"?><OAuth><error>invalid_grant</error>',
        ),
        (
            {"format": "yaml"},
            "*/*",
            "application/json;charset=UTF-8",
            '{"error":"invalid_request","error_description":"invalid parameter: format"}',
        ),
    ],
)
def test_responses_have_the_requested_format(
    browser: httpx.Client, form: dict[str, str], accept: str, content_type: str, starts: str
) -> None:
    response = browser.post(
        f"{MY_DOMAIN}/services/oauth2/token",
        data={"grant_type": "password", **form},
        headers={"Accept": accept},
    )
    assert response.headers["content-type"] == content_type
    assert response.text.startswith(starts)


def test_parameters_in_the_query_are_accepted(
    product: Make, browser: httpx.Client, org: Org
) -> None:
    form = {"grant_type": "client_credentials", **product("automation").credentials}
    response = browser.post(f"{MY_DOMAIN}/services/oauth2/token", params=form)
    assert authenticate(org, f"Bearer {response.json()['access_token']}").app_name == "automation"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("register", "dynamic client registration"),
        ("singleaccess", "sessions for its user interface"),
    ],
)
def test_unsupported_features_are_named_in_the_error(
    browser: httpx.Client, path: str, what: str
) -> None:
    response = browser.post(f"{MY_DOMAIN}/services/oauth2/{path}")
    assert refused(response) == (
        400,
        "invalid_request",
        f"the local org does not offer {what}",
    )
