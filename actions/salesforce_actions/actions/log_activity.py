"""Log an activity: a task that is done or to do, or an event in the calendar.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
"""

from datetime import UTC, date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.null_policy import FitPolicy


class Input(FitPolicy):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["task", "event"] = Field(
        title="Kind", description="A task, or an event in the calendar.", examples=["task"]
    )
    subject: str = Field(
        title="Subject",
        description="What the activity is about.",
        min_length=1,
        max_length=255,
        examples=["Call"],
    )
    who_id: RecordId | None = Field(
        default=None,
        title="With",
        description="The contact or lead that it relates to.",
        examples=["003D000000QYVzxIAH"],
        json_schema_extra=lookup("Contact", "Lead") | hints(visibility="important"),
    )
    what_id: RecordId | None = Field(
        default=None,
        title="About",
        description="The account, opportunity, case or other record that it relates to.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup("Account", "Opportunity", "Case", "Campaign")
        | hints(visibility="important"),
    )
    description: str = Field(
        default="",
        title="Description",
        description="Description of the activity, in plain text.",
        max_length=32_000,
        examples=["They will order."],
        json_schema_extra=hints(widget="multiline"),
    )
    owner_id: RecordId | None = Field(
        default=None,
        title="Owner",
        description="The user whose activity it is; leave empty for the connection's user.",
        examples=["005D0000001AbcdIAC"],
        json_schema_extra=dynamic_options("users") | hints(visibility="advanced"),
    )
    due: date | None = Field(
        default=None,
        title="Due date",
        description="The day that the task is due.",
        examples=["2026-11-30"],
        json_schema_extra=hints(show_when={"kind": ["task"]}),
    )
    status: str = Field(
        default="",
        title="Status",
        description="Status of the task, such as Completed; leave empty for the org's default.",
        max_length=255,
        examples=["Completed"],
        json_schema_extra=dynamic_options("picklist_values", sobject="Task", field="Status")
        | hints(widget="combobox", show_when={"kind": ["task"]}),
    )
    priority: str = Field(
        default="",
        title="Priority",
        description="Priority of the task, such as High; leave empty for the org's default.",
        max_length=255,
        examples=["High"],
        json_schema_extra=dynamic_options("picklist_values", sobject="Task", field="Priority")
        | hints(widget="combobox", show_when={"kind": ["task"]}),
    )
    start: AwareDatetime | None = Field(
        default=None,
        title="Start",
        description="When the event begins, with a UTC offset.",
        examples=["2026-11-30T09:00:00+01:00"],
        json_schema_extra=hints(show_when={"kind": ["event"]}, required_when={"kind": ["event"]}),
    )
    end: AwareDatetime | None = Field(
        default=None,
        title="End",
        description="When the event ends, with a UTC offset.",
        examples=["2026-11-30T10:00:00+01:00"],
        json_schema_extra=hints(show_when={"kind": ["event"]}, required_when={"kind": ["event"]}),
    )
    location: str = Field(
        default="",
        title="Location",
        description="Where the event takes place.",
        max_length=255,
        examples=["Berlin"],
        json_schema_extra=hints(show_when={"kind": ["event"]}),
    )
    fields: records.Values = Field(
        default_factory=dict,
        title="More fields",
        description="Values of other fields of Task or Event, by API name.",
        examples=[{"CallType": "Outbound"}],
        json_schema_extra=dynamic_schema("fields", "kind")
        | hints(widget="json", visibility="advanced"),
    )

    @model_validator(mode="after")
    def _check_kind(self) -> "Input":
        if self.kind == "task" and (self.start or self.end or self.location):
            raise ValueError("start, end and location are for events")
        if self.kind == "event":
            if self.due or self.status or self.priority:
                raise ValueError("due, status and priority are for tasks")
            if self.start is None or self.end is None or self.end < self.start:
                raise ValueError("an event needs a start and an end that is not before it")
        return self


class Output(BaseModel):
    id: str = Field(title="Activity ID", description="ID of the task (00T...) or event (00U...).")


def flow(args: Input) -> Flow[Output]:
    values = {
        "Subject": args.subject,
        "WhoId": args.who_id,
        "WhatId": args.what_id,
        "Description": args.description or None,
        "OwnerId": args.owner_id,
        "ActivityDate": args.due.isoformat() if args.due else None,
        "Status": args.status or None,
        "Priority": args.priority or None,
        "StartDateTime": args.start and _moment(args.start),
        "EndDateTime": args.end and _moment(args.end),
        "Location": args.location or None,
    }
    own_values = {name: value for name, value in values.items() if value is not None}
    if twice := sorted(set(map(str.lower, args.fields)) & set(map(str.lower, own_values))):
        raise Rejected(
            f"{', '.join(twice)} is in its own input and in fields; set it once.",
            code="INVALID_INPUT",
            remedy="Give it once.",
            fields=("fields",),
        )
    sobject = args.kind.capitalize()
    more = yield from check_record(sobject, args.fields, "create", args)
    answer = yield Call("POST", records.path(sobject), json={**more, **own_values}, checked=True)
    return Output(id=records.read(records.SaveResult, answer, "log_activity").id)


def _moment(moment: AwareDatetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


log_activity = Action(
    name="log_activity",
    title="Log an activity",
    summary="Log an activity: a completed or open task, or a calendar event.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm",
    examples=(
        Example(
            "A call that was made",
            {
                "kind": "task",
                "subject": "Call",
                "who_id": "003D000000QYVzxIAH",
                "what_id": "001D000000IqhSLIAZ",
                "status": "Completed",
                "due": "2026-11-22",
            },
        ),
        Example(
            "A meeting",
            {
                "kind": "event",
                "subject": "Demo",
                "start": "2026-11-30T09:00:00+01:00",
                "end": "2026-11-30T10:00:00+01:00",
            },
        ),
    ),
)
