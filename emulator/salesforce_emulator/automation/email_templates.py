"""E-mail templates: their merge fields filled in from the recipient and the related record.

Classic fields are `{!Contact.FirstName}`, Lightning's `{{{Recipient.FirstName}}}`. A field that
leads nowhere becomes nothing, as in a sent e-mail. Functions and Visualforce are not evaluated.

https://help.salesforce.com/s/articleView?id=sf.email_templates_merge_fields.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.schema.ids import parse_id

_FIELD: Final = re.compile(r"\{!(\w+)\.(\w+)\}|\{\{\{(\w+)\.(\w+)\}\}\}", re.ASCII)
_RECIPIENT: Final = ("recipient", "receiving_user")


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its fields filled in."""

    subject: str
    body: str
    html: bool


def fill(
    context: RunContext, template_id: str, recipient_id: str | None, related_id: str | None
) -> Filled:
    """Fill a template in.

    Raises:
        SalesforceError: There is no such active template, or it has no recipient; a lead has no
            related record.
    """
    full_id = parse_id(template_id)
    row = context.org.db.execute(
        'SELECT "Subject", "HtmlValue", "Body", "IsActive" FROM "EmailTemplate" WHERE "Id" = ?',
        (full_id,),
    ).fetchone()
    if row is None:
        raise automation_errors.bad_input("emailTemplateId", "there is no such template")
    subject, html, text, active = row
    if not active:
        raise automation_errors.bad_input("emailTemplateId", "the template is not active")
    if recipient_id is None:
        raise automation_errors.missing_input("recipientId")
    if related_id is not None and recipient_id.startswith("00Q"):
        raise automation_errors.bad_input("relatedRecordId", "the recipient is a lead")
    records = _records(context, recipient_id, related_id)

    def filled(match: "re.Match[str]") -> str:
        sobject, name = match[1] or match[3], match[2] or match[4]
        value = records.get(sobject.lower(), {}).get(name.lower())
        return "" if value is None else str(value)

    return Filled(
        _FIELD.sub(filled, subject or ""), _FIELD.sub(filled, html or text or ""), bool(html)
    )


def _records(
    context: RunContext, recipient_id: str, related_id: str | None
) -> dict[str, Mapping[str, Any]]:
    records: dict[str, Mapping[str, Any]] = {}
    for record_id, names in ((recipient_id, _RECIPIENT), (related_id, ("related",))):
        if record_id is None:
            continue
        sobject = context.access.schema.by_prefix(record_id)
        full_id = parse_id(record_id)
        if sobject is None or full_id is None:
            raise automation_errors.bad_input("relatedRecordId", record_id)
        columns = [item.name for item in sobject.fields if not item.compound]
        selected = ", ".join(f'"{name}"' for name in columns)
        row = context.org.db.execute(
            f'SELECT {selected} FROM "{sobject.name}" WHERE "Id" = ?',  # noqa: S608 - our own names
            (full_id,),
        ).fetchone()
        if row is None:
            raise SalesforceError(400, "INVALID_API_INPUT", f"No such record: {record_id}", [])
        values = {name.lower(): value for name, value in zip(columns, row, strict=True)}
        records |= dict.fromkeys((sobject.name.lower(), *names), values)
    return records
