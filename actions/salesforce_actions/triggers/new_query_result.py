"""Emit an event for each row that a query returns and did not return at the last poll.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.polling import result_polling
from salesforce_connector.soql.binding import bind
from salesforce_connector.soql.inputs import QueryParameters, Soql


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    soql: Soql = Field(
        description=(
            "The query; it selects Id and returns at most 10,000 records. Write :name where a "
            "value goes."
        ),
        examples=["SELECT Id, Name FROM Opportunity WHERE Amount > :amount AND IsClosed = false"],
    )
    parameters: QueryParameters = Field(default_factory=dict, examples=[{"amount": 100_000}])
    start: Literal["now", "everything"] = Field(
        default="now",
        title="Start",
        description=(
            "Where to begin: now skips rows that the query already returns; everything "
            "includes them."
        ),
        examples=["now"],
    )


class Event(result_polling.Appeared):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    soql = bind(args.soql, args.parameters)
    new = yield from result_polling.poll(soql, args.start, cursor)
    return Batch(result_polling.appeared(new), new.cursor, more=False)


new_query_result = Trigger(
    name="new_query_result",
    title="New query result",
    summary=(
        "Emit an event for each record that a query returns and did not return at the last poll."
    ),
    category="Records",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm",
    notes=(
        "The whole query runs at each poll. A record that leaves the result and returns is "
        "reported again; one that appears and disappears between two polls is not reported."
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
