"""SOAP through the clients: the token in the body, refresh by a fault; each test against both."""

import itertools
from xml.etree import ElementTree as ET

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import TOKEN_PATH, ScriptedOrg, answer

from salesforce_connector.auth.token_check import MAX_REFUSED_UNUSED
from salesforce_connector.errors import Forbidden, Rejected, Unavailable
from salesforce_connector.http import soap

UNDELETE = soap.call(soap.group("undelete", soap.element("ids", "001")))
OPEN, CLOSE = '<e xmlns:s="urn:s"><s:Body>', "</s:Body></e>"
DONE = f"{OPEN}<r><result><id>001</id><success>true</success></result></r>{CLOSE}"


def xml(body: str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, text=body, headers={"content-type": "text/xml;charset=UTF-8"})


def fault(code: str) -> httpx.Response:
    inner = (
        f"<s:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: no</faultstring></s:Fault>"
    )
    return xml(f"{OPEN}{inner}{CLOSE}", 500)


def session_of(request: httpx.Request) -> str:
    nodes = ET.fromstring(request.content).iter()  # noqa: S314 - our own
    return next(node.text or "" for node in nodes if node.tag.endswith("sessionId"))


def test_a_token_that_soap_refuses_though_it_is_new_does_not_end_the_authorization(
    connect: Connect,
) -> None:
    numbers = itertools.count(2)

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": f"ACCESS-{next(numbers)}"})
        return fault("INVALID_SESSION_ID")

    org = ScriptedOrg(script)
    with pytest.raises(Forbidden):
        send(connect(AcmeConnection(), org), UNDELETE)

    assert [session_of(call) for call in org.calls] == [
        f"ACCESS-{number}" for number in range(1, MAX_REFUSED_UNUSED + 3)
    ]


@pytest.mark.parametrize(
    ("code", "kind", "sent"),
    [("INVALID_ID_FIELD", Rejected, False), ("UNKNOWN_EXCEPTION", Unavailable, True)],
)
def test_a_soap_fault_raises_the_error_of_rest_and_is_not_retried(
    connect: Connect, code: str, kind: type[Rejected | Unavailable], sent: bool
) -> None:
    """All faults are 500; most say that nothing was done, and none may be repeated blindly."""
    org = ScriptedOrg(lambda _: fault(code))
    with pytest.raises(kind) as raised:
        send(connect(AcmeConnection(), org), UNDELETE)

    assert (raised.value.code, raised.value.sent) == (code, sent)
    assert len(org.calls) == 1


def test_a_fault_of_the_session_brings_a_new_token_into_the_body(connect: Connect) -> None:
    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": "ACCESS-2"})
        return xml(DONE) if session_of(request) == "ACCESS-2" else fault("INVALID_SESSION_ID")

    org = ScriptedOrg(script)
    done = soap.outcome(send(connect(AcmeConnection(), org), UNDELETE))

    assert done.first("id") == "001"
    last = org.calls[-1]
    assert last.url.path.startswith("/services/Soap/u/")
    assert last.headers["soapaction"] == '""'
    assert last.headers["content-type"].startswith("text/xml")
    assert "authorization" not in last.headers
