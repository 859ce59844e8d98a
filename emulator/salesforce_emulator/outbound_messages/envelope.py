"""Writes the SOAP of an outbound message, and reads whether the receiver acknowledged it.

Values are written as the record has them now. A field without a value is left out, and the record
of one that has been deleted: Salesforce documents that such a notification has no data.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_wsdl.htm
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from salesforce_emulator.outbound_messages.message import OutboundMessage
from salesforce_emulator.outbound_messages.queue import Notification
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

API_VERSION: Final = "68.0"

_ENVELOPES: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_OUTBOUND: Final = "http://soap.sforce.com/2005/09/outbound"
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not in XML 1.0


def write(org: "Org", message: OutboundMessage, notifications: Sequence[Notification]) -> bytes:
    """Write a message with these notifications; the caller holds the org's lock."""
    sobject = org.schema[message.sobject]
    parts = [_notification(org, sobject, message, notification) for notification in notifications]
    base = f"https://{org.host}/services/Soap"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPES}"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        f'<notifications xmlns="{_OUTBOUND}">'
        f"<OrganizationId>{org.org_id}</OrganizationId><ActionId>{message.id}</ActionId>"
        '<SessionId xsi:nil="true"/>'
        f"<EnterpriseUrl>{base}/c/{API_VERSION}/{org.org_id[:15]}</EnterpriseUrl>"
        f"<PartnerUrl>{base}/u/{API_VERSION}/{org.org_id[:15]}</PartnerUrl>"
        f"{''.join(parts)}</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


def is_acknowledged(body: bytes) -> bool:
    """Return whether a response has `Ack` true."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - of a program of this machine's owner
    except (ET.ParseError, ValueError):
        return False
    path = f"{{{_ENVELOPES}}}Body/{{{_OUTBOUND}}}notificationsResponse/{{{_OUTBOUND}}}Ack"
    return (root.findtext(path) or "").strip().lower() in {"true", "1"}


def _notification(
    org: "Org", sobject: SObject, message: OutboundMessage, notification: Notification
) -> str:
    sql = f'SELECT * FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
    row = org.db.execute(sql, (notification.record_id,)).fetchone()
    record = dict(row) if row is not None else {}
    if not record or record.get("IsDeleted"):
        data = '<sObject xsi:nil="true"/>'
    else:
        data = (
            f'<sObject xsi:type="sf:{sobject.name}"'
            ' xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
            f"<sf:Id>{record['Id']}</sf:Id>{_fields(sobject, message.fields, record)}</sObject>"
        )
    return f"<Notification><Id>{notification.id}</Id>{data}</Notification>"


def _fields(sobject: SObject, names: Sequence[str], record: Mapping[str, Any]) -> str:
    elements = []
    for name in names:
        field = sobject.field(name)
        value = record.get(name)
        if field is not None and value is not None and name != "Id":
            elements.append(f"<sf:{name}>{escape(_text(field, value))}</sf:{name}>")
    return "".join(elements)


def _text(field: Field, value: Any) -> str:
    if field.type == "boolean":
        return "true" if value else "false"
    if field.type == "datetime":
        return str(value).replace("+0000", "Z")
    return _NO_XML.sub("", str(value))
