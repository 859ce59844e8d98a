"""Run a SOQL query one page at a time: the cursor of a page fetches the next one.

For engines that loop over pages themselves; `query` follows all pages in one step.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.paging.next_pages import NextPages
from salesforce_connector.raw_rows import Rows
from salesforce_connector.records import read
from salesforce_connector.soql.binding import LONGEST, bind
from salesforce_connector.soql.inputs import IncludeDeleted, QueryParameters
from salesforce_connector.soql.long_queries import send_query

_RESOURCES = {"data": "/query", "tooling": "/tooling/query"}


class Input(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra=one_of("What to read", ("soql",), ("cursor",))
    )

    soql: str = Field(
        default="",
        title="SOQL",
        description="The query, for the first page. Write :name where a value goes.",
        max_length=LONGEST,
        examples=["SELECT Id, Name FROM Account"],
        json_schema_extra=hints(widget="soql", visibility="important"),
    )
    parameters: QueryParameters = Field(default_factory=dict)
    cursor: str = Field(
        default="",
        title="Cursor",
        description="`next_cursor` of the page before; leave empty for the first page.",
        max_length=2_000,
        pattern=r"^(/services/data/v\d{1,3}\.\d/(tooling/)?query(All)?/[\w.~-]+)?$",
        examples=["/services/data/v68.0/query/0r8D00000ABCDEF-2000"],
    )
    api: Literal["data", "tooling"] = Field(
        default="data",
        title="API",
        description="data: records. tooling: metadata, such as ApexClass.",
        examples=["tooling"],
        json_schema_extra=hints(visibility="advanced"),
    )
    include_deleted: IncludeDeleted = False


class Output(BaseModel):
    records: Rows = Field(title="Records", description="Records of this page, with `attributes`.")
    total: int = Field(title="Total", description="Number of records that match, on all pages.")
    next_cursor: str | None = Field(
        title="Next cursor", description="Cursor of the next page; null on the last page."
    )


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore")

    total_size: int = Field(alias="totalSize")
    next_url: str | None = Field(default=None, alias="nextRecordsUrl")
    records: Rows


def flow(args: Input) -> Flow[Output]:
    if bool(args.soql) == bool(args.cursor):
        raise Rejected(
            "Give a query for the first page, or a cursor for a further one.",
            code="ONE_OF",
            remedy="Leave out soql when there is a cursor.",
            fields=("soql", "cursor"),
        )
    if args.cursor:
        response = yield NextPages().call(args.cursor, 1)
    else:
        if args.include_deleted and args.api == "tooling":
            raise Rejected(
                "The Tooling API has no deleted records.",
                code="NOT_APPLICABLE",
                remedy="Leave include_deleted off.",
                fields=("include_deleted",),
            )
        resource = "/queryAll" if args.include_deleted else _RESOURCES[args.api]
        soql = bind(args.soql, args.parameters)
        response = yield from send_query(Call("GET", resource, params={"q": soql}))
    page = read(_Page, response, "query_page")
    return Output(records=page.records, total=page.total_size, next_cursor=page.next_url)


query_page = Action(
    name="query_page",
    title="Query one page",
    summary="Run a SOQL query one page at a time.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm",
    reads=True,
    examples=(
        Example("The first page", {"soql": "SELECT Id, Name FROM Account"}),
        Example("Apex classes", {"soql": "SELECT Id, Name FROM ApexClass", "api": "tooling"}),
    ),
)
