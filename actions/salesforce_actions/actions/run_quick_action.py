"""Run a quick action: of an object on a record, or a global one.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors.results import from_result
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId, SObjectName
from salesforce_connector.metadata.quick_action_fields import fetch_defaults


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    action_name: str = Field(
        title="Quick action",
        description="API name of the quick action.",
        pattern=r"^[A-Za-z]\w*$",
        examples=["LogACall"],
        json_schema_extra=dynamic_options("quick_actions", optional=("sobject",)),
    )
    sobject: SObjectName | None = Field(
        default=None,
        title="Object",
        description="API name of the quick action's object; leave empty for a global quick action.",
        examples=["Account"],
        json_schema_extra=dynamic_options("objects") | hints(visibility="important"),
    )
    record_id: RecordId | None = Field(
        default=None,
        title="Record",
        description="The record to run the quick action on; leave empty for a global quick action.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup() | hints(visibility="important"),
    )
    fields: records.Values = Field(
        default_factory=dict,
        title="Fields",
        description="Values for the fields of the quick action's form, by API name.",
        examples=[{"Subject": "Call", "Description": "They will order."}],
        json_schema_extra=dynamic_schema(
            "quick_action_fields", "action_name", optional=("sobject",)
        )
        | hints(widget="json", visibility="important"),
    )
    use_defaults: bool = Field(
        default=False,
        title="Use default values",
        description="Fill missing fields with the form's default values; costs one call.",
        examples=[True],
        json_schema_extra=hints(
            text="Salesforce fills them in only on its own screens: without this they stay empty."
        ),
    )


class Output(BaseModel):
    id: str | None = Field(
        title="Record ID",
        description="ID of the record that was created or changed; null if there is none.",
    )
    created: bool = Field(title="Created", description="Whether the quick action created a record.")
    feed_item_ids: list[str] = Field(
        title="Feed items", description="IDs of the posts that the quick action created."
    )


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    success: bool
    created: bool | None = None
    feed_item_ids: list[str] | None = Field(default=None, alias="feedItemIds")
    errors: list[dict[str, Any]] | None = None


def flow(args: Input) -> Flow[Output]:
    base = records.path(args.sobject) if args.sobject else ""
    path = f"{base}/quickActions/{records.segment(args.action_name)}"
    fields = dict(args.fields)
    if args.use_defaults:
        defaults = yield from fetch_defaults(path, args.record_id)
        fields = {name: value for name, value in defaults.items() if value is not None} | fields
    body = {"contextId": args.record_id, "record": fields}
    answer = yield Call(
        "POST",
        path,
        json={name: value for name, value in body.items() if value is not None},
    )
    result = records.read(_Result, answer, "run_quick_action")
    if not result.success:
        raise from_result(result.errors)
    return Output(
        id=result.id, created=bool(result.created), feed_item_ids=result.feed_item_ids or []
    )


run_quick_action = Action(
    name="run_quick_action",
    title="Run a quick action",
    summary="Run an object's quick action on a record, or a global quick action.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm",
    destroys=True,  # an update action overwrites fields
    examples=(
        Example(
            "Log a call on an account",
            {
                "action_name": "LogACall",
                "sobject": "Account",
                "record_id": "001D000000IqhSLIAZ",
                "fields": {"Subject": "Call", "Description": "They will order."},
            },
        ),
    ),
)
