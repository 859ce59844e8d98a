"""Call any REST resource of the org that has no action of its own.

The same sign-in, repeats, errors and count of calls as for every action. Sign-in endpoints and
other hosts are out of its reach.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.files import file_access
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.http.file_output import FileOutput
from salesforce_connector.policy import open_resources
from salesforce_connector.writing.request_body import BodyInput, body_of


class _Request(BaseModel, defer_build=True):  # for its fields alone
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
    params: open_resources.QueryParams = Field(default_factory=dict)
    body: Any = Field(
        default=None,
        title="Body",
        description=(
            "Request body, sent as JSON; leave empty for no body, or to use one of the other "
            "inputs below."
        ),
        examples=[{"a": 1}],
        json_schema_extra=hints(widget="json"),
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        title="Headers",
        description="Headers to add, such as If-Match or Sforce-Query-Options.",
        max_length=20,
        examples=[{"If-None-Match": '"0123456789"'}],
        json_schema_extra=hints(
            widget="keyvalue",
            visibility="advanced",
            text=f"Allowed: {', '.join(sorted(open_resources.REQUEST_HEADERS))}.",
        ),
    )
    save_to: Path | None = Field(
        default=None,
        title="Save to",
        description="The file to write the response to, in a folder that the host allows.",
        examples=["/tmp/report.pdf"],  # noqa: S108 - an example
        json_schema_extra=hints(visibility="advanced"),
    )
    repeatable: open_resources.Repeatable = False


class Input(BodyInput, _Request):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of(
            "Body",
            ("body",),
            ("text", "content_type"),
            ("content_base64", "content_type"),
            ("file", "content_type"),
            ("parts",),
            required=False,
        ),
    )


class Output(BaseModel):
    status: int = Field(
        title="Status", description="HTTP status: 2xx, or 304 if the request was conditional."
    )
    body: Any = Field(
        title="Body", description="Response body; null if it is empty or was written to a file."
    )
    encoding: open_resources.Encoding = Field(
        title="Encoding", description="Form of the body: json, text, base64, file or none."
    )
    headers: dict[str, str] = Field(
        title="Headers",
        description=(
            "Response headers, in lower case: Location, ETag, Last-Modified and Sforce-*."
        ),
    )
    path: str | None = Field(title="Path", description="Path of the file that was written.")
    size: int = Field(title="Size", description="Size of the written file in bytes.")


def flow(args: Input) -> Flow[Output]:
    path = open_resources.check_path(args.path)
    headers = open_resources.request_headers(args.headers)
    body = body_of(args, args.body)
    reads = args.method in ("GET", "HEAD")
    if body and reads:
        raise Rejected(
            f"{args.method} sends no body.",
            code="NOT_APPLICABLE",
            remedy="Leave the body out, or choose another method.",
            fields=("method",),
        )
    file = None
    if args.save_to is not None:
        file = FileOutput(file_access.resolve_to_write(args.save_to, "save_to"), max_bytes=0)
        headers.setdefault("Accept", "*/*")
    conditional = any(name.startswith("If-") for name in headers)
    answer = yield Call(
        args.method,
        path,
        params=open_resources.query_params(args.params, path),
        headers=headers,
        into=None if file is None else file.open,
        expect=(304,) if reads and conditional else (),
        reads=open_resources.is_read(args.method, path),
        repeatable=True if args.repeatable or reads else None,
        opaque="content" in body,
        **body,
    )
    content, encoding = open_resources.body(answer)
    written = file is not None and answer.status_code != 304
    return Output(
        status=answer.status_code,
        body=content,
        encoding="file" if written else encoding,
        headers=open_resources.result_headers(answer),
        path=str(args.save_to) if written else None,
        size=file.size if file is not None else 0,
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
            "A new version of a file, with its fields",
            {
                "method": "POST",
                "path": "/sobjects/ContentVersion",
                "parts": [
                    {"name": "entity_content", "json": {"Title": "a", "PathOnClient": "a.txt"}},
                    {"name": "VersionData", "text": "Hello", "file_name": "a.txt"},
                ],
            },
        ),
        Example(
            "A record's picklist values for a record type",
            {"path": "/ui-api/object-info/Account/picklist-values/012000000000000AAA/Industry"},
        ),
    ),
)
