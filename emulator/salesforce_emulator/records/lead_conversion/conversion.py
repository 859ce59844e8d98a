"""Converts leads: into an account, a contact and an opportunity, after which a lead is closed.

What is mapped is what a new org maps; custom fields are mapped by an administrator, which the local
org does not offer. What hangs on the lead is moved in `related_records.py`.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records import writing
from salesforce_emulator.records.declared import field_history
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.lead_conversion.related_records import last_campaign, move
from salesforce_emulator.records.lead_conversion.request import ConversionRequest, ConvertedLead
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.save_context import Row, SaveContext
from salesforce_emulator.schema.history_objects import CONVERTED
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.soql.query_context import time_zone

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

_ADDRESS: Final = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude",
                   "GeocodeAccuracy")  # fmt: skip
_TO_ACCOUNT: Final = {
    "Company": "Name", "Phone": "Phone", "Fax": "Fax", "Website": "Website", "Rating": "Rating",
    "Industry": "Industry", "AnnualRevenue": "AnnualRevenue", "LeadSource": "AccountSource",
    "NumberOfEmployees": "NumberOfEmployees", **{part: f"Billing{part}" for part in _ADDRESS},
}  # fmt: skip
_TO_CONTACT: Final = {
    **{name: name for name in ("Salutation", "FirstName", "LastName", "Title", "Email", "Phone",
                               "MobilePhone", "Fax", "LeadSource", "Description", "IndividualId")},
    **{part: f"Mailing{part}" for part in _ADDRESS},
}  # fmt: skip


def convert(org: "Org", access: "Access", request: ConversionRequest) -> ConvertedLead:
    """Convert one lead. The caller holds `org.transaction()`.

    Raises:
        SalesforceError: It does not exist, is converted already, the status is no converted one,
            or a created or updated record is refused; nothing is written.
    """
    lead = _existing(org, "Lead", request.lead_id)
    access.require_update(org.schema["Lead"])
    if lead["IsConverted"]:
        raise errors.converted_lead()
    _require_converted_status(org, request.status)
    owner = request.owner_id or lead["OwnerId"]
    if parse_id(owner) is None or owner[:3] != "005":  # a queue's lead needs a person
        raise errors.required_missing(["ownerId"])
    account_id = _account(org, access, lead, request, owner)
    contact_id = _contact(org, access, lead, request, owner, account_id)
    opportunity_id = None
    if request.makes_opportunity:
        opportunity_id = _opportunity(org, access, lead, request, owner, account_id)
        role = {"OpportunityId": opportunity_id, "ContactId": contact_id, "IsPrimary": True}
        writing.create(org, access, org.schema["OpportunityContactRole"], role)
    _close(org, access, lead, request.status, account_id, contact_id, opportunity_id)
    converted = ConvertedLead(lead["Id"], account_id, contact_id, opportunity_id)
    move(org, access.user_id, converted, request.owner_id)
    return converted


def _existing(org: "Org", name: str, record_id: str) -> Row:
    sobject = org.schema[name]
    parsed_id = parse_id(record_id)
    if parsed_id is None:
        raise errors.malformed_id(record_id)
    if parsed_id[:3] != sobject.key_prefix:
        raise errors.invalid_cross_reference()
    return writing.existing(org, sobject, parsed_id)


def _require_converted_status(org: "Org", status: str) -> None:
    row = org.db.execute(
        'SELECT 1 FROM "LeadStatus" WHERE "ApiName" = ? AND "IsConverted" = 1', (status,)
    ).fetchone()
    if row is None:
        raise errors.invalid_status(f"invalid convertedStatus: {status}")


def _account(
    org: "Org", access: "Access", lead: Row, request: ConversionRequest, owner: str
) -> str:
    sobject = org.schema["Account"]
    mapped = _map_fields(lead, _TO_ACCOUNT)
    if request.account_id is None:
        return writing.create(org, access, sobject, {**mapped, "OwnerId": owner})
    account = _existing(org, "Account", request.account_id)
    _fill(org, access, "Account", account, mapped)
    return str(account["Id"])


def _contact(
    org: "Org", access: "Access", lead: Row, request: ConversionRequest, owner: str, account_id: str
) -> str:
    mapped = _map_fields(lead, _TO_CONTACT)
    if request.contact_id is None:
        values = {**mapped, "AccountId": account_id, "OwnerId": owner}
        return writing.create(org, access, org.schema["Contact"], values)
    contact = _existing(org, "Contact", request.contact_id)
    if request.account_id is None or contact["AccountId"] != account_id:
        raise errors.invalid_cross_reference()
    always = ("LeadSource",) if request.takes_source else ()
    _fill(org, access, "Contact", contact, mapped, always)
    return str(contact["Id"])


def _opportunity(
    org: "Org", access: "Access", lead: Row, request: ConversionRequest, owner: str, account_id: str
) -> str:
    (stage,) = org.db.execute(
        'SELECT "ApiName" FROM "OpportunityStage" WHERE "IsActive" = 1 ORDER BY "SortOrder"'
    ).fetchone()
    values = {
        "Name": (request.opportunity_name or lead["Company"])[
            :120
        ],  # an opportunity's longest name
        "AccountId": account_id,
        "OwnerId": owner,
        "StageName": stage,
        "CloseDate": _quarter_end(_today(org, access.user_id)).isoformat(),
        "LeadSource": lead["LeadSource"],
        "CampaignId": last_campaign(org, lead["Id"]),
    }
    return writing.create(org, access, org.schema["Opportunity"], values)


def _map_fields(lead: Row, fields: Mapping[str, str]) -> dict[str, Any]:
    return {target: lead[here] for here, target in fields.items() if lead[here] is not None}


def _fill(
    org: "Org",
    access: "Access",
    name: str,
    row: Row,
    mapped: Mapping[str, Any],
    always: tuple[str, ...] = (),
) -> None:
    """Fill empty fields of an existing record; others keep their values."""
    empty = {key: value for key, value in mapped.items() if row[key] is None or key in always}
    if empty:
        writing.update(org, access, org.schema[name], row["Id"], empty)


def _close(
    org: "Org",
    access: "Access",
    lead: Row,
    status: str,
    account_id: str,
    contact_id: str,
    opportunity_id: str | None,
) -> None:
    now = datetime_text(org.clock.now().replace(microsecond=0))
    values = {
        "Status": status,
        "IsConverted": 1,
        "IsUnreadByOwner": 0,
        "ConvertedDate": _today(org, access.user_id).isoformat(),
        "ConvertedAccountId": account_id,
        "ConvertedContactId": contact_id,
        "ConvertedOpportunityId": opportunity_id,
        "LastModifiedById": access.user_id,
        "LastModifiedDate": now,
        "SystemModstamp": now,
    }
    sql = plan_of(org, org.schema["Lead"]).update(tuple(values))
    org.db.execute(sql, (*values.values(), lead["Id"]))
    row = {**lead, **values}
    save = SaveContext(org, access.user_id, org.schema["Lead"], lead["Id"], row, lead, (), now)
    if "Lead" in declared_rules(org).tracked_fields:
        field_history.note(save)
        field_history.mark(save, CONVERTED)


def _today(org: "Org", user_id: str) -> date:
    """Return the date where the user is."""
    user = org.user(user_id)
    return org.clock.now().astimezone(time_zone(user["TimeZoneSidKey"] if user else "")).date()


def _quarter_end(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year, month, monthrange(day.year, month)[1])
