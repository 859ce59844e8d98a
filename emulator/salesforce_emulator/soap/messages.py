"""Reads and writes the envelopes of the partner API.

A document type is refused where it begins: no entity is ever expanded.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_quickstart_intro.htm
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape

PARTNER: Final = "urn:partner.soap.sforce.com"
MAX_DEPTH: Final = 50  # elements within elements; ours: the API's own messages have ten

_ENVELOPES: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
_FAULTS: Final = "urn:fault.partner.soap.sforce.com"
_NIL: Final = f"{{{_INSTANCE}}}nil"


class Fault(Exception):
    """A request that is refused as a whole.

    Attributes:
        code: `INVALID_SESSION_ID` ..., or `Client` for an envelope that cannot be read.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Message:
    """A request.

    Attributes:
        operation: Its local name: `convertLead`.
        body: The operation's element.
        session_id: Empty when there is none.
        headers: Local names of the other headers.
    """

    operation: str
    body: ET.Element
    session_id: str
    headers: tuple[str, ...]


def parse(data: bytes) -> Message:
    """Read a request.

    Raises:
        Fault: It is no XML, has a document type, or is no envelope with one operation.
    """
    envelope = _tree(data)
    if envelope.tag != f"{{{_ENVELOPES}}}Envelope":
        raise Fault("Client", f"No envelope of SOAP 1.1: {name_of(envelope)}")
    header = envelope.find(f"{{{_ENVELOPES}}}Header")
    body = envelope.find(f"{{{_ENVELOPES}}}Body")
    if body is None or len(body) != 1:
        raise Fault("Client", "The body must have one operation")
    session_id, others = "", []
    for name in header if header is not None else ():
        if name_of(name) == "SessionHeader":
            session_id = next((n.text or "" for n in name if name_of(n) == "sessionId"), "").strip()
        else:
            others.append(name_of(name))
    return Message(name_of(body[0]), body[0], session_id, tuple(others))


def name_of(node: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return node.tag.rpartition("}")[2]


def text_of(node: ET.Element) -> str | None:
    """Return an element's text; None when it is nil."""
    if node.get(_NIL) in {"true", "1"}:
        return None
    return node.text or ""


def element(name: str, value: str | bool | int | None) -> str:
    """Write an element; None as nil."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{text}</{name}>"


def group(name: str, parts: Iterable[str]) -> str:
    """Write an element around others."""
    return f"<{name}>{''.join(parts)}</{name}>"


def reply(operation: str, results: Iterable[str], used: int, maximum: int) -> bytes:
    """Write the answer to an operation, with the org's count of API calls."""
    info = group(
        "limitInfo",
        (element("current", used), element("limit", maximum), element("type", "API REQUESTS")),
    )
    return _envelope(
        PARTNER,
        f"<soapenv:Header>{group('LimitInfoHeader', (info,))}</soapenv:Header>"
        f"<soapenv:Body>{group(f'{operation}Response', results)}</soapenv:Body>",
    )


def fault(error: Fault) -> bytes:
    """Write a fault."""
    if error.code == "Client":
        text = escape(error.message)
        inner = f"<faultcode>soapenv:Client</faultcode><faultstring>{text}</faultstring>"
    else:
        code, text = escape(error.code), escape(error.message)
        inner = (
            f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring>"
            '<detail><sf:UnexpectedErrorFault xsi:type="sf:UnexpectedErrorFault">'
            f"<sf:exceptionCode>{code}</sf:exceptionCode>"
            f"<sf:exceptionMessage>{text}</sf:exceptionMessage>"
            "</sf:UnexpectedErrorFault></detail>"
        )
    body = f"<soapenv:Body><soapenv:Fault>{inner}</soapenv:Fault></soapenv:Body>"
    return _envelope("", body)


def _envelope(namespace: str, content: str) -> bytes:
    own = f' xmlns="{namespace}"' if namespace else f' xmlns:sf="{_FAULTS}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_ENVELOPES}"{own}'
        f' xmlns:xsi="{_INSTANCE}">{content}</soapenv:Envelope>'
    ).encode()


def _tree(data: bytes) -> ET.Element:
    builder = ET.TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise Fault("Client", "The elements are nested too deeply")
        builder.start(_qualified(tag), {_qualified(k): v for k, v in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualified(tag))

    def refuse(*_: object) -> None:
        raise Fault("Client", "A document type is not allowed")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Fault("Client", f"The request cannot be parsed: {error}") from None
    return builder.close()


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name
