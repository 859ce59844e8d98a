"""One connection's sign-in: which token is in use, and when Salesforce is asked."""

from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.scripted_org import answer, error, expired, refused

from salesforce_connector.auth.session import Session, has_ended
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Rejected,
    Unauthorized,
    Unavailable,
)

GONE = refused("invalid_grant", "expired access/refresh token")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def renew(session: Session, said: httpx.Response) -> None:
    try:
        assert session.begin_renewal(session.credentials) is not None
        session.finish_renewal(said)
    except ConnectorError as error:
        session.remember(error)
        raise


def begin(session: Session) -> httpx.Request | None:
    return session.begin_renewal(session.credentials)


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
        begin(session)

    assert vars(second.value) == vars(first.value)
    assert second.value is not first.value


def test_after_a_minute_salesforce_is_asked_again() -> None:
    """Setup may have been changed; a worker that runs for months must see it."""
    clock = Clock()
    session = Session(AcmeConnection({}, method="client_credentials"), clock)
    with pytest.raises(Rejected):
        renew(session, refused("invalid_client_id"))

    clock.now += 59.0
    with pytest.raises(Rejected):
        begin(session)
    clock.now += 2.0

    assert begin(session) is not None


def test_a_refusal_can_be_forgotten() -> None:
    session = Session(AcmeConnection())
    with pytest.raises(Unauthorized):
        renew(session, GONE)

    session.forget_failure()

    assert begin(session) is not None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(503), ConnectorError),
        (refused("unknown_error"), ConnectorError),
        (httpx.Response(200, html="<html>"), BadReply),
    ],
)
def test_a_service_that_is_down_is_asked_again_in_a_moment(
    said: httpx.Response, kind: type[Exception]
) -> None:
    """Those who come in between hear of it: a thousand of them are not a thousand questions."""
    clock = Clock()
    session = Session(AcmeConnection(), clock)
    with pytest.raises(kind):
        renew(session, said)

    with pytest.raises(kind):
        begin(session)
    clock.now += 5.0

    assert begin(session) is not None
    assert session.token == "ACCESS-1"


def test_an_outage_is_told_with_a_pause_that_no_call_waits_for() -> None:
    session = Session(AcmeConnection())
    with pytest.raises(Unavailable) as raised:
        renew(session, answer(503))

    assert raised.value.retry_after == 60.0


def test_who_asks_in_vain_does_not_prolong_an_outage() -> None:
    clock = Clock()
    session = Session(AcmeConnection(), clock)
    with pytest.raises(Unavailable):
        renew(session, answer(503))

    clock.now += 4.0
    with pytest.raises(Unavailable):
        renew(session, answer(503))
    clock.now += 2.0

    assert begin(session) is not None


def test_a_newer_sign_in_ends_a_refusal() -> None:
    kept = AcmeConnection()
    session = Session(kept)
    with pytest.raises(Unauthorized):
        renew(session, GONE)

    kept.sign_in_elsewhere(access_token="ACCESS-7", refresh_token="REFRESH-7")

    assert begin(session) is None
    assert session.token == "ACCESS-7"


def test_another_processs_newer_token_wins() -> None:
    kept = AcmeConnection()
    session = Session(kept)
    kept.sign_in_elsewhere(access_token="ACCESS-7")

    assert begin(session) is None
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
        ({"credentials": {**SIGNED_IN, "id": "https://login.salesforce.com/id/00D/005"}}, False),
    ],
    ids=["the same", "another secret", "another method", "another user"],
)
def test_a_session_follows_a_connection_until_it_is_another_ones(
    other: dict[str, Any], same: bool
) -> None:
    assert Session(AcmeConnection()).follow(AcmeConnection(**other)) is same


def test_a_new_sign_in_of_the_same_user_is_used_at_once() -> None:
    session = Session(AcmeConnection())

    assert session.follow(AcmeConnection({**SIGNED_IN, "access_token": "ACCESS-9"}))

    assert session.token == "ACCESS-9"


def test_credentials_that_were_renewed_since_the_host_read_them_are_not_taken_back() -> None:
    """A thousand runs may hold what was read before one of them renewed it."""
    kept = AcmeConnection({}, method="client_credentials")
    session = Session(kept)
    for number in (1, 2, 3):
        renew(session, answer(200, {"access_token": f"ACCESS-{number}"}))

    for stale in ({}, *kept.saved):
        assert session.follow(AcmeConnection(stale, method="client_credentials"))
        assert session.token == "ACCESS-3"


