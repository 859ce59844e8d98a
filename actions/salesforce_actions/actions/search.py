"""Search the text of many objects at once, by plain words or by SOSL.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.identifiers import FieldPath, SObjectName
from salesforce_connector.query import sosl
from salesforce_connector.query.filters import Filters, where
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql.inputs import SearchText
from salesforce_connector.soql.long_queries import send_query
from salesforce_connector.soql.values import Parameters
from salesforce_connector.validation import read_reply

MOST = 2_000  # rows of one search, SOSL limits
LIMIT = 200


class SearchedObject(BaseModel):
    """An object to search."""

    model_config = ConfigDict(extra="forbid", title="Object")

    sobject: SObjectName
    fields: list[FieldPath] = Field(
        default_factory=lambda: ["Id", "Name"],
        title="Fields",
        description=(
            "API names of the fields to return; needed for an object without a Name field."
        ),
        min_length=1,
        examples=[["Id", "Name"]],
        json_schema_extra=hints(widget="tags"),
    )
    filters: Filters = Field(default_factory=list)
    limit: int | None = Field(
        default=None,
        title="Maximum records",
        description="The most records of this object to return.",
        ge=1,
        le=MOST,
        examples=[50],
    )


class Input(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of(
            "Search by",
            ("text", "objects", "search_in", "starts_with", "limit"),
            ("sosl", "parameters"),
        ),
    )

    text: SearchText = Field(default="", json_schema_extra=hints(visibility="important"))
    objects: list[SearchedObject] = Field(
        default_factory=list,
        title="Objects",
        description="The objects to search; leave empty for all searchable objects.",
        examples=[[{"sobject": "Account", "fields": ["Id", "Name"]}]],
        json_schema_extra=hints(widget="json", visibility="important"),
    )
    search_in: Literal["ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR"] = Field(
        default="ALL",
        title="Search in",
        description="The fields to search in.",
        examples=["EMAIL"],
        json_schema_extra=hints(visibility="advanced"),
    )
    starts_with: bool = Field(
        default=False,
        title="Starts with",
        description="Also find words that begin with the last word of the text.",
        examples=[True],
        json_schema_extra=hints(visibility="advanced"),
    )
    limit: int = Field(
        default=LIMIT,
        title="Maximum records",
        description=(
            "The most records to return, of all objects together; in SOSL use LIMIT instead."
        ),
        ge=1,
        le=MOST,
        examples=[LIMIT],
    )
    sosl: str = Field(
        default="",
        title="SOSL",
        description="A complete SOSL search. Write :name where a value goes.",
        max_length=100_000,
        examples=["FIND {:name} IN NAME FIELDS RETURNING Account(Id, Name)"],
        json_schema_extra=hints(widget="soql"),
    )
    parameters: Parameters = Field(
        default_factory=dict,
        title="Parameters",
        description="A value for each :name in the SOSL; values are escaped for you.",
        examples=[{"name": "Acme"}],
        json_schema_extra=hints(widget="keyvalue"),
    )

    @model_validator(mode="after")
    def _check_query_form(self) -> "Input":
        if bool(self.text.strip()) == bool(self.sosl.strip()):
            raise ValueError("give either text or sosl")
        plain = self.objects or self.starts_with or self.search_in != "ALL"
        if self.sosl.strip() and (plain or self.limit != LIMIT):
            raise ValueError(
                "objects, search_in, starts_with and limit go with text; in SOSL they are part "
                "of the search"
            )
        if self.text.strip() and self.parameters:
            raise ValueError("parameters go with sosl")
        return self


class Output(BaseModel):
    records: Rows = Field(
        title="Records",
        description="Records, the best match first; `attributes.type` names the object.",
    )


class _Hits(BaseModel):
    records: list[dict[str, Any]] = Field(alias="searchRecords")


def flow(args: Input) -> Flow[Output]:
    most = args.limit
    if args.sosl.strip():
        most = MOST
        written = sosl.bind(args.sosl, args.parameters)
        answer = yield from send_query(Call("GET", "/search", params={"q": written}))
    else:
        answer = yield Call("POST", "/parameterizedSearch", json=_body(args), reads=True)
    body = records.decode(answer)
    if isinstance(body, list):  # before 37.0
        body = {"searchRecords": body}
    hits = read_reply(_Hits, body, "search").records
    if len(hits) == most:
        yield Note(f"{most:,} records are returned; there may be more. Search for more words.")
    return Output(records=hits)


def _body(args: Input) -> dict[str, Any]:
    return {
        "q": sosl.term(args.text, prefix=args.starts_with),
        "in": args.search_in,
        "overallLimit": args.limit,
        "sobjects": [
            {
                "name": target.sobject,
                "fields": target.fields,
                **({"where": where(target.filters)} if target.filters else {}),
                **({"limit": target.limit} if target.limit else {}),
            }
            for target in args.objects
        ],
    }


search = Action(
    name="search",
    title="Search records",
    summary="Search text in many objects at once, by words or with SOSL.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized.htm",
    reads=True,
    examples=(
        Example(
            "People with an email address",
            {
                "text": "kim@example.com",
                "search_in": "EMAIL",
                "objects": [
                    {"sobject": "Contact", "fields": ["Id", "Name", "Email"]},
                    {"sobject": "Lead", "fields": ["Id", "Name", "Email"]},
                ],
            },
        ),
        Example(
            "The same thing in SOSL",
            {
                "sosl": "FIND {:mail} IN EMAIL FIELDS RETURNING Contact(Id, Name), Lead(Id, Name)",
                "parameters": {"mail": "kim@example.com"},
            },
        ),
    ),
)
