"""E-mails that the org sends: they go nowhere, and are stored where a test can look.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_email_simple.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.email_templates import Filled, fill
from salesforce_emulator.automation.parameters import Parameter
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.ids import parse_id

MAX_RECIPIENTS: Final = 150  # of one e-mail, to, cc and bcc together; Actions Developer Guide
RENAMED: Final = 65.0  # the version from which the inputs with addresses have other names

_ADDRESS: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_SENT: Final = "3"  # EmailMessage.Status

# Names of the inputs since `RENAMED`, and before.
_NEW: Final = {"to": "recipientAddresses", "cc": "ccAddresses", "bcc": "bccAddresses"}
_OLD: Final = {
    "to": "emailAddresses",
    "cc": "ccRecipientAddressList",
    "bcc": "bccRecipientAddressList",
}
_OTHERS: Final = (
    Parameter(name="emailSubject", label="Subject"),
    Parameter(name="emailBody", label="Body", type="TEXTAREA"),
    Parameter(name="emailTemplateId", label="Email Template ID", type="REFERENCE"),
    Parameter(name="recipientId", label="Recipient ID", type="REFERENCE"),
    Parameter(name="relatedRecordId", label="Related Record ID", type="REFERENCE"),
    Parameter(name="senderAddress", label="Sender Email Address"),
    Parameter(name="senderType", label="Sender Type"),
    Parameter(name="sendRichBody", label="Rich-Text-Formatted Body", type="BOOLEAN"),
    Parameter(name="logEmailOnSend", label="Log Email on Send", type="BOOLEAN"),
)


@dataclass(frozen=True, slots=True)
class Email:
    """One that was sent.

    Attributes:
        related_id: Of the record that it is about, or None.
    """

    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    body: str
    html: bool
    related_id: str | None


def inputs(version: float) -> tuple[Parameter, ...]:
    """Return the inputs of the e-mail action in an API version."""
    names = _NEW if version >= RENAMED else _OLD
    addresses = [
        Parameter(name=name, label=label)
        for name, label in zip(
            names.values(), ("Recipient Addresses", "CC Addresses", "BCC Addresses"), strict=True
        )
    ]
    return (*addresses, *_OTHERS)


def send(context: RunContext, values: Mapping[str, Any]) -> None:
    """Send an e-mail, and log it as an EmailMessage when that is requested.

    Raises:
        SalesforceError: INVALID_EMAIL_ADDRESS, or it has no recipient or too many.
    """
    to, cc, bcc = (
        _addresses(values.get(_NEW[kind]) or values.get(_OLD[kind])) for kind in ("to", "cc", "bcc")
    )
    if values.get("recipientId"):
        to = (*to, _address_of(context, values["recipientId"]))
    if not to and not cc and not bcc:
        raise automation_errors.no_recipients()
    if len(to) + len(cc) + len(bcc) > MAX_RECIPIENTS:
        raise automation_errors.too_many_recipients(MAX_RECIPIENTS)
    content = _content(context, values)
    email = Email(
        sender=values.get("senderAddress") or _own_address(context),
        to=to,
        cc=cc,
        bcc=bcc,
        subject=content.subject,
        body=content.body,
        html=content.html,
        related_id=parse_id(values.get("relatedRecordId")),
    )
    if values.get("logEmailOnSend"):
        _log(context, email)
    outbox_of(context.org).append(email)


def _content(context: RunContext, values: Mapping[str, Any]) -> Filled:
    """Return subject and body: those of a template when there is one."""
    if template_id := values.get("emailTemplateId"):
        return fill(context, template_id, values.get("recipientId"), values.get("relatedRecordId"))
    for name in ("emailSubject", "emailBody"):
        if not values.get(name):
            raise automation_errors.missing_input(name)
    return Filled(values["emailSubject"], values["emailBody"], bool(values.get("sendRichBody")))


def _addresses(text: str | None) -> tuple[str, ...]:
    result = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    for item in result:
        if _ADDRESS.fullmatch(item) is None:
            raise automation_errors.bad_address(item)
    return result


def _address_of(context: RunContext, record_id: str) -> str:
    """Return the address of a contact, lead or user."""
    parsed_id = parse_id(record_id)
    sobject = None if parsed_id is None else context.access.schema.by_prefix(parsed_id)
    if parsed_id is None or sobject is None or sobject.name not in {"Contact", "Lead", "User"}:
        raise automation_errors.bad_input("recipientId", record_id)
    row = context.org.db.execute(
        f'SELECT "Email" FROM "{sobject.name}" WHERE "Id" = ?',  # noqa: S608 - our own names
        (parsed_id,),
    ).fetchone()
    if row is None or not row[0]:
        raise automation_errors.bad_input("recipientId", "it has no e-mail address")
    return str(row[0])


def _own_address(context: RunContext) -> str:
    user = context.org.user(context.user_id)
    return str(user["Email"]) if user is not None else ""


def _log(context: RunContext, email: Email) -> None:
    fields: dict[str, Any] = {
        "FromAddress": email.sender,
        "ToAddress": "; ".join(email.to) or None,
        "CcAddress": "; ".join(email.cc) or None,
        "BccAddress": "; ".join(email.bcc) or None,
        "Subject": email.subject,
        "HtmlBody" if email.html else "TextBody": email.body,
        "Status": _SENT,
    }
    if email.related_id is not None:
        case = email.related_id.startswith("500")
        fields["ParentId" if case else "RelatedToId"] = email.related_id
    context.create("EmailMessage", fields)


def outbox_of(org: Org) -> list[Email]:
    """Return the e-mails that an org has sent, in order."""
    return org.part(_new_outbox)


def _new_outbox(_org: Org) -> list[Email]:
    return []