def test_damaged_credentials_of_a_later_run_are_told() -> None:
    with pytest.raises(Unauthorized):
        Session(AcmeConnection()).follow(AcmeConnection({"access_token": 5}))


def test_a_token_that_could_not_be_saved_is_saved_by_the_next_renewal() -> None:
    """The refresh token in the store is of no more use: sending it could end the sign-in."""
    broken = [True]

    def refuse() -> None:
        if broken:
            raise OSError(broken.pop())

    kept = AcmeConnection(before_save=refuse)
    session = Session(kept)
    with pytest.raises(OSError, match="True"):
        renew(session, answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}))

    assert begin(session) is None

    assert session.token == "ACCESS-2"
    assert kept.credentials["refresh_token"] == "REFRESH-2"


def test_a_token_that_could_not_be_saved_does_not_undo_a_new_sign_in() -> None:
    broken = [True]

    def refuse() -> None:
        if broken:
            raise OSError(broken.pop())

    kept = AcmeConnection(before_save=refuse)
    session = Session(kept)
    with pytest.raises(OSError, match="True"):
        renew(session, answer(200, {"access_token": "ACCESS-2"}))

    kept.sign_in_elsewhere(access_token="ACCESS-7", refresh_token="REFRESH-7")

    assert begin(session) is None
    assert session.token == "ACCESS-7"
    assert kept.credentials["refresh_token"] == "REFRESH-7"


def test_a_rotated_refresh_token_is_kept_though_the_instance_is_not_salesforces() -> None:
    kept = AcmeConnection()
    session = Session(kept)
    said = {
        "access_token": "ACCESS-2",
        "refresh_token": "REFRESH-2",
        "instance_url": "https://evil.example",
    }

    with pytest.raises(BadReply):
        renew(session, answer(200, said))

    assert kept.credentials == {**SIGNED_IN, "refresh_token": "REFRESH-2"}
    assert session.base_url == "https://acme.my.salesforce.com"


MOVED = error(404, "URL_NOT_RESET", "Destination URL not reset. The URL returned from login")
GONE_HOST = Unavailable("No such host.", code="ConnectError")


@pytest.mark.parametrize(
    ("met", "elsewhere", "mendable"),
    [
        (MOVED, True, True),
        (MOVED, False, True),
        (httpx.Response(302, json=[{"errorCode": "URL_NOT_RESET", "message": "x"}]), True, True),
        (answer(420), True, True),
        (answer(420), False, False),  # the token endpoint is at the very host that is gone
        (GONE_HOST, True, True),
        (GONE_HOST, False, False),
        (Unavailable("late", code="ConnectTimeout"), True, False),
        (error(404, "NOT_FOUND"), True, False),
        (answer(302), True, False),
    ],
)
def test_knows_when_a_renewal_may_tell_a_new_address(
    met: httpx.Response | Unavailable, elsewhere: bool, mendable: bool
) -> None:
    clock = Clock()
    instance = "https://na15.salesforce.com" if elsewhere else SIGNED_IN["instance_url"]
    session = Session(AcmeConnection({**SIGNED_IN, "instance_url": instance}), clock)
    assert session.is_mendable(session.credentials, met) is mendable

    renew(session, answer(200, {"access_token": "ACCESS-2"}))
    assert not session.is_mendable(session.credentials, met)  # Salesforce has just named it
    clock.now += 61.0
    assert session.is_mendable(session.credentials, met) is mendable


def test_a_token_that_is_refused_at_once_is_not_renewed_by_every_call() -> None:
    """A password that must be changed answers 401 to each of them."""
    clock = Clock()
    session = Session(AcmeConnection(), clock)
    refused_again = error(401, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD")
    assert session.is_mendable(session.credentials, refused_again)
    renew(session, answer(200, {"access_token": "ACCESS-2"}))

    session.note_first_use(session.credentials, refused_again)

    assert not session.is_mendable(session.credentials, refused_again)
    clock.now += 61.0
    assert session.is_mendable(session.credentials, refused_again)


def test_the_repr_names_the_connection_alone() -> None:
    kept = AcmeConnection()

    assert repr(Session(kept)) == f"Session({kept.id!r})"
