"""One connection's sign-in: which token is in use, and when Salesforce is asked."""

from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.method_connections import connection_of
from connector.scripted_org import answer, error, expired, refused

from salesforce_connector.auth.session import Session
from salesforce_connector.auth.token_check import MAX_REFUSED_UNUSED
from salesforce_connector.auth.tokens import TokenRequest
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Rejected,
    SessionProblem,
    Unauthorized,
    Unavailable,
)
from salesforce_connector.errors.table import from_response

GONE = refused("invalid_grant", "expired access/refresh token")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stored() -> AcmeConnection:
    return AcmeConnection()


def refresh(session: Session, response: httpx.Response, connection: AcmeConnection) -> None:
    """Refresh as `http.token_refresh` does, with the connection object of one call."""
    try:
        assert session.begin_refresh(session.credentials, connection) is not None
        session.finish_refresh(response, connection)
    except ConnectorError as error:
        session.remember_failure(error)
        raise


def begin(session: Session, connection: AcmeConnection) -> TokenRequest | None:
    return session.begin_refresh(session.credentials, connection)


@pytest.mark.parametrize(
    "message",
    [GONE, refused("invalid_client"), refused("invalid_grant", "inactive user"), refused("new")],
)
def test_a_refused_refresh_is_not_repeated_by_the_next_caller(
    message: httpx.Response, stored: AcmeConnection
) -> None:
    """The error is the same, with a traceback of its own."""
    session = Session(stored)
    with pytest.raises(ConnectorError) as first:
        refresh(session, message, stored)

    with pytest.raises(ConnectorError) as second:
        begin(session, stored)

    assert vars(second.value) == vars(first.value)
    assert second.value is not first.value


def test_a_refused_refresh_is_tried_again_after_a_minute() -> None:
    """Setup may have been changed; a worker that runs for months must see it."""
    clock = Clock()
    stored = AcmeConnection({}, method="client_credentials")
    session = Session(stored, clock)
    with pytest.raises(Rejected):
        refresh(session, refused("invalid_client_id"), stored)

    clock.now += 59.0
    with pytest.raises(Rejected):
        begin(session, stored)
    clock.now += 2.0

    assert begin(session, stored) is not None


def test_a_refusal_can_be_forgotten(stored: AcmeConnection) -> None:
    session = Session(stored)
    with pytest.raises(Unauthorized):
        refresh(session, GONE, stored)

    session.forget_failure()

    assert begin(session, stored) is not None


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (answer(503), ConnectorError),
        (refused("unknown_error"), ConnectorError),
        (httpx.Response(200, html="<html>"), BadReply),
    ],
)
def test_an_unavailable_service_is_retried_after_a_pause(
    message: httpx.Response, kind: type[Exception], stored: AcmeConnection
) -> None:
    """Those who come in between hear of it: a thousand of them are not a thousand questions."""
    clock = Clock()
    session = Session(stored, clock)
    with pytest.raises(kind):
        refresh(session, message, stored)

    with pytest.raises(kind):
        begin(session, stored)
    clock.now += 5.0

    assert begin(session, stored) is not None
    assert session.token == "ACCESS-1"


def test_an_outage_is_reported_with_a_pause_that_no_call_waits_for(stored: AcmeConnection) -> None:
    session = Session(stored)
    with pytest.raises(Unavailable) as raised:
        refresh(session, answer(503), stored)

    assert raised.value.retry_after == 60.0


def test_calls_during_an_outage_do_not_extend_it(stored: AcmeConnection) -> None:
    clock = Clock()
    session = Session(stored, clock)
    with pytest.raises(Unavailable):
        refresh(session, answer(503), stored)

    clock.now += 4.0
    with pytest.raises(Unavailable):
        refresh(session, answer(503), stored)
    clock.now += 2.0

    assert begin(session, stored) is not None


def test_a_newer_sign_in_ends_a_refusal() -> None:
    stored = AcmeConnection()
    session = Session(stored)
    with pytest.raises(Unauthorized):
        refresh(session, GONE, stored)

    stored.sign_in_elsewhere(access_token="ACCESS-7", refresh_token="REFRESH-7")

    assert begin(session, stored) is None
    assert session.token == "ACCESS-7"


def test_another_processs_newer_token_wins() -> None:
    stored = AcmeConnection()
    session = Session(stored)
    stored.sign_in_elsewhere(access_token="ACCESS-7")

    assert begin(session, stored) is None
    assert session.token == "ACCESS-7"


