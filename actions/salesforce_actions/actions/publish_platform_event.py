"""Publish a platform event.

Salesforce queues it for delivery: its success has OPERATION_ENQUEUED among the errors.

https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_publish_api.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors.results import from_result
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.null_policy import FitPolicy

ENQUEUED = "OPERATION_ENQUEUED"


class Input(FitPolicy):
    model_config = ConfigDict(extra="forbid")

    sobject: str = Field(
        title="Platform event",
        description="API name of the platform event; ends in __e.",
        pattern=r"^[A-Za-z]\w*__e$",
        examples=["Order_Shipped__e"],
        json_schema_extra=dynamic_options("platform_events"),
    )
    fields: records.Fields


class Output(BaseModel):
    id: str | None = Field(
        title="ID",
        description=(
            "ID that Salesforce assigns; it identifies no record. Null if Salesforce does not "
            "return it."
        ),
    )
    event_uuid: str | None = Field(
        title="Event UUID",
        description=(
            "UUID of the event, as subscribers receive it; null if Salesforce does not return it."
        ),
    )


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    success: bool
    errors: list[dict[str, Any]] = Field(default_factory=list)


@suggestions.suggest_on_not_found("sobject", "platform event", suggestions.events)
def flow(args: Input) -> Flow[Output]:
    fields = yield from check_record(args.sobject, args.fields, "create", args)
    answer = yield Call("POST", records.path(args.sobject), json=fields, checked=True)
    result = records.read(_Result, answer, "publish_platform_event")
    codes = {str(item.get("statusCode")): str(item.get("message", "")) for item in result.errors}
    if not result.success or codes.keys() - {ENQUEUED}:
        raise from_result(item for item in result.errors if item.get("statusCode") != ENQUEUED)
    return Output(id=result.id or None, event_uuid=codes.get(ENQUEUED) or None)


publish_platform_event = Action(
    name="publish_platform_event",
    title="Publish a platform event",
    summary="Publish a platform event.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_publish_api.htm",
    examples=(
        Example(
            "A delivery was shipped",
            {"sobject": "Delivery_Shipped__e", "fields": {"Order_Number__c": "A-1"}},
        ),
    ),
)
