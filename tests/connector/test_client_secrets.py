"""That no error and no repr of a client shows a token or a secret; each test runs against both."""

import traceback

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import answer, error, expired, refused, saying

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call

READ = Call("GET", "/limits")
SECRETS = ("ACCESS-1", "REFRESH-1", "CONSUMER-SECRET")


def _faults() -> dict[str, list[httpx.Response | Exception]]:
    return {
        "expired twice": [expired(), answer(200, {"access_token": "ACCESS-1"}), expired()],
        "grant gone": [expired(), refused("invalid_grant", "expired access/refresh token")],
        "sign-in down": [expired(), answer(503)],
        "sign-in unreachable": [expired(), httpx.ConnectError("refused")],
        "sign-in without a token": [expired(), answer(200, {"refresh_token": "REFRESH-1"})],
        "instance elsewhere": [
            expired(),
            answer(200, {"access_token": "ACCESS-1", "instance_url": "https://evil.example"}),
        ],
        "unreachable": [httpx.ConnectError("refused")],
        "html": [httpx.Response(503, html="<html>down</html>")],
        "rejected": [error(400, "INVALID_FIELD")],
    }


@pytest.mark.parametrize("fault", _faults())
def test_no_error_shows_a_token_or_a_secret(connect: Connect, fault: str) -> None:
    org = saying(*_faults()[fault])

    with pytest.raises(ConnectorError) as raised:
        send(connect(AcmeConnection(), org), READ)

    text = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert [secret for secret in SECRETS if secret in text] == []


def test_no_repr_shows_a_token_or_a_secret(connect: Connect) -> None:
    driver = connect(AcmeConnection(), saying(answer(200)))
    session = driver.base.session

    shown = f"{session!r} {session.credentials!r} {session.settings!r} {session.credentials}"

    assert [secret for secret in SECRETS if secret in shown] == []
