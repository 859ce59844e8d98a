"""Run a standard or custom invocable action for one or many inputs.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro_invoking.htm
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import invocable, records
from salesforce_connector.action import Action, Example, Flow, Note
from salesforce_connector.choices import choices
from salesforce_connector.errors import ConnectorError


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(
        title="Kind",
        description="standard, or a custom kind: apex, flow, quickAction, emailAlert and others.",
        pattern=r"^[A-Za-z]\w*$",
        examples=["standard", "apex"],
    )
    action_name: str = Field(
        title="Action",
        description="As `list_invocable_actions` gives it; some are Object.Name.",
        pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)?$",
        examples=["chatterPost", "Case.Close_It"],
        json_schema_extra=choices("invocable_actions", "kind"),
    )
    inputs: list[dict[str, Any]] = Field(
        title="Inputs",
        description="One for each run, by the names of the action's inputs.",
        min_length=1,
        max_length=200,
        examples=[[{"text": "Hello", "subjectNameOrId": "001D000000IqhSLIAZ"}]],
    )
    fail_when: Literal["any", "all", "never"] = Field(
        default="any",
        title="Fail when",
        description=(
            "The step fails when any run failed, when all did, or never. What ran well stays done."
        ),
        examples=["all"],
    )


class RunResult(BaseModel):
    """What became of one input."""

    index: int = Field(title="Index", description="Of the input, from 0.")
    ok: bool = Field(title="OK", description="Whether it ran well.")
    outputs: dict[str, Any] = Field(title="Outputs", description="By name; empty when it failed.")
    code: str = Field(title="Code", description="Of the error; empty when it ran well.")
    message: str = Field(title="Message", description="Of the error; empty when it ran well.")
    fields: list[str] = Field(title="Fields", description="API names of the fields to blame.")


class Output(BaseModel):
    results: list[RunResult] = Field(title="Results", description="In the order of the inputs.")
    failed: int = Field(title="Failed", description="How many did not run well.")


def flow(args: Input) -> Flow[Output]:
    home = "standard" if args.kind == "standard" else f"custom/{records.segment(args.kind)}"
    path = f"/actions/{home}/{records.segment(args.action_name)}"
    ran = yield from invocable.run(path, args.inputs)
    errors = [each.error for each in ran if each.error is not None]
    if errors and (
        args.fail_when == "any" or (args.fail_when == "all" and len(errors) == len(ran))
    ):
        raise errors[0]
    if errors:
        yield Note(f"{len(errors)} of {len(ran)} runs failed; results says which and why.")
    results = [_result(index, each.outputs, each.error) for index, each in enumerate(ran)]
    return Output(results=results, failed=len(errors))


def _result(index: int, outputs: Any, error: ConnectorError | None) -> RunResult:
    return RunResult(
        index=index,
        ok=error is None,
        outputs=dict(outputs) if error is None else {},
        code=error.code if error else "",
        message=error.message if error else "",
        fields=list(error.fields) if error else [],
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
            "Apex for two orders",
            {
                "kind": "apex",
                "action_name": "ShipOrders",
                "inputs": [{"orderId": "801D00000001abcIAA"}, {"orderId": "801D00000001abdIAA"}],
                "fail_when": "all",
            },
        ),
    ),
)
