"""SOAP's operations: what is written, and what their answers mean."""

import json
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from salesforce_connector.errors import BadReply, ConnectorError, Forbidden, Rejected, RowLocked
from salesforce_connector.errors.results import from_result
from salesforce_connector.http import soap
from salesforce_connector.http.wire_response import WireResponse

XML = {"content-type": "text/xml; charset=utf-8"}
OPEN = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
)
CLOSE = "</soapenv:Body></soapenv:Envelope>"


def soap_answer(body: str, status: int = 200) -> httpx.Response:
    return httpx.Response(
        status,
        text=OPEN + body + CLOSE,
        headers=XML,
        request=httpx.Request("POST", "https://acme.my.salesforce.com/services/Soap/u/68.0"),
    )


def wire(response: httpx.Response) -> WireResponse:
    return WireResponse(response.status_code, response.headers.raw, response.content)


def fault(code: str, message: str) -> httpx.Response:
    return soap_answer(
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode>"
        f"<faultstring>{code}: {message}</faultstring></soapenv:Fault>",
        500,
    )


@pytest.mark.parametrize(
    ("code", "status"),
    [("INVALID_SESSION_ID", 401), ("UNKNOWN_EXCEPTION", 500), ("INVALID_ID_FIELD", 400)],
)
def test_reports_a_fault_as_rest_would(code: str, status: int) -> None:
    """All faults come with 500; the status that REST has tells what to do."""
    response = soap.as_rest_response(wire(fault(code, "so it is")))

    assert response.status_code == status
    assert json.loads(response.content) == [{"errorCode": code, "message": "so it is"}]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503, text="<html>", headers={"content-type": "text/html"}),
        httpx.Response(502, text="<oops", headers=XML),
        soap_answer("<x/>", 500),
    ],
)
def test_leaves_what_is_no_fault_as_it_is(answer: httpx.Response) -> None:
    response = wire(answer)

    assert soap.as_rest_response(response) is response


@pytest.mark.parametrize(
    "text",
    ["not xml", '<!DOCTYPE x [<!ENTITY a "b">]><result>&a;</result>', "<no>result</no>"],
)
def test_does_not_take_what_is_no_result(text: str) -> None:
    with pytest.raises(BadReply) as misfit:
        soap.outcome(httpx.Response(200, text=text, headers=XML))

    assert misfit.value.sent


def test_raises_what_is_wrong_with_a_result() -> None:
    """A failed result comes with 200."""
    answer = soap_answer(
        "<mergeResponse><result><errors><fields>Name</fields><fields>Site</fields>"
        "<message>no way</message><statusCode>MERGE_FAILED</statusCode></errors>"
        '<id xsi:nil="true"/><success>false</success></result></mergeResponse>'
    )

    with pytest.raises(Rejected) as refused:
        soap.outcome(answer)

    assert (refused.value.code, refused.value.message) == ("MERGE_FAILED", "no way")
    assert refused.value.fields == ("Name", "Site")


def test_raises_a_failure_without_a_reason_too() -> None:
    with pytest.raises(ConnectorError):
        soap.outcome(soap_answer("<r><result><success>false</success></result></r>"))


def test_reads_values_that_are_repeated_and_that_are_nil() -> None:
    result = soap.outcome(
        soap_answer(
            '<r><result><id>1</id><m>2</m><m>3</m><x xsi:nil="true"/>'
            "<success>true</success></result></r>"
        )
    )

    assert (result.first("id"), result.all("m"), result.first("x")) == ("1", ["2", "3"], None)


def test_a_locked_row_inside_a_result_raises_row_locked() -> None:
    assert isinstance(
        from_result([{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "x"}]), RowLocked
    )


@given(st.text())
@example("\r\n]]>&lt;</name>")
def test_a_text_comes_back_from_the_xml_or_is_refused(text: str) -> None:
    """No text can break out of its element, and none is changed on the way."""
    try:
        written = soap.element("name", text)
    except Rejected:
        return
    assert (ET.fromstring(written).text or "") == text  # noqa: S314 - our own


@pytest.mark.parametrize("text", ["\0", "a\x0b", "\ud800", "\ufffe"])
def test_refuses_a_character_that_xml_cannot_carry(text: str) -> None:
    with pytest.raises(Rejected, match="U\\+"):
        soap.element("name", text)


@pytest.mark.parametrize("version", ["67.0", "31.0"])
def test_refuses_a_jwt_as_a_session_below_the_version_that_accepts_it(version: str) -> None:
    """SOAP would say that the session has expired, and a refresh would bring another JWT."""
    with pytest.raises(Forbidden, match="JWT") as raised:
        soap.envelope("<x/>", SecretStr("a.b.c"), version)

    assert version in raised.value.message
    assert "68.0" in raised.value.message


@pytest.mark.parametrize("version", ["68.0", "69.0"])
def test_sends_a_jwt_as_a_session_from_the_version_that_accepts_it(version: str) -> None:
    assert b"<sessionId>a.b.c</sessionId>" in soap.envelope("<x/>", SecretStr("a.b.c"), version)


def test_accepts_an_opaque_token_that_has_two_dots() -> None:
    assert b"00D!a.b.c" in soap.envelope("<x/>", SecretStr("00D!a.b.c"), "67.0")


def test_puts_the_token_into_the_envelope_and_nowhere_else() -> None:
    envelope = soap.envelope(soap.group("undelete", "<ids>1</ids>"), SecretStr("00D!a<b"), "68.0")
    written = ET.fromstring(envelope)  # noqa: S314 - our own

    sessions = [node.text for node in written.iter() if node.tag.endswith("sessionId")]
    assert sessions == ["00D!a<b"]


def test_clears_fields_by_name_and_keeps_the_order_of_the_schema() -> None:
    """In SOAP a field cannot be null: it is named in fieldsToNull, which comes before the id."""
    written = soap.record("masterRecord", "Account", "001", {"Name": "A&B", "Site": None})

    assert written == (
        "<masterRecord><so:type>Account</so:type><so:fieldsToNull>Site</so:fieldsToNull>"
        "<so:Id>001</so:Id><so:Name>A&amp;B</so:Name></masterRecord>"
    )


def test_refuses_a_value_that_is_no_field_of_soaps() -> None:
    with pytest.raises(Rejected, match="Owner"):
        soap.record("masterRecord", "Account", "001", {"Owner": {"Ext__c": "1"}})
