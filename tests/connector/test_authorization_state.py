"""A sign-in that comes back: too late, twice, for another connection, or with another's token."""

import base64
import json
from contextlib import suppress
from typing import Any

import httpx
import pytest
from connector.acme_connection import SETTINGS, SIGNED_IN
from connector.scripted_org import ScriptedOrg, answer, refused

from salesforce_actions.sign_in import begin, finish
from salesforce_connector.auth.authorization_state import AuthorizationState, UsedStates, digest_of
from salesforce_connector.errors import Rejected, Unauthorized, Unavailable

METHOD = "authorization_code"
CALLBACK = "http://127.0.0.1:8910/callback"
PLACE = digest_of("authorization_code", "https://acme.my.salesforce.com", "3MVG9-key")


def callback(pending: dict[str, Any]) -> str:
    return f"{CALLBACK}?code=CODE&state={pending['state']}"


def granting(**more: Any) -> ScriptedOrg:
    return ScriptedOrg(lambda _: answer(200, {**SIGNED_IN, **more}))


def id_token(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{body}.c2ln"


def refused_code(raised: pytest.ExceptionInfo[Rejected]) -> str:
    assert raised.value.remedy
    return raised.value.code


@pytest.mark.parametrize("later", [901.0, 86_400.0, -61.0])
def test_a_sign_in_that_took_too_long_is_refused(later: float) -> None:
    """One of the future was made up."""
    pending = AuthorizationState.begin(
        redirect_uri=CALLBACK,
        begun_for=PLACE,
        client_id="3MVG9-key",
        openid=False,
        clock=lambda: 1000.0,
    )

    with pytest.raises(Rejected) as raised:
        pending.check_return(pending.state, PLACE, clock=lambda: 1000.0 + later)

    assert refused_code(raised) == "SIGN_IN_EXPIRED"


@pytest.mark.parametrize("later", [0.0, 899.0, -30.0])
def test_a_sign_in_within_its_lifetime_is_accepted(later: float) -> None:
    pending = AuthorizationState.begin(
        redirect_uri=CALLBACK,
        begun_for=PLACE,
        client_id="3MVG9-key",
        openid=False,
        clock=lambda: 1000.0,
    )

    pending.check_return(pending.state, PLACE, clock=lambda: 1000.0 + later)


@pytest.mark.parametrize(
    "other", [{"consumer_key": "3MVG9-other"}, {"my_domain_url": "https://evil.my.salesforce.com"}]
)
def test_a_sign_in_of_another_connection_is_refused_before_its_code_is_sent(
    other: dict[str, str],
) -> None:
    """The code would go to another org, or be used by another app."""
    org = granting()
    pending = begin(METHOD, SETTINGS, CALLBACK)["pending"]

    with pytest.raises(Rejected) as raised:
        finish(METHOD, {**SETTINGS, **other}, pending, callback(pending), org)

    assert refused_code(raised) == "OTHER_CONNECTION"
    assert org.requests == []


@pytest.mark.parametrize("stored", [{}, {"state": "S"}, {"state": 5, "code_verifier": None}])
def test_an_unknown_pending_sign_in_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(Rejected) as raised:
        finish(METHOD, SETTINGS, stored, f"{CALLBACK}?code=CODE&state=S", granting())

    assert refused_code(raised) == "STATE_MISMATCH"
    assert "S" not in raised.value.fields


def test_a_sign_in_comes_back_once() -> None:
    """Whether Salesforce accepted the code or refused it."""
    for org in (granting(), ScriptedOrg(lambda _: refused("invalid_grant", "expired code"))):
        used = UsedStates()
        pending = begin(METHOD, SETTINGS, CALLBACK)["pending"]
        with suppress(Unauthorized):
            finish(METHOD, SETTINGS, pending, callback(pending), org, used)

        with pytest.raises(Rejected) as raised:
            finish(METHOD, SETTINGS, pending, callback(pending), org, used)

        assert refused_code(raised) == "SIGN_IN_REPLAYED"
        assert len(org.requests) == 1


def test_a_wrong_callback_does_not_use_up_the_right_one() -> None:
    used, org = UsedStates(), granting()
    pending = begin(METHOD, SETTINGS, CALLBACK)["pending"]
    with pytest.raises(Rejected):
        finish(METHOD, SETTINGS, pending, f"{CALLBACK}?code=CODE&state=other", org, used)

    assert finish(METHOD, SETTINGS, pending, callback(pending), org, used) == SIGNED_IN


def test_a_sign_in_may_come_back_again_when_salesforce_was_down() -> None:
    used = UsedStates()
    pending = begin(METHOD, SETTINGS, CALLBACK)["pending"]
    with pytest.raises(Unavailable):
        finish(
            METHOD,
            SETTINGS,
            pending,
            callback(pending),
            ScriptedOrg(lambda _: httpx.ConnectError("down")),
            used,
        )

    assert finish(METHOD, SETTINGS, pending, callback(pending), granting(), used) == SIGNED_IN


def test_what_was_used_is_forgotten_when_it_has_expired_anyway() -> None:
    now = [0.0]
    used = UsedStates(clock=lambda: now[0])
    pending = AuthorizationState.begin(
        redirect_uri=CALLBACK, begun_for=PLACE, client_id="3MVG9-key", openid=False
    )
    used.use(pending)

    now[0] = 961.0

    used.use(pending)


OPENID = {**SETTINGS, "scopes": ["api", "openid"]}


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"id_token": ""},
        {"id_token": "x"},
        {"id_token": "e30.!.c"},
        {"id_token": "e30.W10.c2ln"},
        {"id_token": id_token(aud="3MVG9-key")},
        {"id_token": id_token(aud="3MVG9-key", nonce="another")},
        {"id_token": 5},
    ],
)
def test_an_id_token_that_is_not_this_sign_ins_is_refused(inputs: dict[str, Any]) -> None:
    pending = begin(METHOD, OPENID, CALLBACK)["pending"]

    with pytest.raises(Rejected) as raised:
        finish(METHOD, OPENID, pending, callback(pending), granting(**inputs))

    assert refused_code(raised) == "NONCE_MISMATCH"


@pytest.mark.parametrize(
    ("audience", "accepted"),
    [("3MVG9-key", True), (["x", "3MVG9-key"], True), ("3MVG9-other", False), (None, False)],
)
def test_an_id_token_is_for_this_app(audience: object, accepted: bool) -> None:
    begun = begin(METHOD, OPENID, CALLBACK)
    inputs = id_token(aud=audience, nonce=begun["pending"]["nonce"])
    assert f"nonce={begun['pending']['nonce']}" in begun["url"]

    try:
        finish(
            METHOD, OPENID, begun["pending"], callback(begun["pending"]), granting(id_token=inputs)
        )
    except Rejected:
        assert not accepted
    else:
        assert accepted