def test_credentials_that_cannot_be_saved_are_not_used() -> None:
    def refuse() -> None:
        raise OSError("disk full")

    stored = AcmeConnection(before_save=refuse)
    session = Session(stored)

    with pytest.raises(OSError, match="disk full"):
        refresh(
            session, answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}), stored
        )

    assert session.token == "ACCESS-1"
    assert stored.credentials == SIGNED_IN


def test_new_credentials_are_saved_and_used() -> None:
    stored = AcmeConnection()
    session = Session(stored)

    refresh(
        session, answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}), stored
    )

    assert session.token == "ACCESS-2"
    assert stored.saved == [{**SIGNED_IN, "access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}]


def test_before_the_first_token_calls_would_go_to_the_my_domain() -> None:
    session = Session(AcmeConnection({}))

    assert session.token is None
    assert session.base_url == "https://acme.my.salesforce.com"


def test_stored_credentials_that_are_damaged_are_reported_when_the_session_begins() -> None:
    with pytest.raises(Unauthorized):
        Session(AcmeConnection({"access_token": 5}))


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (expired(), "token_expired"),
        (error(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"), "token_expired"),
        (httpx.Response(401), "token_expired"),
        (error(401, "INVALID_SESSION_ID", "This session is not valid for use with the API"), ""),
        (httpx.Response(403, text="Bad_OAuth_Token"), "identity_refusal"),
        (httpx.Response(403, text="Bad_Id"), ""),
        (error(403, "FORBIDDEN", "Bad_OAuth_Token"), ""),
        (error(404, "URL_NOT_RESET", "Destination URL not reset."), "address_changed"),
        (httpx.Response(302, json=[{"errorCode": "URL_NOT_RESET"}]), "address_changed"),
        (answer(420), "host_unknown"),
        (error(404, "NOT_FOUND"), ""),
        (answer(302), ""),
    ],
)
def test_a_response_is_classified_for_the_session(
    response: httpx.Response, problem: SessionProblem
) -> None:
    response.headers.setdefault("content-type", "text/plain")
    assert from_response(response, safe=True).session_problem == problem


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
    assert Session(AcmeConnection()).adopt(AcmeConnection(**other)) is same


def test_a_new_sign_in_of_the_same_user_is_used_at_once(stored: AcmeConnection) -> None:
    session = Session(stored)

    assert session.adopt(AcmeConnection({**SIGNED_IN, "access_token": "ACCESS-9"}))

    assert session.token == "ACCESS-9"


def test_stale_credentials_of_the_host_do_not_replace_refreshed_ones() -> None:
    """A thousand runs may hold what was read before one of them refreshed it."""
    stored = AcmeConnection({}, method="client_credentials")
    session = Session(stored)
    for number in (1, 2, 3):
        refresh(session, answer(200, {"access_token": f"ACCESS-{number}"}), stored)

    for stale in ({}, *stored.saved):
        assert session.adopt(AcmeConnection(stale, method="client_credentials"))
        assert session.token == "ACCESS-3"


def test_damaged_credentials_of_a_later_run_are_reported() -> None:
    with pytest.raises(Unauthorized):
        Session(AcmeConnection()).adopt(AcmeConnection({"access_token": 5}))


def test_a_token_that_could_not_be_saved_is_saved_by_the_next_refresh() -> None:
    """The refresh token in the store is of no more use: sending it could end the sign-in."""
    broken = [True]

    def refuse() -> None:
        if broken:
            raise OSError(broken.pop())

    stored = AcmeConnection(before_save=refuse)
    session = Session(stored)
    with pytest.raises(OSError, match="True"):
        refresh(
            session, answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"}), stored
        )

    assert begin(session, stored) is None

    assert session.token == "ACCESS-2"
    assert stored.credentials["refresh_token"] == "REFRESH-2"


def test_a_token_that_could_not_be_saved_does_not_undo_a_new_sign_in() -> None:
    broken = [True]

    def refuse() -> None:
        if broken:
            raise OSError(broken.pop())

    stored = AcmeConnection(before_save=refuse)
    session = Session(stored)
    with pytest.raises(OSError, match="True"):
        refresh(session, answer(200, {"access_token": "ACCESS-2"}), stored)

    stored.sign_in_elsewhere(access_token="ACCESS-7", refresh_token="REFRESH-7")

    assert begin(session, stored) is None
    assert session.token == "ACCESS-7"
    assert stored.credentials["refresh_token"] == "REFRESH-7"


def test_a_rotated_refresh_token_is_saved_despite_a_foreign_instance_url() -> None:
    stored = AcmeConnection()
    session = Session(stored)
    message = {
        "access_token": "ACCESS-2",
        "refresh_token": "REFRESH-2",
        "instance_url": "https://evil.example",
    }

    with pytest.raises(BadReply):
        refresh(session, answer(200, message), stored)

    assert stored.credentials == {**SIGNED_IN, "refresh_token": "REFRESH-2"}
    assert session.base_url == "https://acme.my.salesforce.com"


@pytest.mark.parametrize(
    ("problem", "elsewhere", "may_help"),
    [
        ("address_changed", True, True),
        ("address_changed", False, True),
        ("host_unknown", True, True),
        ("host_unknown", False, False),  # the token endpoint is at the very host that is gone
        ("", True, False),
    ],
)
def test_knows_when_a_refresh_may_bring_a_new_address(
    problem: SessionProblem, elsewhere: bool, may_help: bool
) -> None:
    clock = Clock()
    instance = "https://na15.salesforce.com" if elsewhere else SIGNED_IN["instance_url"]
    stored = AcmeConnection({**SIGNED_IN, "instance_url": instance})
    session = Session(stored, clock)
    assert session.needs_refresh(session.credentials, problem, 1) is may_help

    refresh(session, answer(200, {"access_token": "ACCESS-2"}), stored)
    assert not session.needs_refresh(session.credentials, problem, 1)  # it was named just now
    clock.now += 61.0
    assert session.needs_refresh(session.credentials, problem, 1) is may_help


def test_tokens_that_are_refused_unused_are_not_refreshed_by_every_call(
    stored: AcmeConnection,
) -> None:
    """A password that must be changed answers 401 to each of them."""
    clock = Clock()
    session = Session(stored, clock)
    assert session.needs_refresh(session.credentials, "token_expired", 1)
    for number in range(MAX_REFUSED_UNUSED + 1):
        refresh(session, answer(200, {"access_token": f"ACCESS-NEW-{number}"}), stored)
        for _ in range(3):  # the calls that wait together meet the same refusal
            may_pass = session.needs_refresh(session.credentials, "token_expired", 1)
            assert may_pass is (number < MAX_REFUSED_UNUSED)

    clock.now += 61.0
    assert session.needs_refresh(session.credentials, "token_expired", 1)


def test_a_token_that_was_accepted_once_is_refreshed_when_it_ends(stored: AcmeConnection) -> None:
    """However soon that is: another program may end the user's sessions all the time."""
    session = Session(stored, Clock())
    for number in range(20):
        refresh(session, answer(200, {"access_token": f"ACCESS-NEW-{number}"}), stored)
        assert not session.needs_refresh(session.credentials, "", 1)
        assert session.needs_refresh(session.credentials, "token_expired", 1)


def test_a_call_that_meets_one_ended_token_after_another_may_be_retried_later(
    stored: AcmeConnection,
) -> None:
    session = Session(stored, Clock())

    with pytest.raises(Unavailable) as raised:
        session.needs_refresh(session.credentials, "token_expired", 5)

    assert raised.value.code == "SESSIONS_KEEP_ENDING"
    assert not raised.value.sent


def test_the_repr_names_the_connection_alone() -> None:
    stored = AcmeConnection()

    assert repr(Session(stored)) == f"Session({stored.id!r})"


@pytest.mark.parametrize("stored", [{"access_token": 5}, {"instance_url": None}])
@pytest.mark.parametrize("method", ["client_credentials", "jwt_bearer"])
def test_where_no_person_signs_in_a_new_token_replaces_what_cannot_be_read(
    method: str, stored: dict[str, Any]
) -> None:
    """Nobody could sign in again; the settings alone get a token."""
    connection = connection_of(method)
    connection.save(stored)
    session = Session(connection)
    response = answer(
        200, {"access_token": "ACCESS-2", "instance_url": "https://acme.my.salesforce.com"}
    )

    assert session.begin_refresh(session.credentials, connection) is not None
    session.finish_refresh(response, connection)

    assert connection.credentials["access_token"] == "ACCESS-2"
    assert session.adopt(connection)
