"""List the invocable actions of the org, or describe the inputs and outputs of one.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata import invocable, suggestions


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(
        default="",
        title="Kind",
        description=(
            "standard, flow, apex, quickAction, emailAlert or another kind; leave empty for all."
        ),
        pattern=r"^([A-Za-z]\w*)?$",
        examples=["flow"],
        json_schema_extra=hints(widget="combobox"),
    )
    action_name: str = Field(
        default="",
        title="Action",
        description="Return only this action, with its inputs and outputs.",
        pattern=r"^([A-Za-z]\w*(\.[A-Za-z]\w*)?)?$",
        examples=["Ship_Order"],
        json_schema_extra=dynamic_options("invocable_actions", "kind"),
    )

    @model_validator(mode="after")
    def _check_kind(self) -> "Input":
        if self.action_name and not self.kind:
            raise ValueError("an action needs its kind")
        return self


class InvocableAction(BaseModel):
    """One action."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(description="API name of the action, for run_invocable_action and run_flow.")
    label: str = Field(default="", description="Label of the action.")
    type: str = Field(default="", description="Type of the action, such as FLOW or APEX.")
    inputs: list[dict[str, Any]] | None = Field(
        default=None,
        description="Inputs as Salesforce describes them; null unless one action is requested.",
    )
    outputs: list[dict[str, Any]] | None = Field(
        default=None,
        description="Outputs as Salesforce describes them; null unless one action is requested.",
    )


class _Actions(BaseModel):
    actions: list[InvocableAction]


class Output(BaseModel):
    actions: list[InvocableAction] = Field(
        title="Actions", description="The actions, sorted by kind and name."
    )


@suggestions.suggest_on_not_found(
    "action_name", "action", lambda args: suggestions.actions(args.kind)
)
def flow(args: Input) -> Flow[Output]:
    if args.action_name:
        path = f"{invocable.kind_path(args.kind)}/{records.segment(args.action_name)}"
        answer = yield Call("GET", path, cached=True)
        return Output(actions=[records.read(InvocableAction, answer, "list_invocable_actions")])
    kinds = [args.kind] if args.kind else ["standard", *(yield from _custom_kinds())]
    actions = []
    for kind in kinds:
        answer = yield Call("GET", invocable.kind_path(kind), cached=True)
        actions += records.read(_Actions, answer, "list_invocable_actions").actions
    return Output(actions=actions)


def _custom_kinds() -> Flow[list[str]]:
    body = records.decode((yield Call("GET", "/actions/custom", cached=True)))
    if not isinstance(body, dict):
        raise BadReply("The kinds of custom actions are not an object.", code="BAD_REPLY")
    return sorted(body)


list_invocable_actions = Action(
    name="list_invocable_actions",
    title="List invocable actions",
    summary="List the invocable actions of the org, or describe the inputs and outputs of one.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm",
    reads=True,
    examples=(
        Example("The flows that can be run", {"kind": "flow"}),
        Example("Inputs and outputs of one flow", {"kind": "flow", "action_name": "Ship_Delivery"}),
    ),
)
