"""Convert a lead into an account, a contact and, optionally, an opportunity.

REST cannot do this: it uses SOAP, with the connection's own OAuth token.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
"""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.http import soap
from salesforce_connector.identifiers import RecordId
from salesforce_connector.paging import query_results
from salesforce_connector.validation import require_text

STATUSES = "SELECT ApiName FROM LeadStatus WHERE IsConverted = true ORDER BY SortOrder LIMIT 1"


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lead_id: RecordId = Field(
        title="Lead",
        description="The lead to convert.",
        examples=["00QD000000FP14JMAT"],
        json_schema_extra=lookup("Lead"),
    )
    converted_status: str = Field(
        default="",
        title="Status",
        description=(
            "A lead status that counts as converted; leave empty for the org's first one."
        ),
        max_length=255,
        examples=["Closed - Converted"],
        json_schema_extra=dynamic_options("converted_lead_statuses"),
    )
    account_id: RecordId | None = Field(
        default=None,
        title="Account",
        description="The account to merge into; leave empty to create one.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup("Account"),
    )
    contact_id: RecordId | None = Field(
        default=None,
        title="Contact",
        description="A contact of that account to merge into; leave empty to create one.",
        examples=["003D000000QYVzxIAH"],
        json_schema_extra=lookup("Contact") | hints(visibility="advanced"),
    )
    create_opportunity: bool = Field(
        default=True,
        title="Create an opportunity",
        description="Also create an opportunity.",
        examples=[False],
    )
    opportunity_name: str = Field(
        default="",
        title="Opportunity name",
        description="Name of the opportunity; leave empty to use the company's name.",
        max_length=80,
        examples=["Acme - first order"],
        json_schema_extra=hints(show_when={"create_opportunity": [True]}),
    )
    owner_id: RecordId | None = Field(
        default=None,
        title="Owner",
        description="The owner of the new records; leave empty for the lead's owner.",
        examples=["005D0000001AbcdIAC"],
        json_schema_extra=dynamic_options("users") | hints(visibility="advanced"),
    )
    overwrite_lead_source: bool = Field(
        default=False,
        title="Overwrite lead source",
        description="Replace the contact's lead source with the lead's; needs the contact.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )
    notify_owner: bool = Field(
        default=False,
        title="Notify owner",
        description="Send an email to the owner.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )

    @model_validator(mode="after")
    def _check_combination(self) -> "Input":
        if self.contact_id and not self.account_id:
            raise ValueError("contact_id needs the account_id of that contact's account")
        if self.opportunity_name and not self.create_opportunity:
            raise ValueError("opportunity_name is for an opportunity that is created")
        return self


class Output(BaseModel):
    lead_id: str = Field(
        title="Lead ID", description="ID of the converted lead, which can no longer be changed."
    )
    account_id: str = Field(
        title="Account ID", description="ID of the account, new or from the input."
    )
    contact_id: str = Field(
        title="Contact ID", description="ID of the contact, new or from the input."
    )
    opportunity_id: str | None = Field(
        title="Opportunity ID", description="ID of the new opportunity; null if none was created."
    )


def flow(args: Input) -> Flow[Output]:
    status = args.converted_status or (yield from _first_status())
    texts = {
        "accountId": args.account_id,
        "contactId": args.contact_id,
        "convertedStatus": status,
        "doNotCreateOpportunity": not args.create_opportunity,
        "leadId": args.lead_id,
        "opportunityName": args.opportunity_name or None,
        "overwriteLeadSource": args.overwrite_lead_source,
        "ownerId": args.owner_id,
        "sendNotificationEmail": args.notify_owner,
    }  # in the order of the WSDL, which SOAP insists on
    opportunity = soap.group(
        "leadConverts", *(soap.element(name, value) for name, value in texts.items())
    )
    done = soap.outcome((yield soap.call(soap.group("convertLead", opportunity))))
    return Output(
        lead_id=done.first("leadId") or args.lead_id,
        account_id=require_text(done.first("accountId"), "accountId", "the conversion"),
        contact_id=require_text(done.first("contactId"), "contactId", "the conversion"),
        opportunity_id=done.first("opportunityId"),
    )


def _first_status() -> Flow[str]:
    statuses = yield from query_results.fetch(Call("GET", "/query", params={"q": STATUSES}), 1)
    if not statuses.records:
        raise Rejected(
            "The org has no converted lead status.",
            code="NO_CONVERTED_STATUS",
            remedy="Mark one as converted in Setup > Lead Status, or set converted_status.",
            fields=("converted_status",),
        )
    return require_text(
        statuses.records[0].get("ApiName"), "ApiName", "the query for lead statuses"
    )


convert_lead = Action(
    name="convert_lead",
    title="Convert a lead",
    summary="Convert a lead into an account, a contact and, optionally, an opportunity.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm",
    destroys=True,  # a conversion cannot be undone
    examples=(
        Example(
            "Into a new account, without an opportunity",
            {"lead_id": "00QD000000FP14JMAT", "create_opportunity": False},
        ),
    ),
)
