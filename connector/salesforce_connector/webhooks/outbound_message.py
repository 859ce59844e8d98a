"""Reads outbound messages: SOAP that Flow and Workflow send when a record meets their conditions.

Salesforce sends a message again, for 24 hours, until it is answered by `Ack` true; the id of the
notification stays the same. The session id that a message may carry is neither used nor passed on.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_understanding.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.xml_text import parse_xml

MAX_BODY: Final = 16 * 1024 * 1024  # bytes; 100 notifications, each with a long text of 131,072
MAX_NOTIFICATIONS: Final = 1_000  # ours; Salesforce sends up to 100
_ENVELOPE: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_OUTBOUND: Final = "{http://soap.sforce.com/2005/09/outbound}"
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
_ID: Final = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?", re.ASCII)

ACKNOWLEDGED: Final[Mapping[str, Any]] = {
    "status": 200,
    "headers": {"content-type": "text/xml; charset=utf-8"},
    "body": (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        "<soapenv:Body>"
        '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">'
        "<Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>"
    ),
}
"""What a host answers once it has stored the events."""


@dataclass(frozen=True)
class Notification:
    """One record of a message.

    Attributes:
        id: The same each time that Salesforce sends it.
        sobject, record_id: Empty when the record was deleted before it was sent: Salesforce sends
            such a notification without data.
        fields: By API name, as texts; None where Salesforce sent no value.
    """

    id: str
    sobject: str
    record_id: str
    fields: dict[str, str | None]


@dataclass(frozen=True)
class OutboundMessage:
    """What a request carried.

    Attributes:
        action_id: Of the outbound message as it is set up.
    """

    organization_id: str
    action_id: str
    notifications: tuple[Notification, ...]


def read_message(method: str, body: bytes) -> OutboundMessage:
    """Read a request.

    Raises:
        Rejected: It is no outbound message; nothing of it is quoted.
    """
    if method != "POST":
        raise _no_message("It was not sent by POST.")
    if len(body) > MAX_BODY:
        raise _no_message(f"It is larger than {MAX_BODY:,} bytes.")
    try:
        root = parse_xml(body)
    except ValueError:
        raise _no_message("It is not XML in UTF-8 without a document type.") from None
    message = root.find(f"{_ENVELOPE}Body/{_OUTBOUND}notifications")
    if message is None:
        raise _no_message("It has no notifications.")
    nodes = message.findall(f"{_OUTBOUND}Notification")
    if not 0 < len(nodes) <= MAX_NOTIFICATIONS:
        raise _no_message(f"It has {len(nodes)} notifications.")
    return OutboundMessage(
        organization_id=_id_in(message, "OrganizationId"),
        action_id=_id_in(message, "ActionId"),
        notifications=tuple(_notification(node) for node in nodes),
    )


def check_origin(message: OutboundMessage, connection: Connection) -> None:
    """Check that a message is from the org that the connection is to.

    Raises:
        Forbidden: It is from another org, or the connection's org is still unknown.
    """
    org_id = Credentials.load(connection.credentials).org_id
    if not org_id or org_id[:15] != message.organization_id[:15]:
        raise Forbidden(
            "The message is not from the org of this connection.",
            code="ANOTHER_ORG",
            remedy="Test the connection, and set up the message in its org.",
        )


def _notification(node: ET.Element) -> Notification:
    notification_id = _id_in(node, "Id")
    record = node.find(f"{_OUTBOUND}sObject")
    # A notification without data must not block the other ninety-nine of its message.
    if record is None or len(record) == 0:
        return Notification(notification_id, "", "", {})
    kind = record.get(f"{_XSI}type", "").rpartition(":")[2]
    fields = {
        child.tag.rpartition("}")[2]: None if child.get(f"{_XSI}nil") == "true" else child.text
        for child in record
    }
    record_id = fields.pop("Id", None) or ""
    if _ID.fullmatch(record_id) is None or _NAME.fullmatch(kind) is None:
        raise _no_message("A notification has a record without an ID or an object.")
    return Notification(notification_id, kind, record_id, fields)


def _id_in(node: ET.Element, name: str) -> str:
    value = (node.findtext(f"{_OUTBOUND}{name}") or "").strip()
    if _ID.fullmatch(value) is None:
        raise _no_message(f"It has no {name}.")
    return value


def _no_message(why: str) -> Rejected:
    return Rejected(
        f"The request is not an outbound message from Salesforce. {why}",
        code="NOT_AN_OUTBOUND_MESSAGE",
        remedy="",
    )
