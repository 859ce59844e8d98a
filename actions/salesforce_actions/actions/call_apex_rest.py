"""Call a REST service that the org has written in Apex.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_rest_intro.htm
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.policy import open_resources

HOME = "/services/apexrest"


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET", title="Method", description="HTTP method.", examples=["POST"]
    )
    path: str = Field(
        title="Path",
        description="The path after /services/apexrest, with the namespace if there is one.",
        pattern=r"^/.+",
        max_length=8_000,
        examples=["/orders/801D00000001abcIAA"],
    )
    params: open_resources.QueryParams = Field(default_factory=dict)
    body: Any = Field(
        default=None,
        title="Body",
        description="Request body, sent as JSON; leave empty for no body.",
        examples=[{"a": 1}],
        json_schema_extra=hints(widget="json"),
    )
    accept_statuses: list[Annotated[int, Field(ge=100, le=599)]] = Field(
        default_factory=list,
        title="Accepted statuses",
        description="Status codes besides 2xx that are returned as a result instead of an error.",
        examples=[[404, 409]],
        json_schema_extra=hints(widget="tags", visibility="advanced"),
    )
    repeatable: open_resources.Repeatable = False


class Output(BaseModel):
    status: int = Field(
        title="Status", description="HTTP status: 2xx, or one of the accepted statuses."
    )
    body: Any = Field(title="Body", description="Response body; null if it is empty.")
    encoding: open_resources.Encoding = Field(
        title="Encoding", description="Form of the body: json, text, base64 or none."
    )


def flow(args: Input) -> Flow[Output]:
    path = open_resources.check_path(HOME + args.path)
    answer = yield Call(
        args.method,
        path,
        params=open_resources.query_params(args.params, path),
        json=args.body,
        expect=tuple(args.accept_statuses),
        reads=False,  # Apex may change anything, whatever the method
        repeatable=args.repeatable or args.method == "GET",
    )
    body, encoding = open_resources.body(answer)
    return Output(status=answer.status_code, body=body, encoding=encoding)


call_apex_rest = Action(
    name="call_apex_rest",
    title="Call Apex REST",
    summary="Call a custom REST service that is written in Apex.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_rest_intro.htm",
    destroys=True,  # what Apex does is the org's own business
    examples=(
        Example(
            "Ship a delivery, which may be shipped already",
            {
                "method": "POST",
                "path": "/deliveries/D-0001",
                "body": {"express": True},
                "accept_statuses": [409],
            },
        ),
    ),
)
