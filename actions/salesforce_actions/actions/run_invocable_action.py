"""Run a standard or custom invocable action for one or many inputs.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro_invoking.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow, Note
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata import invocable, suggestions
from salesforce_connector.writing.record_results import FailurePolicy, RecordResult


class _Runs(BaseModel):
    kind: str = Field(
        title="Kind",
        description="standard, or a custom kind such as apex, flow, quickAction or emailAlert.",
        pattern=r"^[A-Za-z]\w*$",
        examples=["standard", "apex"],
        json_schema_extra=hints(widget="combobox"),
    )
    action_name: str = Field(
        title="Action",
        description="API name of the action; some are Object.Name.",
        pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)?$",
        examples=["chatterPost", "Case.Close_It"],
        json_schema_extra=dynamic_options("invocable_actions", "kind"),
    )
    inputs: list[dict[str, Any]] = Field(
        title="Inputs",
        description="One entry for each run: values by the names of the action's inputs.",
        min_length=1,
        max_length=200,
        examples=[[{"text": "Hello", "subjectNameOrId": "001D000000IqhSLIAZ"}]],
        json_schema_extra=dynamic_schema("action_inputs", "kind", "action_name")
        | hints(widget="records"),
    )


class Input(FailurePolicy, _Runs):
    model_config = ConfigDict(extra="forbid")


class RunResult(RecordResult):
    """The result of one input."""

    outputs: dict[str, Any] = Field(
        title="Outputs", description="Output values by name; empty if the run failed."
    )


class Output(BaseModel):
    results: list[RunResult] = Field(
        title="Results", description="One result for each entry of inputs, in the same order."
    )
    failed: int = Field(title="Failed", description="Number of runs that failed.")


@suggestions.suggest_on_not_found(
    "action_name", "action", lambda args: suggestions.actions(args.kind)
)
def flow(args: Input) -> Flow[Output]:
    path = f"{invocable.kind_path(args.kind)}/{records.segment(args.action_name)}"
    ran = yield from invocable.run(path, args.inputs)
    results = [_result(index, item) for index, item in enumerate(ran)]
    failed = sum(not result.ok for result in results)
    if len(ran) == 1 and ran[0].error is not None and args.fails(1, 1):
        raise ran[0].error
    args.settle(results)
    if failed:
        yield Note(f"{failed} of {len(ran)} runs failed; see the results.")
    return Output(results=results, failed=failed)


def _result(index: int, ran: invocable.Outcome) -> RunResult:
    if ran.error is None:
        return RunResult(index=index, ok=True, outputs=dict(ran.outputs))
    return RunResult(
        index=index,
        ok=False,
        code=ran.error.code,
        message=ran.error.message,
        fields=list(ran.error.fields),
        outputs={},
    )


run_invocable_action = Action(
    name="run_invocable_action",
    title="Run an invocable action",
    summary="Run a standard or custom invocable action for one or many inputs.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro_invoking.htm",
    destroys=True,  # what an action does is the org's own business
    examples=(
        Example(
            "Apex for two deliveries",
            {
                "kind": "apex",
                "action_name": "QuoteDelivery",
                "inputs": [{"weight": 2.5}, {"weight": 80}],
                "fail_when": "all",
            },
        ),
    ),
)
