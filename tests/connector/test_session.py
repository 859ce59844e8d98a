"""One connection's sign-in: which token is in use, and when Salesforce is asked."""

from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.scripted_org import answer, error, expired, refused

from salesforce_connector.auth.session import Session, has_ended, same_place
from salesforce_connector.errors import BadReply, ConnectorError, Rejected, Unauthorized

GONE = refused("invalid_grant", "expired access/refresh token")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def renew(session: Session, said: httpx.Response, stale: str | None = "ACCESS-1") -> None:
    assert session.begin_renewal(stale) is not None
    session.finish_renewal(said)


@pytest.mark.parametrize(
    "said",
    [GONE, refused("invalid_client"), refused("invalid_grant", "inactive user"), refused("new")],
)
def test_what_was_refused_is_not_asked_again_by_the_next_caller(said: httpx.Response) -> None:
    """The error is the same, with a traceback of its own."""
    session = Session(AcmeConnection())
    with pytest.raises(ConnectorError) as first:
        renew(session, said)

    with pytest.raises(ConnectorError) as second:
        session.begin_renewal("ACCESS-1")

    assert vars(second.value) == vars(first.value)
    assert second.value is not first.value


def test_after_a_minute_salesforce_is_asked_again() -> None:
    """Setup may have been changed; a worker that runs for months must see it."""
    clock = Clock()
    session = Session(AcmeConnection({}, method="client_credentials"), clock)
    with pytest.raises(Rejected):
        renew(session, refused("invalid_client_id"), None)

    clock.now += 59.0
    with pytest.raises(Rejected):
        session.begin_renewal(None)
    clock.now += 2.0

    assert session.begin_renewal(None) is not None


def test_a_refusal_can_be_forgotten() -> None:
    session = Session(AcmeConnection())
    with pytest.raises(Unauthorized):
        renew(session, GONE)

    session.forget_refusal()

    assert session.begin_renewal("ACCESS-1") is not None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(503), ConnectorError),
        (refused("unknown_error"), ConnectorError),
        (httpx.Response(200, html="<html>"), BadReply),
    ],
)
def test_a_service_that_is_down_is_asked_again(said: httpx.Response, kind: type[Exception]) -> None:
    session = Session(AcmeConnection())
    with pytest.raises(kind):
        renew(session, said)

    assert session.begin_renewal("ACCESS-1") is not None
    assert session.token == "ACCESS-1"


def test_a_newer_sign_in_ends_a_refusal() -> None:
    kept = AcmeConnection()
    session = Session(kept)
    with pytest.raises(Unauthorized):
        renew(session, GONE)

    kept.sign_in_elsewhere(access_token="ACCESS-7", refresh_token="REFRESH-7")

    assert session.begin_renewal("ACCESS-1") is None
    assert session.token == "ACCESS-7"


def test_another_processs_newer_token_wins() -> None:
    kept = AcmeConnection()
    session = Session(kept)
    kept.sign_in_elsewhere(access_token="ACCESS-7")

    assert session.begin_renewal("ACCESS-1") is None
    assert session.token == "ACCESS-7"


def test_credentials_that_cannot_be_saved_are_not_used() -> None:
    def refuse() -> None:
        raise OSError("disk full")

    kept = AcmeConnection(before_save=refuse)
    session = Session(kept)

    with pytest.raises(OSError, match="disk full"):
        renew(session, answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}))

    assert session.token == "ACCESS-1"
    assert kept.credentials == SIGNED_IN


def test_new_credentials_are_saved_and_used() -> None:
    kept = AcmeConnection()
    session = Session(kept)

    renew(session, answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}))

    assert session.token == "ACCESS-2"
    assert kept.saved == [{**SIGNED_IN, "access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}]


def test_before_the_first_token_calls_would_go_to_the_my_domain() -> None:
    session = Session(AcmeConnection({}))

    assert session.token is None
    assert session.base_url == "https://acme.my.salesforce.com"


def test_stored_credentials_that_are_damaged_are_told_when_the_session_begins() -> None:
    with pytest.raises(Unauthorized):
        Session(AcmeConnection({"access_token": 5}))


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        (expired(), True),
        (error(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"), True),
        (httpx.Response(401), True),
        (
            error(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"),
            False,
        ),
        (httpx.Response(403, text="Bad_OAuth_Token"), True),
        (httpx.Response(403, text="Bad_Id"), False),
        (error(403, "FORBIDDEN", "Bad_OAuth_Token"), False),
        (answer(200, {}), False),
    ],
)
def test_knows_when_a_token_has_ended(said: httpx.Response, ended: bool) -> None:
    assert has_ended(said) is ended


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"settings": {"consumer_secret": "NEW"}}, False),
        ({"method": "client_credentials"}, False),
    ],
)
def test_a_session_stands_for_a_connection_until_its_settings_change(
    other: dict[str, Any], same: bool
) -> None:
    assert same_place(AcmeConnection(**other), Session(AcmeConnection())) is same


def test_the_repr_names_the_connection_alone() -> None:
    kept = AcmeConnection()

    assert repr(Session(kept)) == f"Session({kept.id!r})"
