"""Access tokens: lifetime, permissions, and what ends them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from local_org.identity.products import ADMIN, SALES, Product

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.identity import Caller, Identity, authenticate
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]


def refusal(org: Org, authorization: str | None) -> tuple[int, str, str]:
    with pytest.raises(SalesforceError) as caught:
        authenticate(org, authorization)
    return caught.value.status, caught.value.code, caught.value.message


EXPIRED = (401, "INVALID_SESSION_ID", "Session expired or invalid")


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (None, EXPIRED),
        ("Bearer 00DKX0000000001!AQnonsense", EXPIRED),
        ("Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA", EXPIRED),
        ("Bearer eyJ.é.x", EXPIRED),
        ("Bearer é", EXPIRED),
        ("Bearer", (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")),
        ("Bearer  ", (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")),
        ("", (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")),
        ("Token abc", (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")),
        ("00Dxx!AQ", (401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")),
    ],
)
def test_invalid_tokens_are_refused(
    org: Org, authorization: str | None, expected: tuple[int, str, str]
) -> None:
    assert refusal(org, authorization) == expected


def test_unauthorized_response_names_the_scheme(org: Org) -> None:
    with pytest.raises(SalesforceError) as caught:
        authenticate(org, None)
    assert caught.value.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "OAuth", "BEARER "])
def test_bearer_and_oauth_schemes_are_accepted(product: Make, org: Org, scheme: str) -> None:
    token = product("sync").sign_in()["access_token"]
    caller = authenticate(org, f"{scheme} {token}")
    assert isinstance(caller, Caller)
    assert caller.scopes == {"api", "refresh_token"}


def test_a_session_lives_as_long_as_it_is_used(product: Make, org: Org, clock: Clock) -> None:
    """Two hours after its last use, not after its beginning."""
    header = f"Bearer {product('sync').sign_in()['access_token']}"
    for _ in range(5):
        clock.advance(timedelta(minutes=90))
        authenticate(org, header)
    clock.advance(timedelta(hours=2))
    assert refusal(org, header) == EXPIRED


def test_a_use_in_the_first_half_adds_nothing(product: Make, org: Org, clock: Clock) -> None:
    header = f"Bearer {product('sync').sign_in()['access_token']}"
    clock.advance(timedelta(minutes=59))
    authenticate(org, header)
    clock.advance(timedelta(minutes=61))
    assert refusal(org, header) == EXPIRED


def test_the_apps_timeout_goes_before_the_orgs(
    product: Make, org: Org, identity: Identity, clock: Clock
) -> None:
    identity.policy.session_timeout = timedelta(hours=12)
    long = f"Bearer {product('sync').sign_in()['access_token']}"
    short_app = product("platform", session_timeout=timedelta(minutes=15))
    short = f"Bearer {short_app.sign_in()['access_token']}"
    clock.advance(timedelta(minutes=15))
    assert refusal(org, short) == EXPIRED
    authenticate(org, long)


@pytest.mark.parametrize("minutes", [14, 24 * 60 + 1])
def test_a_timeout_is_fifteen_minutes_to_a_day(product: Make, minutes: int) -> None:
    with pytest.raises(ValueError, match="15 minutes to 24 hours"):
        product("sync", session_timeout=timedelta(minutes=minutes))


@pytest.mark.parametrize("attribute", ["frozen", "inactive"])
def test_ends_with_its_user(product: Make, org: Org, identity: Identity, attribute: str) -> None:
    header = f"Bearer {product('sync').sign_in(SALES)['access_token']}"
    if attribute == "frozen":
        identity.logins.change(SALES[0], frozen=True)
    else:
        org.db.execute('UPDATE "User" SET "IsActive" = 0 WHERE "Username" = ?', (SALES[0],))
    assert refusal(org, header) == EXPIRED
    identity.logins.change(SALES[0], frozen=False)
    org.db.execute('UPDATE "User" SET "IsActive" = 1')
    assert refusal(org, header) == EXPIRED  # it ended, it was not only kept out


@pytest.mark.parametrize("shut", ["blocked", "removed", "uninstalled"])
def test_ends_with_its_app(product: Make, org: Org, identity: Identity, shut: str) -> None:
    header = f"Bearer {product('sync').sign_in(SALES)['access_token']}"
    if shut == "removed":
        identity.apps.remove("sync")
    else:
        product("sync", **({"blocked": True} if shut == "blocked" else {"installed": False}))
    assert refusal(org, header) == EXPIRED


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (
            {"password_expired": True},
            (
                401,
                "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
                "Your password has expired. Please reset your password.",
            ),
        ),
        (
            {"api_enabled": False},
            (403, "API_CURRENTLY_DISABLED", "API is not enabled for this User"),
        ),
    ],
)
def test_the_api_can_be_off_for_a_user(
    product: Make, org: Org, identity: Identity, switch: dict[str, Any], expected: object
) -> None:
    header = f"Bearer {product('sync').sign_in(SALES)['access_token']}"
    identity.logins.change(SALES[0], **switch)
    assert refusal(org, header) == expected


def test_the_api_can_be_off_for_the_org(product: Make, org: Org, identity: Identity) -> None:
    header = f"Bearer {product('sync').sign_in()['access_token']}"
    identity.policy.api_enabled = False
    assert refusal(org, header) == (
        403,
        "API_DISABLED_FOR_ORG",
        "The REST API is not enabled for this Organization.",
    )


def test_a_token_without_the_api_scope_is_not_for_rest(product: Make, org: Org) -> None:
    """401, and renewing it does not help: clients must tell it from an expired session."""
    token = product("platform").sign_in(scope="id refresh_token")["access_token"]
    assert refusal(org, f"Bearer {token}") == (
        401,
        "INVALID_SESSION_ID",
        "This session is not valid for use with the REST API",
    )


def test_the_login_pages_cookie_is_not_for_rest(product: Make, org: Org, browser: Any) -> None:
    product("sync").consent()
    cookie = browser.cookies[f"sid_{org.org_id}"]
    assert refusal(org, f"Bearer {cookie}")[2].startswith("This session is not valid")


def test_jwt_access_tokens_open_the_api_and_do_not_slide(
    product: Make, org: Org, clock: Clock
) -> None:
    app = product("sync", jwt_access_tokens=True)
    response = app.sign_in()
    assert response["access_token"].startswith("eyJ")
    assert response["token_format"] == "jwt"
    header = f"Bearer {response['access_token']}"
    clock.advance(timedelta(minutes=29))
    assert authenticate(org, header).username == ADMIN[0]
    clock.advance(timedelta(minutes=1))
    assert refusal(org, header) == EXPIRED


def test_a_jwt_access_token_cannot_be_altered_or_unwrapped(
    product: Make, org: Org, identity: Identity
) -> None:
    token = product("sync", jwt_access_tokens=True).sign_in()["access_token"]
    head, claims, signature = token.split(".")
    for altered in (f"{head}.{claims}x.{signature}", f"{head}.{claims}.{signature[:-4]}AAAA"):
        assert refusal(org, f"Bearer {altered}") == EXPIRED
    session = identity.sessions.find(token)
    assert session is not None
    inner = identity.sessions.token(session)  # what the claims carry
    assert refusal(org, f"Bearer {inner}") == EXPIRED


def test_sessions_do_not_pile_up(product: Make, org: Org, clock: Clock) -> None:
    """Expired rows go when new ones come: memory grows with the data, not with requests."""
    app = product("automation")
    for _ in range(20):
        clock.advance(timedelta(hours=3))
        app.token(grant_type="client_credentials")
        product("sync").consent()
    counts = [
        org.db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
        for table in ("identity_session", "identity_code", "identity_rate")
    ]
    assert counts == [2, 1, 2]


def test_codes_of_one_hour_do_not_pile_up(product: Make, org: Org) -> None:
    app = product("sync")
    codes = [app.consent()["code"] for _ in range(25)]
    assert org.db.execute("SELECT COUNT(*) FROM identity_code").fetchone()[0] == 20
    assert app.exchange(codes[-1]).status_code == 200
