"""explain_query: the plans, the cheapest first."""

from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions.explain_query import Input, flow
from salesforce_connector.errors import Rejected


def plan(cost: float) -> dict[str, Any]:
    return {
        "cardinality": 1,
        "fields": [],
        "leadingOperationType": "Index",
        "notes": [],
        "relativeCost": cost,
        "sobjectCardinality": 3,
        "sobjectType": "Account",
    }


def test_refuses_a_place_without_a_value() -> None:
    assert isinstance(
        drive(flow(Input(soql="SELECT Id FROM Account WHERE Name = :n"))).error, Rejected
    )


def test_puts_the_plan_that_is_used_first() -> None:
    run = drive(
        flow(Input(soql="SELECT Id FROM Account WHERE Name = :n", parameters={"n": "x"})),
        ok({"plans": [plan(2.5), plan(0.5)], "sourceQuery": "x"}),
    )

    assert run.calls[0].params == {"explain": "SELECT Id FROM Account WHERE Name = 'x'"}
    assert [item.relative_cost for item in run.output.plans] == [0.5, 2.5]
    assert run.output.selective


def test_calls_a_query_without_a_cheap_plan_not_selective() -> None:
    assert not drive(flow(Input(soql="x")), ok({"plans": [plan(1.3)]})).output.selective
