"""Run graphs of steps in one call; each graph is done as a whole or not at all.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.records import decode
from salesforce_connector.writing import graphs
from salesforce_connector.writing.graphs import Graph, GraphResult
from salesforce_connector.writing.record_results import FailurePolicy, FailWhen, failure
from salesforce_connector.writing.step_check import check_steps
from salesforce_connector.writing.steps import reads, repeatable


class _Graphs(BaseModel):
    graphs: list[Graph] = Field(
        title="Graphs",
        description="At most 75 graphs with 500 steps together; each graph is all or none.",
        min_length=1,
        examples=[
            [
                {
                    "name": "acme",
                    "steps": [{"name": "a", "method": "DELETE", "path": "/sobjects/Lead/00Q1"}],
                }
            ]
        ],
        json_schema_extra=hints(widget="json"),
    )


class Input(FailurePolicy, _Graphs):
    model_config = ConfigDict(extra="forbid")

    fail_when: FailWhen = Field(
        default="any",
        title="Fail when",
        description=(
            "any: fail if one graph fails. all: fail if every graph fails. none: never fail; check "
            'each graph. {"more_than": 2}: fail if more than 2 graphs fail.'
        ),
        examples=["any", {"more_than": 2}],
        json_schema_extra=hints(widget="fail-when"),
    )


class Output(BaseModel):
    graphs: list[GraphResult] = Field(
        title="Graphs", description="One result for each graph, in the order of the input."
    )


def flow(args: Input) -> Flow[Output]:
    graphs.check(args.graphs)
    sendable: list[Graph] = []
    not_sent: dict[str, GraphResult] = {}
    for graph in args.graphs:
        checked = yield from check_steps(graph.steps, all_or_none=True)
        if checked.not_sent:  # no step of a graph is done without the others
            steps = checked.merge(graph.steps, [])
            not_sent[graph.name] = GraphResult(name=graph.name, ok=False, steps=steps)
        else:
            sendable.append(graph.model_copy(update={"steps": checked.steps}))
    sent = (yield from _send(sendable)) if sendable else []
    by_name = {result.name: result for result in sent} | not_sent
    results = [by_name[graph.name] for graph in args.graphs]
    failed = [result for result in results if not result.ok]
    if args.fails(len(failed), len(results)):
        records = graphs.records(results)
        message = f"{len(failed)} of {len(results)} graphs failed, and nothing of them was done."
        raise failure(
            records, [record for record in records if not record.ok], len(records), message
        )
    return Output(graphs=results)


def _send(sendable: Sequence[Graph]) -> Flow[list[GraphResult]]:
    steps = [step for graph in sendable for step in graph.steps]
    answer = yield Call(
        "POST",
        "/composite/graph",
        json=lambda root: graphs.to_body(sendable, root),
        reads=reads(steps),
        repeatable=repeatable(steps),
        timeout=600.0,  # Salesforce allows ten minutes for all graphs together
        checked=True,
    )
    return graphs.results(sendable, decode(answer))


run_composite_graph = Action(
    name="run_composite_graph",
    title="Run graphs of steps",
    summary="Run graphs of steps in one call; each graph is done completely or not at all.",
    category="Write many",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm",
    destroys=True,
    examples=(
        Example(
            "An account with a contact, or neither",
            {
                "graphs": [
                    {
                        "name": "acme",
                        "steps": [
                            {
                                "name": "account",
                                "method": "POST",
                                "path": "/sobjects/Account",
                                "body": {"Name": "Acme"},
                            },
                            {
                                "name": "contact",
                                "method": "POST",
                                "path": "/sobjects/Contact",
                                "body": {"LastName": "Doe", "AccountId": "@{account.id}"},
                            },
                        ],
                    }
                ]
            },
        ),
    ),
)
