"""Run up to 25 steps in one call; a step may use the results of earlier ones.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.writing import composite
from salesforce_connector.writing.composite import StepResult
from salesforce_connector.writing.record_results import FailurePolicy
from salesforce_connector.writing.step_check import check_steps
from salesforce_connector.writing.steps import Step, reads, repeatable


class _Steps(BaseModel):
    steps: list[Step] = Field(
        title="Steps",
        description=(
            "At most 25 steps, at most 5 of them queries or collections. Refer to results "
            "by @{name.field}."
        ),
        min_length=1,
        examples=[[{"name": "acme", "method": "POST", "path": "/sobjects/Account", "body": {}}]],
        json_schema_extra=hints(widget="json"),
    )
    all_or_none: bool = Field(
        default=True,
        title="All or none",
        description="Undo all steps if one fails.",
        examples=[True],
    )


class Input(FailurePolicy, _Steps):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    steps: dict[str, StepResult] = Field(
        title="Steps", description="Results of the steps, by name."
    )


def flow(args: Input) -> Flow[Output]:
    composite.check(args.steps)
    checked = yield from check_steps(args.steps, all_or_none=args.all_or_none)
    sent = (yield from _send(checked.steps, args.all_or_none)) if checked.steps else []
    results = checked.merge(args.steps, sent)
    args.settle(results)
    return Output(steps={result.name: result for result in results})


def _send(steps: Sequence[Step], all_or_none: bool) -> Flow[list[StepResult]]:
    def body(root: str) -> dict[str, Any]:
        requests = [step.to_subrequest(root) for step in steps]
        return {"allOrNone": all_or_none, "compositeRequest": requests}

    answer = yield Call(
        "POST",
        "/composite",
        json=body,
        reads=reads(steps),
        repeatable=repeatable(steps),
        timeout=600.0,  # Salesforce allows ten minutes for all steps together
        checked=True,
    )
    return composite.results(steps, records.read(composite.Answers, answer, "run_composite"))


run_composite = Action(
    name="run_composite",
    title="Run steps in one call",
    summary="Run up to 25 steps in one call; a step may use the results of earlier ones.",
    category="Write many",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite.htm",
    destroys=True,
    examples=(
        Example(
            "An account, its contact, and the contact read back",
            {
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
                    {
                        "name": "back",
                        "method": "GET",
                        "path": "/sobjects/Contact/@{contact.id}",
                        "params": {"fields": "Name,AccountId"},
                    },
                ]
            },
        ),
    ),
)
