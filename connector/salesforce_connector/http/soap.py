"""The few operations that only SOAP's partner API has: convert, merge, undelete.

A `Call` carries the operation as XML; the client puts the envelope around it, with the OAuth token
as the session id. A fault becomes the response that REST would have sent, once, where it is
received: refreshing and errors then need no second rule.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from pydantic import SecretStr

from salesforce_connector.errors import BadReply, Forbidden, Rejected
from salesforce_connector.errors.results import from_result
from salesforce_connector.flow import Call
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.response import Response
from salesforce_connector.xml_text import parse_xml

HEADERS: Final = {
    "Accept": "text/xml",
    "Content-Type": "text/xml; charset=UTF-8",
    "SOAPAction": '""',
}

_ACCEPTS_JWT: Final = 68.0  # API version from which SOAP accepts JWT-based access tokens

# What XML 1.0 has no way to write, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Statuses by fault; all other faults say that the request does not fit.
_STATUSES: Final = {
    "INVALID_SESSION_ID": 401,
    "UNKNOWN_EXCEPTION": 500,
    "SERVER_UNAVAILABLE": 503,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "API_DISABLED_FOR_ORG": 403,
    "API_CURRENTLY_DISABLED": 403,
    "UNSUPPORTED_API_VERSION": 410,
}


def call(operation: str) -> Call:
    """Return the call of one operation, written by `element`."""
    return Call("POST", "/services/Soap/u", soap=operation)


def element(name: str, content: str | bool | int | float | None, *, kind: str = "") -> str:
    """Write an element with a text, a truth value or a number in it; None as nil.

    Raises:
        Rejected: The text holds a character that XML cannot carry.
    """
    match content:
        case None:
            return f'<{name} xsi:nil="true"/>'
        case bool():
            text = "true" if content else "false"
        case str():
            if (match := _UNWRITABLE.search(content)) is not None:
                raise Rejected(
                    f"A text for {name} holds the control character U+{ord(match[0]):04X}.",
                    code="INVALID_TEXT",
                    remedy="Remove it; XML cannot carry it.",
                    fields=(name,),
                )
            text = escape(content, {"\r": "&#13;"})
        case _:
            text = str(content)
    return f"{_open(name, kind)}{text}</{name}>"


def group(name: str, *elements: str, kind: str = "") -> str:
    """Write an element around others; `kind` is its type, where XML has to say it."""
    return f"{_open(name, kind)}{''.join(elements)}</{name}>"


def record(name: str, sobject: str, record_id: str, fields: Mapping[str, Any]) -> str:
    """Write a record with the fields to change; null clears one.

    Raises:
        Rejected: A value is an object or a list, which a field here cannot be.
    """
    for field, value in fields.items():
        if not isinstance(value, str | bool | int | float | None):
            raise Rejected(
                f"The value for {field} is neither a text, a number, true, false nor null.",
                code="INVALID_INPUT",
                remedy="Give a parent by its ID.",
                fields=(field,),
            )
    return group(
        name,
        element("so:type", sobject),
        *(element("so:fieldsToNull", field) for field, value in fields.items() if value is None),
        element("so:Id", record_id),
        *(element(f"so:{field}", value) for field, value in fields.items() if value is not None),
    )


def envelope(operation: str, token: SecretStr | None, version: str) -> bytes:
    """Put the envelope around an operation; an empty session id for no token.

    Args:
        operation: Written by `element` and `group`.
        token: The access token.
        version: Of the API, as in "68.0".

    Raises:
        Forbidden: The token is a JWT, which SOAP does not accept in this version.
    """
    # The token is in no variable: an error tracker would send it elsewhere.
    is_jwt = token is not None and _is_jwt(token.get_secret_value())
    if is_jwt and float(version) < _ACCEPTS_JWT:
        raise Forbidden(
            "This action needs SOAP, which accepts a JWT-based access token from API version "
            f"{_ACCEPTS_JWT} on; this connection uses {version}.",
            code="JWT_TOKEN_UNUSABLE",
            remedy=f"Pin API version {_ACCEPTS_JWT} or newer in the connection's settings, or "
            "switch JWT-based access tokens off for the app.",
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns="urn:partner.soap.sforce.com" xmlns:so="urn:sobject.partner.soap.sforce.com">'
        f"<soapenv:Header>{_session(token)}</soapenv:Header>"
        f"<soapenv:Body>{operation}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def _is_jwt(token: str) -> bool:
    """Whether a token is a JWT; an opaque one has an exclamation mark, and may have dots too."""
    return token.count(".") == 2 and "!" not in token


def _session(token: SecretStr | None) -> str:
    text = "" if token is None else token.get_secret_value()
    return group("SessionHeader", element("sessionId", text))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result of an operation that succeeded; its values by name, each a list of texts."""

    values: Mapping[str, list[str]]

    def first(self, name: str) -> str | None:
        """Return a value that is not repeated; None where it is nil or missing."""
        return next(iter(self.values.get(name, ())), None)

    def all(self, name: str) -> list[str]:
        """Return a value that may be repeated."""
        return list(self.values.get(name, ()))


def outcome(answer: Response) -> Outcome:
    """Read the one result of an operation on one record.

    Raises:
        ConnectorError: It failed.
        BadReply: It is no result of SOAP's.
    """
    result = next((node for node in _parse(answer).iter() if _name(node) == "result"), None)
    if result is None:
        raise _not_soap(answer)
    values: dict[str, list[str]] = {}
    for node in result:
        if node.text:
            values.setdefault(_name(node), []).append(node.text)
    if values.get("success") != ["true"]:
        raise from_result(_error(node) for node in result if _name(node) == "errors")
    return Outcome(values)


def as_rest_response(answer: WireResponse) -> WireResponse:
    """Return a fault as the response that REST would have sent; any other response as it is."""
    if answer.is_success or "xml" not in answer.headers.get("content-type", ""):
        return answer
    try:
        texts = {_name(node): node.text or "" for node in _parse(answer).iter()}
    except BadReply:  # the page of a proxy: its status says enough
        return answer
    if "faultcode" not in texts:
        return answer
    code = texts["faultcode"].rpartition(":")[2]
    message = texts.get("faultstring", "").removeprefix(f"{code}: ")
    status = _STATUSES.get(code, 400)
    return WireResponse.of_json(status, [{"errorCode": code, "message": message}])


def _open(name: str, kind: str) -> str:
    return f'<{name} xsi:type="{kind}">' if kind else f"<{name}>"


def _parse(answer: Response) -> ET.Element:
    try:
        return parse_xml(answer.content)
    except ValueError:
        raise _not_soap(answer) from None


def _error(node: ET.Element) -> dict[str, Any]:
    parts = {_name(child): child.text for child in node}
    fields = [child.text for child in node if _name(child) == "fields" and child.text]
    return {**parts, "fields": fields}


def _name(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _not_soap(answer: Response) -> BadReply:
    return BadReply(
        f"Salesforce answered {answer.status_code} with something that is not SOAP.",
        code="NOT_SOAP",
        status=answer.status_code,
        remedy="Look for a proxy or sign-in page between this machine and Salesforce.",
        sent=True,
    )
