"""Tell of each row that a query gives and did not give the last time.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import paging
from salesforce_connector.action import Batch, Call, Example, Flow, Trigger
from salesforce_connector.form_hints import hints
from salesforce_connector.polling import result_cursor
from salesforce_connector.polling.result_cursor import MOST_ROWS, ResultCursor
from salesforce_connector.soql import LONGEST, Parameters, bind


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    soql: str = Field(
        title="SOQL",
        description=(
            "The query; it selects Id and returns at most 10,000 rows. Write :name "
            "where a value goes."
        ),
        min_length=1,
        max_length=LONGEST,
        examples=["SELECT Id, Name FROM Opportunity WHERE Amount > :amount AND IsClosed = false"],
        json_schema_extra=hints(widget="soql"),
    )
    parameters: Parameters = Field(
        default_factory=dict,
        title="Parameters",
        description="A value for each :name, as in the action query.",
        examples=[{"amount": 100_000}],
        json_schema_extra=hints(widget="keyvalue", visibility="important"),
    )
    start: Literal["now", "everything"] = Field(
        default="now",
        title="Start",
        description=(
            "Where to begin: now skips rows that the query already returns; everything "
            "includes them."
        ),
        examples=["now"],
    )


class Event(BaseModel):
    id: str = Field(
        title="Event id", description="Stays the same when the event comes again after a crash."
    )
    record_id: str = Field(title="Record id", description="18 characters.")
    record: dict[str, Any] = Field(title="Record", description="The row, with `attributes`.")


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    last = result_cursor.load(cursor)
    first = Call("GET", "/query", params={"q": bind(args.soql, args.parameters)})
    rows = yield from paging.fetch(first, MOST_ROWS, strict=True)
    ids = result_cursor.ids_of(rows.records, complete=rows.complete)
    polls = last.polls + 1
    known_ids = set(ids) if cursor is None and args.start == "now" else set(last.ids)
    events: list[BaseModel] = [
        Event(id=f"{row['Id']}:{polls}", record_id=row["Id"], record=row)
        for row in rows.records
        if row["Id"] not in known_ids
    ]
    return Batch(events, ResultCursor(polls=polls, ids=sorted(set(ids))).model_dump(), more=False)


new_query_result = Trigger(
    name="new_query_result",
    title="New query result",
    summary="Tell of each row that a query gives and did not give the last time.",
    category="Records",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm",
    notes=(
        "The whole query runs at each poll. A row that leaves the result and comes back is told of "
        "again; one that comes and goes between two polls is not."
    ),
    examples=(
        Example(
            "Deals that become large",
            {
                "soql": "SELECT Id, Name, Amount FROM Opportunity WHERE Amount > :amount "
                "AND IsClosed = false",
                "parameters": {"amount": 100_000},
            },
        ),
    ),
)
