"""Orgs that moved to another address: the new one comes with a refresh, once for all calls."""

import json

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import (
    TOKEN_PATH,
    ScriptedOrg,
    answer,
    bearer,
    error,
)

from salesforce_connector.errors import (
    ConnectorError,
    Unavailable,
)
from salesforce_connector.flow import Call

READ = Call("GET", "/limits")
CREATE = Call("POST", "/sobjects/Account", json={"Name": "Acme"})
CROWD = 50


def test_an_org_that_has_moved_is_followed(connect: Connect) -> None:
    """The old instance says so or is gone; the new one comes with a new token, once for all."""
    old, new = "https://na15.salesforce.com", "https://acme.my.salesforce.com"

    def script(request: httpx.Request) -> httpx.Response | Exception:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": "ACCESS-2", "instance_url": new})
        if request.url.host in new:
            return answer(201, {"by": bearer(request)})
        return faults[request.method]

    gone: tuple[httpx.Response | Exception, ...] = (
        error(404, "URL_NOT_RESET"),
        answer(420),
        httpx.ConnectError("no such host"),
    )
    for fault in gone:
        faults = {"GET": fault, "POST": fault}
        org = ScriptedOrg(script)
        stored = AcmeConnection({**SIGNED_IN, "instance_url": old})

        assert json.loads(send(connect(stored, org), CREATE).content) == {"by": "ACCESS-2"}
        assert len(org.token_requests) == 1
        assert stored.credentials["instance_url"] == new


def test_many_calls_to_a_moved_org_refresh_once(connect: Connect) -> None:
    """Salesforce may give the access token that is alive: it does not tell who was first."""
    old, new = "https://na15.salesforce.com", "https://acme.my.salesforce.com"

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": "ACCESS-1", "instance_url": new})
        return answer(200, {}) if request.url.host in new else error(404, "URL_NOT_RESET")

    org = ScriptedOrg(script, gather=CROWD)
    stored = AcmeConnection({**SIGNED_IN, "instance_url": old})

    outcomes = connect(stored, org).together([READ] * CROWD)

    assert not any(isinstance(outcome, ConnectorError) for outcome in outcomes)
    assert len(org.token_requests) == 1


def test_a_moved_org_without_a_new_address_is_called_once(
    connect: Connect,
) -> None:
    org = ScriptedOrg(
        lambda request: (
            answer(200, {"access_token": "ACCESS-2"})
            if request.url.path == TOKEN_PATH
            else error(404, "URL_NOT_RESET")
        )
    )
    driver = connect(AcmeConnection(), org)

    for _ in range(3):
        with pytest.raises(Unavailable):
            send(driver, READ)

    assert len(org.token_requests) == 1
