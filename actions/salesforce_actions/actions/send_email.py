"""Send an email from the org.

Salesforce has renamed the inputs of its email action with version 65.0; which names the org accepts
is looked up first, and cached.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_email_simple.htm
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, dynamic_options, lookup
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.identifiers import RecordId
from salesforce_connector.metadata import invocable

PATH = "/actions/standard/emailSimple"

_SENDERS = {
    "user": "CurrentUser",
    "workflow_user": "DefaultWorkflowUser",
    "org_wide_address": "OrgWideEmailAddress",
}

# Names since 65.0 and before, of what was renamed.
_NAMES = {
    "to": ("recipientAddresses", "emailAddresses"),
    "cc": ("ccAddresses", "ccRecipientAddressList"),
    "bcc": ("bccAddresses", "bccRecipientAddressList"),
}


class Input(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of("Content from", ("subject", "body", "html"), ("template_id",)),
    )

    to: list[str] = Field(
        default_factory=list,
        title="To",
        description="Email addresses.",
        max_length=150,
        examples=[["kim@example.com"]],
        json_schema_extra=hints(
            widget="tags",
            visibility="important",
            text="At most 150 together with cc and bcc; 5 before API version 65.0.",
        ),
    )
    cc: list[str] = Field(
        default_factory=list,
        title="Cc",
        description="Email addresses.",
        examples=[["a@example.com"]],
        json_schema_extra=hints(widget="tags", visibility="advanced"),
    )
    bcc: list[str] = Field(
        default_factory=list,
        title="Bcc",
        description="Email addresses that other recipients do not see.",
        examples=[["b@example.com"]],
        json_schema_extra=hints(widget="tags", visibility="advanced"),
    )
    recipient_id: RecordId | None = Field(
        default=None,
        title="Recipient",
        description="A contact, lead or user who also receives the email.",
        examples=["003D000000QYVzxIAH"],
        json_schema_extra=lookup("Contact", "Lead", "User"),
    )
    template_id: RecordId | None = Field(
        default=None,
        title="Template",
        description="An email template for subject and body; needs the recipient.",
        examples=["00XD0000001abcdMAA"],
        json_schema_extra=dynamic_options("email_templates")
        | hints(text="Its merge fields are filled in from the recipient and the related record."),
    )
    subject: str = Field(
        default="",
        title="Subject",
        description="Subject line of the email; required without a template.",
        max_length=3_000,
        examples=["Your order"],
    )
    body: str = Field(
        default="",
        title="Body",
        description="Plain text, or HTML if HTML is selected; required without a template.",
        max_length=384_000,
        examples=["It is on its way."],
        json_schema_extra=hints(widget="multiline"),
    )
    html: bool = Field(
        default=False, title="HTML", description="Send the body as HTML.", examples=[True]
    )
    sender: Literal["user", "workflow_user", "org_wide_address"] = Field(
        default="user",
        title="Sender",
        description=(
            "Send as the connection's user, the default workflow user, or an org-wide address."
        ),
        examples=["org_wide_address"],
        json_schema_extra=hints(visibility="advanced"),
    )
    sender_address: str = Field(
        default="",
        title="Sender address",
        description="The org-wide address to send from.",
        examples=["service@example.com"],
        json_schema_extra=hints(
            visibility="advanced",
            show_when={"sender": ["org_wide_address"]},
            required_when={"sender": ["org_wide_address"]},
        ),
    )
    related_record_id: RecordId | None = Field(
        default=None,
        title="Related record",
        description="The record that the email is about; it is logged there if Log is selected.",
        examples=["500D000000abcdEIAQ"],
        json_schema_extra=lookup(*COMMON_OBJECTS),
    )
    log: bool = Field(
        default=False,
        title="Log",
        description=(
            "Store the email as an activity; it then counts against a different daily limit."
        ),
        examples=[True],
        json_schema_extra=hints(visibility="advanced"),
    )

    @model_validator(mode="after")
    def _check_inputs(self) -> "Input":
        if not (self.to or self.recipient_id):
            raise ValueError("give an address in to, or a recipient_id")
        if self.template_id is None:
            if not (self.subject and self.body):
                raise ValueError("give a subject and a body, or a template_id")
        elif self.subject or self.body or self.html:
            raise ValueError("subject, body and html are the template's")
        elif self.recipient_id is None:
            raise ValueError("template_id needs a recipient_id, whose fields it is filled in with")
        for name, addresses in (("to", self.to), ("cc", self.cc), ("bcc", self.bcc)):
            for number, address in enumerate(addresses):
                if "@" not in address or any(char in address for char in ", \t\r\n;"):
                    raise ValueError(f"{name}.{number} is not one email address")
        if (self.sender == "org_wide_address") != bool(self.sender_address):
            raise ValueError("sender_address goes with the sender org_wide_address")
        return self


class Output(BaseModel):
    sent: bool = Field(
        title="Sent", description="Always true; if Salesforce refuses the email, the step fails."
    )
    outputs: dict[str, Any] = Field(
        title="Outputs",
        description="Outputs of Salesforce's email action, such as IDs of logged activities.",
    )


class _ActionInput(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str


class _Described(BaseModel):
    model_config = ConfigDict(extra="ignore")

    inputs: list[_ActionInput]


def flow(args: Input) -> Flow[Output]:
    answer = yield Call("GET", PATH, cached=True)
    input_names = {item.name for item in records.read(_Described, answer, "send_email").inputs}
    lists = {"to": args.to, "cc": args.cc, "bcc": args.bcc}
    values = {
        **{
            _name(what, input_names): ",".join(addresses)
            for what, addresses in lists.items()
            if addresses
        },
        "recipientId": args.recipient_id,
        "emailTemplateId": args.template_id,
        "emailSubject": args.subject or None,
        "emailBody": args.body or None,
        "sendRichBody": args.html or None,
        "senderType": _SENDERS[args.sender],
        "senderAddress": args.sender_address or None,
        "relatedRecordId": args.related_record_id,
        "logEmailOnSend": args.log or None,
    }
    inputs = {name: value for name, value in values.items() if value is not None}
    if missing := sorted(inputs.keys() - input_names):
        raise Rejected(
            f"The org's email action has no input {', '.join(missing)}.",
            code="INPUT_NOT_SUPPORTED",
            remedy="Leave it out, or use a newer API version.",
        )
    outputs = yield from invocable.run_one(PATH, inputs)
    return Output(sent=True, outputs=dict(outputs))


def _name(what: str, input_names: set[str]) -> str:
    return next((name for name in _NAMES[what] if name in input_names), _NAMES[what][0])


send_email = Action(
    name="send_email",
    title="Send an email",
    summary="Send an email from the org, with your own text or a template.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_email_simple.htm",
    examples=(
        Example(
            "A plain text to one address",
            {"to": ["kim@example.com"], "subject": "Your order", "body": "It is on its way."},
        ),
        Example(
            "By a template, about a case",
            {
                "template_id": "00XD0000001abcdMAA",
                "recipient_id": "003D000000QYVzxIAH",
                "related_record_id": "500D000000abcdEIAQ",
            },
        ),
    ),
)
