"""Call any REST resource of the org that has no action of its own.

The same sign-in, repeats, errors and count of calls as for every action. Sign-in endpoints and
other hosts are out of its reach.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Call, Example, Flow
from salesforce_connector.form_hints import hints
from salesforce_connector.policy import open_resources


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET", title="Method", description="HTTP method.", examples=["GET"]
    )
    path: str = Field(
        title="Path",
        description=(
            "The path after the API version, such as /limits, or a path that begins "
            "with /services/."
        ),
        min_length=2,
        max_length=8_000,
        examples=["/limits", "/services/data/v68.0/tabs"],
        json_schema_extra=hints(text="Percent-encode values in it."),
    )
    params: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        title="Query parameters",
        description="Query parameters; they are encoded for you.",
        examples=[{"limit": 10}],
        json_schema_extra=hints(widget="keyvalue"),
    )
    body: Any = Field(
        default=None,
        title="Body",
        description="Sent as JSON; leave empty for no body.",
        examples=[{"a": 1}],
        json_schema_extra=hints(widget="json"),
    )
    repeatable: bool = Field(
        default=False,
        title="Repeatable",
        description="The call may be repeated after a network error. GET is always repeated.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )


class Output(BaseModel):
    status: int = Field(title="Status", description="2xx; all others are errors.")
    body: Any = Field(title="Body", description="What was answered; null for nothing.")
    encoding: open_resources.Encoding = Field(
        title="Encoding", description="How the body is given: json, text, base64 or none."
    )
    headers: dict[str, str] = Field(
        title="Headers", description="Location, ETag, Last-Modified and Sforce-*, in lower case."
    )


def flow(args: Input) -> Flow[Output]:
    path = open_resources.check_path(args.path)
    answer = yield Call(
        args.method,
        path,
        params=open_resources.query_params(args.params, path),
        json=args.body,
        reads=open_resources.is_read(args.method, path),
        repeatable=True if args.repeatable or args.method in ("GET", "HEAD") else None,
    )
    body, encoding = open_resources.body(answer)
    return Output(
        status=answer.status_code,
        body=body,
        encoding=encoding,
        headers=open_resources.result_headers(answer),
    )


api_request = Action(
    name="api_request",
    title="Call the REST API",
    summary="Call any REST resource of the org that has no action of its own.",
    category="Anything else",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm",
    destroys=True,
    examples=(
        Example("The tabs of the user", {"path": "/tabs"}),
        Example(
            "A record's picklist values for a record type",
            {"path": "/ui-api/object-info/Account/picklist-values/012000000000000AAA/Industry"},
        ),
    ),
)
