"""Ask how Salesforce would run a query, without running it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.soql.binding import bind
from salesforce_connector.soql.inputs import QueryParameters, Soql
from salesforce_connector.soql.long_queries import send_query
from salesforce_connector.wire_model import Wire


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    soql: Soql = Field(
        description="The query, or the ID of a report or list view. Write :name where a value goes."
    )
    parameters: QueryParameters = Field(default_factory=dict)


class Plan(Wire):
    """One query plan."""

    leading_operation_type: str = Field(
        description="How records would be found first: Index, Sharing, TableScan or Other."
    )
    relative_cost: float = Field(
        description=(
            "Cost relative to the threshold of a selective query; above 1 the query is not "
            "selective."
        )
    )
    cardinality: int = Field(
        description="Estimated number of records that the leading operation would return."
    )
    sobject_cardinality: int = Field(description="Approximate number of records of the object.")
    sobject_type: str = Field(description="API name of the queried object.")
    fields: list[str] = Field(
        default_factory=list,
        description="Indexed fields that the plan uses; empty for a table scan.",
    )
    notes: list[dict[str, Any]] = Field(
        default_factory=list,
        description="Salesforce's notes on why optimizations could not be used.",
    )


class _Plans(BaseModel):
    plans: list[Plan]


class Output(BaseModel):
    plans: list[Plan] = Field(
        title="Plans",
        description="Query plans, the cheapest first; Salesforce uses the first one.",
    )
    selective: bool = Field(
        title="Selective",
        description=(
            "Whether the query is selective: the relative cost of its cheapest plan is at most 1."
        ),
    )


def flow(args: Input) -> Flow[Output]:
    soql = bind(args.soql, args.parameters)
    answer = yield from send_query(Call("GET", "/query", params={"explain": soql}))
    plans = records.read(_Plans, answer, "explain_query").plans
    plans.sort(key=lambda plan: plan.relative_cost)
    return Output(plans=plans, selective=bool(plans) and plans[0].relative_cost <= 1)


explain_query = Action(
    name="explain_query",
    title="Explain a query",
    summary="Get Salesforce's plans for running a query, without running it.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm",
    reads=True,
    examples=(
        Example(
            "Accounts of one industry",
            {
                "soql": "SELECT Id FROM Account WHERE Industry = :industry",
                "parameters": {"industry": "Banking"},
            },
        ),
    ),
)
