"""List the records that the user has looked at last.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql.inputs import limit_field
from salesforce_connector.validation import read_reply


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName | None = Field(
        default=None,
        title="Object",
        description="Return only records of this object; leave empty for all objects.",
        examples=["Account"],
        json_schema_extra=dynamic_options("objects"),
    )
    limit: int = limit_field(20, 200, note="the last viewed first")


class Output(BaseModel):
    records: Rows = Field(
        title="Records",
        description="Records, the last viewed first; `attributes.type` names the object.",
    )


class _Object(BaseModel):
    recent: list[dict[str, Any]] = Field(alias="recentItems")


def flow(args: Input) -> Flow[Output]:
    if args.sobject:
        body = records.decode((yield Call("GET", records.path(args.sobject))))
    else:
        answer = yield Call("GET", "/recent", params={"limit": str(args.limit)})
        body = {"recentItems": records.decode(answer)}
    recent = read_reply(_Object, body, "list_recent_records").recent
    return Output(records=recent[: args.limit])


list_recent_records = Action(
    name="list_recent_records",
    title="List recent records",
    summary="List the records that the user viewed most recently.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm",
    reads=True,
    examples=(
        Example("Of all objects", {}),
        Example("The last five accounts", {"sobject": "Account", "limit": 5}),
    ),
)
