"""The composite call: up to 25 steps checked before they are sent, and their results.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.validation import read_reply
from salesforce_connector.writing.record_results import RecordResult
from salesforce_connector.writing.steps import OBJECT, SEGMENT, Step, check_path, depths

MOST: Final = 25  # steps a call, composite limits
MOST_COSTLY: Final = 5  # of them queries or collections, composite limits

# What Salesforce runs inside a composite call: records, descriptions, queries, collections.
_RESOURCES: Final = (
    (("GET", "POST"), rf"{OBJECT}"),
    (("GET", "PATCH", "DELETE"), rf"{OBJECT}{SEGMENT}"),
    (("GET", "PATCH", "DELETE", "POST"), rf"{OBJECT}{SEGMENT}{SEGMENT}"),
    (("GET",), r"/(query|queryAll)"),
    (("POST", "PATCH", "DELETE"), r"/composite/sobjects"),
    (("GET", "POST", "PATCH"), r"/composite/sobjects/[A-Za-z]\w*"),
    (("PATCH",), rf"/composite/sobjects/[A-Za-z]\w*{SEGMENT}"),
)
_COSTLY: Final = re.compile(r"/(query|queryAll|composite/.*)")


class StepResult(RecordResult):
    """The result of one step."""

    name: str = Field(title="Name", description="Name of the step.")
    status: int = Field(title="Status", description="HTTP status of the step.")
    body: Any = Field(
        title="Body",
        description="Response body of the step; null if it is empty or the step failed.",
    )

    @property
    def path_in_input(self) -> str:
        return f"steps.{self.name}"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    body: Any = None
    status: int = Field(validation_alias="httpStatusCode")
    name: str = Field(validation_alias="referenceId")


class Answers(BaseModel):
    """The wire's answers to some steps."""

    model_config = ConfigDict(extra="ignore")

    answers: list[_Answer] = Field(validation_alias="compositeResponse")


def check(steps: Sequence[Step]) -> None:
    """Check that a composite call accepts the steps.

    Raises:
        Rejected: Too many, a name twice, a path or a reference that cannot be.
    """
    if len(steps) > MOST:
        raise Rejected(
            f"A call takes {MOST} steps; there are {len(steps)}.",
            code="TOO_MANY_STEPS",
            remedy="Use several calls, or run_composite_graph for up to 500 steps.",
            fields=("steps",),
        )
    costly = [step.name for step in steps if _COSTLY.fullmatch(step.path)]
    if len(costly) > MOST_COSTLY:
        raise Rejected(
            f"A call takes {MOST_COSTLY} queries and collections; there are {len(costly)}.",
            code="TOO_MANY_STEPS",
            remedy="Use several calls.",
            fields=("steps",),
        )
    for step in steps:
        check_path(step, _RESOURCES)
    depths(steps)


def results(steps: Sequence[Step], answers: Answers) -> list[StepResult]:
    """Return the results of the steps, in their order.

    Raises:
        BadReply: The answer names other steps.
    """
    by_name = {answer.name: answer for answer in answers.answers}  # names are texts
    return [
        _result(
            index, step, read_reply(_NamedStep, {"answer": by_name.get(step.name)}, "steps").answer
        )
        for index, step in enumerate(steps)
    ]


class _NamedStep(BaseModel):
    answer: _Answer


def _result(index: int, step: Step, answer: _Answer) -> StepResult:
    ok = answer.status < 300
    body = answer.body if ok else None
    faults = answer.body if isinstance(answer.body, list) and not ok else []
    faults = [fault for fault in faults if isinstance(fault, dict)]
    values = body if isinstance(body, dict) else {}
    code = faults[0].get("errorCode") or faults[0].get("statusCode") if faults else None
    created = values.get("created", answer.status == 201 if step.method == "POST" else None)
    return StepResult(
        index=index,
        name=step.name,
        ok=ok,
        status=answer.status,
        id=_text(values.get("id") or values.get("Id")),
        created=created if isinstance(created, bool) else None,
        code="" if ok else str(code or f"HTTP_{answer.status}"),
        message=" ".join(str(fault.get("message", "")) for fault in faults).strip(),
        fields=[name for fault in faults for name in _names(fault.get("fields"))],
        body=body,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _names(value: Any) -> list[str]:
    return (
        [element for element in value if isinstance(element, str)]
        if isinstance(value, list)
        else []
    )
