"""Refresh tokens: rotation, reuse, policies, the sixth grant."""

from collections.abc import Callable
from datetime import timedelta
from string import ascii_letters, digits
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_org.identity.products import ADMIN, SALES, Product, refused

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.identity import Identity, RefreshPolicy, authenticate
from salesforce_emulator.identity.codes import Code
from salesforce_emulator.identity.errors import IdentityError
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Make = Callable[..., Product]

TOKEN_LETTERS = f"{ascii_letters}{digits}._="
EXPIRED = (400, "invalid_grant", "expired access/refresh token")


def alive(org: Org, answer: dict[str, Any]) -> bool:
    """Return whether an answer's access token is good."""
    try:
        authenticate(org, f"Bearer {answer['access_token']}")
    except SalesforceError as exc:
        assert exc.code == "INVALID_SESSION_ID"  # noqa: PT017 - the other outcome is returned
        return False
    return True


def test_a_renewal_without_rotation_sends_no_refresh_token(product: Make) -> None:
    app = product("sync")
    token = app.sign_in()["refresh_token"]
    assert "refresh_token" not in app.refresh(token).json()
    assert app.refresh(token).status_code == 200


def test_rotation_issues_a_new_refresh_token_each_time(product: Make) -> None:
    app = product("crm-sync")
    first = app.sign_in()["refresh_token"]
    second = app.refresh(first).json()["refresh_token"]
    third = app.refresh(second).json()["refresh_token"]
    assert len({first, second, third}) == 3
    assert app.refresh(third).status_code == 200


def test_a_token_rotated_away_ends_the_whole_grant(product: Make, org: Org) -> None:
    """Whoever uses an old token may have stolen it, so nothing of the grant stays good."""
    app = product("crm-sync")
    response = app.sign_in()
    renewed = app.refresh(response["refresh_token"]).json()
    assert refused(app.refresh(response["refresh_token"])) == EXPIRED
    assert refused(app.refresh(renewed["refresh_token"])) == EXPIRED
    assert not alive(org, renewed)


def test_without_reuse_detection_only_the_old_token_is_refused(
    product: Make, identity: Identity, org: Org
) -> None:
    identity.policy.reuse_detected = False
    app = product("crm-sync")
    first = app.sign_in()["refresh_token"]
    renewed = app.refresh(first).json()
    assert refused(app.refresh(first)) == EXPIRED
    assert alive(org, renewed)
    assert app.refresh(renewed["refresh_token"]).status_code == 200


def test_other_grants_outlive_a_reuse(product: Make) -> None:
    app = product("crm-sync")
    used, other = app.sign_in()["refresh_token"], app.sign_in()["refresh_token"]
    app.refresh(used)
    app.refresh(used)
    assert app.refresh(other).status_code == 200


def test_the_sixth_grant_ends_the_first(product: Make, org: Org) -> None:
    app = product("sync")
    answers = [app.sign_in() for _ in range(6)]
    assert refused(app.refresh(answers[0]["refresh_token"])) == EXPIRED
    assert not alive(org, answers[0])
    for response in answers[1:]:
        assert app.refresh(response["refresh_token"]).status_code == 200


def test_grants_are_counted_by_user_and_app(product: Make, browser: Any) -> None:
    app = product("sync")
    stored = app.sign_in(ADMIN)["refresh_token"]
    browser.cookies.clear()
    for _ in range(5):
        app.sign_in(SALES)
        product("platform").sign_in(SALES)
    assert app.refresh(stored).status_code == 200


@pytest.mark.parametrize(
    ("policy", "uses", "good"),
    [
        (RefreshPolicy(), [timedelta(days=3650)], True),
        (RefreshPolicy("immediately"), [timedelta()], False),
        (RefreshPolicy("idle", timedelta(days=7)), [timedelta(days=6)] * 3, True),
        (RefreshPolicy("idle", timedelta(days=7)), [timedelta(days=8)], False),
        (RefreshPolicy("absolute", timedelta(days=7)), [timedelta(days=6)], True),
        (RefreshPolicy("absolute", timedelta(days=7)), [timedelta(days=6)] * 2, False),
    ],
)
def test_keeps_the_policy(
    product: Make, clock: Clock, policy: RefreshPolicy, uses: list[timedelta], good: bool
) -> None:
    app = product("sync", refresh_token_policy=policy)
    token = app.sign_in()["refresh_token"]
    *before, last = uses
    for pause in before:
        clock.advance(pause)
        assert app.refresh(token).status_code == 200
    clock.advance(last)
    response = app.refresh(token)
    assert response.status_code == 200 if good else refused(response) == EXPIRED


def test_the_same_access_token_comes_back_while_it_lives(
    product: Make, identity: Identity, clock: Clock
) -> None:
    identity.policy.same_access_token = True
    app = product("sync")
    response = app.sign_in()
    renewed = app.refresh(response["refresh_token"]).json()
    assert renewed["access_token"] == response["access_token"]
    clock.advance(timedelta(hours=3))
    later = app.refresh(response["refresh_token"]).json()
    assert later["access_token"] != response["access_token"]


@pytest.mark.parametrize(
    "switches",
    [
        {"installed": False},
        {"blocked": True},
        {"permitted_users": "admin_approved", "approved_users": frozenset({ADMIN[0]})},
    ],
)
def test_ends_when_the_app_is_taken_away(
    product: Make, switches: dict[str, object], org: Org
) -> None:
    response = product("sync").sign_in(SALES)
    code, error, words = refused(product("sync", **switches).refresh(response["refresh_token"]))
    assert code == 400
    if "installed" in switches:
        assert (error, words) == EXPIRED[1:]
        assert not alive(org, response)
    elif "blocked" in switches:
        assert error == "OAUTH_APP_BLOCKED"
        assert not alive(org, response)
    else:
        assert (error, words) == (
            "invalid_app_access",
            "user is not admin approved to access this app",
        )


def test_a_token_is_for_the_app_it_was_granted_to(product: Make) -> None:
    token = product("sync").sign_in()["refresh_token"]
    assert refused(product("platform").refresh(token)) == EXPIRED
    assert product("sync").refresh(token).status_code == 200


def test_misses_the_token(product: Make) -> None:
    response = product("sync").token(grant_type="refresh_token")
    assert refused(response) == (
        400,
        "invalid_request",
        "missing required parameter: refresh_token",
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(kind=st.sampled_from(["access", "refresh", "code"]), at=st.integers(0), data=st.data())
def test_no_other_text_is_a_token(
    identity: Identity, org: Org, kind: str, at: int, data: st.DataObject
) -> None:
    """A token with any one character changed, cut or added is no token: access, refresh, code."""
    app = identity.apps["sync"]
    user = identity.user_named(ADMIN[0])
    assert user is not None
    code = Code(app.consumer_key, user.id, "", app.scopes, None, None)
    with org.transaction():
        tokens = {
            "access": identity.sessions.token(identity.open_session(app, user, app.scopes)),
            "refresh": identity.grants.refresh_token(identity.approve(app, user, app.scopes)),
            "code": identity.codes.issue(code),
        }
    token = tokens[kind]
    at %= len(token)
    letter = data.draw(st.text(TOKEN_LETTERS, max_size=1) | st.text(max_size=1))
    altered = token[:at] + letter + token[at + data.draw(st.integers(0, 1)) :]
    if altered != token:
        assert identity.grants.find(altered) is None
        assert identity.sessions.find(altered) is None
        with pytest.raises(IdentityError):
            identity.codes.look_up(altered, app.consumer_key)
