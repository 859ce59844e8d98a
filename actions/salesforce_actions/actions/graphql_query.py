"""Run a GraphQL query.

GraphQL answers 200 even when it refuses: its errors are errors here, too.

https://developer.salesforce.com/docs/platform/graphql/guide/graphql-about.html
"""

import re
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.errors.results import from_result
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.hints import hints

# Comments, block texts and texts are passed over, so that a name in one is not an operation.
_TOKENS: Final = re.compile(
    r'#[^\n\r]*|"""(?:\\"""|.)*?"""|"(?:\\.|[^"\\\n])*"|(?P<mutation>\b(?:mutation|subscription)\b)',
    re.DOTALL,
)


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str = Field(
        title="Query",
        description="A GraphQL query or mutation.",
        min_length=1,
        max_length=1_000_000,
        examples=["query { uiapi { query { Account(first: 5) { edges { node { Id } } } } } }"],
        json_schema_extra=hints(widget="multiline"),
    )
    variables: dict[str, Any] = Field(
        default_factory=dict,
        title="Variables",
        description="Values for the query's variables, by name.",
        examples=[{"name": "Acme"}],
        json_schema_extra=hints(widget="json", visibility="important"),
    )
    operation_name: str | None = Field(
        default=None,
        title="Operation",
        description="The operation to run, if the query holds several.",
        examples=["Accounts"],
        json_schema_extra=hints(visibility="advanced"),
    )
    allow_partial: bool = Field(
        default=False,
        title="Allow partial",
        description="Return partial data if there are errors, and the errors as warnings.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )


class Output(BaseModel):
    data: dict[str, Any] | None = Field(
        title="Data", description="Response data, in the shape of the query."
    )
    errors: list[dict[str, Any]] = Field(
        title="Errors",
        description="Errors in the response; always empty unless partial data is allowed.",
    )


class _Answer(BaseModel):
    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] | None = None


def flow(args: Input) -> Flow[Output]:
    body: dict[str, Any] = {"query": args.query, "variables": args.variables}
    if args.operation_name is not None:
        body["operationName"] = args.operation_name
    answer = yield Call("POST", "/graphql", json=body, reads=only_reads(args.query))
    reply = records.read(_Answer, answer, "graphql_query")
    errors = reply.errors or []
    if errors and not (args.allow_partial and reply.data):
        raise from_result(map(_item, errors))
    if reply.data is None and not errors:
        raise BadReply(
            "The GraphQL response has neither data nor errors.", code="BAD_REPLY", sent=True
        )
    for error in errors:
        yield Note(str(error.get("message", "GraphQL returned no reason.")))
    return Output(data=reply.data, errors=errors)


def only_reads(query: str) -> bool:
    """Return whether no operation of a query changes anything; in doubt it does."""
    return not any(token["mutation"] for token in _TOKENS.finditer(query))


def _item(error: dict[str, Any]) -> dict[str, Any]:
    extensions = error.get("extensions")
    kind = extensions.get("ErrorType") if isinstance(extensions, dict) else None
    path = error.get("paths") or error.get("path")
    where = ".".join(map(str, path)) if isinstance(path, list) else ""
    message = str(error.get("message") or "GraphQL returned no reason.")
    return {
        "statusCode": str(kind or "GRAPHQL_ERROR").upper(),
        "message": f"{message} (at {where})" if where else message,
    }


graphql_query = Action(
    name="graphql_query",
    title="Run a GraphQL query",
    summary="Run a GraphQL query or mutation; an error in its response fails the step.",
    category="Anything else",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/platform/graphql/guide/graphql-about.html",
    destroys=True,  # a mutation may overwrite and delete
    examples=(
        Example(
            "Accounts of one industry",
            {
                "query": "query Accounts($industry: Picklist) { uiapi { query { "
                "Account(first: 5, where: {Industry: {eq: $industry}}) "
                "{ edges { node { Id Name { value } } } } } } }",
                "variables": {"industry": "Banking"},
            },
        ),
    ),
)
