"""Graphs of steps: each of them all or none, many of them in one call; checked before sent.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph_limits.htm
"""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.forms.hints import hints
from salesforce_connector.validation import read_reply
from salesforce_connector.writing import composite
from salesforce_connector.writing.composite import Answers, StepResult
from salesforce_connector.writing.steps import OBJECT, SEGMENT, Step, check_path, depths

# All from the page of graph limits.
MOST: Final = 75  # graphs a call
MOST_STEPS: Final = 500  # of all graphs together
DEEPEST: Final = 15  # steps that refer to one another in a chain
MOST_OBJECTS: Final = 15  # different ones in all graphs together; all steps are of one API version

_RESOURCES: Final = (
    (("POST",), rf"{OBJECT}"),
    (("GET", "PATCH", "DELETE"), rf"{OBJECT}{SEGMENT}"),
    (("GET", "PATCH", "DELETE", "POST"), rf"{OBJECT}{SEGMENT}{SEGMENT}"),
)


class Graph(BaseModel):
    """Steps that are done completely or not at all."""

    model_config = ConfigDict(extra="forbid", title="Graph")

    name: str = Field(
        title="Name",
        description="Names the graph in the results; letters, digits and _.",
        pattern=r"^[A-Za-z0-9]\w*$",
        max_length=40,
        examples=["order_1"],
    )
    steps: list[Step] = Field(
        title="Steps",
        description="Steps may refer to earlier steps of the same graph.",
        min_length=1,
        json_schema_extra=hints(widget="json"),
    )


class GraphResult(BaseModel):
    """The result of one graph."""

    name: str = Field(title="Name", description="Name of the graph.")
    ok: bool = Field(
        title="Done", description="Whether all steps of the graph were done; otherwise none was."
    )
    steps: list[StepResult] = Field(
        title="Steps", description="One result for each step, in order."
    )


class _Graph(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(validation_alias="graphId")
    response: Answers = Field(validation_alias="graphResponse")
    successful: bool = Field(validation_alias="isSuccessful")


class _Graphs(BaseModel):
    model_config = ConfigDict(extra="ignore")

    graphs: dict[str, _Graph]


def check(graphs: Sequence[Graph]) -> None:
    """Check that Salesforce accepts the graphs.

    Raises:
        Rejected: Too many, too large, too deep, a name twice, or steps that cannot be.
    """
    steps = [step for graph in graphs for step in graph.steps]
    _at_most(MOST, len(graphs), "graphs")
    _at_most(MOST_STEPS, len(steps), "steps in all graphs together")
    _at_most(MOST_OBJECTS, len({_object(step) for step in steps}), "different objects")
    if len({graph.name for graph in graphs}) < len(graphs):
        raise Rejected(
            "Two graphs have the same name.",
            code="INVALID_STEP",
            remedy="Give each graph its own.",
            fields=("graphs",),
        )
    for graph in graphs:
        for step in graph.steps:
            check_path(step, _RESOURCES)
        _at_most(DEEPEST, max(depths(graph.steps)), "references in a chain")


def to_body(graphs: Sequence[Graph], root: str) -> dict[str, Any]:
    """Write the call's body; `root` is the path that the API version is under."""
    return {
        "graphs": [
            {
                "graphId": graph.name,
                "compositeRequest": [step.to_subrequest(root) for step in graph.steps],
            }
            for graph in graphs
        ]
    }


def results(graphs: Sequence[Graph], body: Any) -> list[GraphResult]:
    """Return the results of the graphs, in their order.

    Raises:
        BadReply: The answer names others.
    """
    items = body.get("graphs") if isinstance(body, dict) else None
    listed = items if isinstance(items, list) else []
    by_name = {str(entry.get("graphId")): entry for entry in listed if isinstance(entry, dict)}
    ordered = {"graphs": {graph.name: by_name.get(graph.name) for graph in graphs}}
    answers = read_reply(_Graphs, ordered, "graphs").graphs
    return [
        GraphResult(
            name=graph.name,
            ok=answers[graph.name].successful,
            steps=composite.results(graph.steps, answers[graph.name].response),
        )
        for graph in graphs
    ]


def records(by_name: Sequence[GraphResult]) -> list[StepResult]:
    """Return the steps of all graphs in one record, named `graph.step`."""
    named_steps = [(f"{graph.name}.{step.name}", step) for graph in by_name for step in graph.steps]
    return [
        step.model_copy(update={"index": index, "name": name})
        for index, (name, step) in enumerate(named_steps)
    ]


def _object(step: Step) -> str:
    return step.path.split("/")[2].lower() if step.path.count("/") > 1 else ""


def _at_most(most: int, count: int, what: str) -> None:
    if count > most:
        raise Rejected(
            f"A call takes at most {most} {what}; there are {count}.",
            code="TOO_MANY_STEPS",
            remedy="Use several calls.",
            fields=("graphs",),
        )
