"""Run an autolaunched flow and return its outputs.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_flow.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata import invocable, suggestions

GUID, STATUS = "Flow__InterviewGuid", "Flow__InterviewStatus"


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    flow_name: str = Field(
        title="Flow",
        description="An active autolaunched flow, by its API name.",
        pattern=r"^[A-Za-z]\w*$",
        examples=["Ship_Order"],
        json_schema_extra=dynamic_options("flows"),
    )
    inputs: dict[str, Any] = Field(
        default_factory=dict,
        title="Inputs",
        description="Values for the flow's input variables, by name.",
        examples=[{"orderId": "801D00000001abcIAA", "express": True}],
        json_schema_extra=dynamic_schema("flow_inputs", "flow_name")
        | hints(widget="keyvalue", visibility="important"),
    )


class Output(BaseModel):
    outputs: dict[str, Any] = Field(
        title="Outputs", description="Values of the flow's output variables, by name."
    )
    interview_id: str | None = Field(
        title="Interview",
        description="GUID of the flow interview; null if Salesforce does not return it.",
    )
    status: str | None = Field(
        title="Status",
        description=(
            "Status of the interview, such as Finished or Paused; null if Salesforce does not "
            "return it."
        ),
    )


@suggestions.suggest_on_not_found("flow_name", "flow", lambda _: suggestions.actions("flow"))
def flow(args: Input) -> Flow[Output]:
    path = f"/actions/custom/flow/{records.segment(args.flow_name)}"
    outputs = dict((yield from invocable.run_one(path, args.inputs)))
    guid, status = outputs.pop(GUID, None), outputs.pop(STATUS, None)
    return Output(
        outputs=outputs,
        interview_id=guid if isinstance(guid, str) and guid else None,
        status=status if isinstance(status, str) and status else None,
    )


run_flow = Action(
    name="run_flow",
    title="Run a flow",
    summary="Run an autolaunched flow and return its outputs.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_flow.htm",
    destroys=True,  # what a flow does is the org's own business
    examples=(
        Example(
            "Ship a delivery",
            {
                "flow_name": "Ship_Delivery",
                "inputs": {"deliveryId": "a01D00000001abcIAA", "carrier": "DHL", "weight": 4},
            },
        ),
    ),
)
