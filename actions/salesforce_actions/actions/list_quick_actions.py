"""List the quick actions of an object, or the global ones, with the values that a form begins with.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.metadata.quick_action_fields import fetch_defaults
from salesforce_connector.records import decode
from salesforce_connector.validation import read_reply

MAX_DEFAULTS = 100  # actions whose default values are fetched: one call each


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: str = Field(
        default="",
        title="Object",
        description="API name of the object; leave empty for the global quick actions.",
        pattern=r"^([A-Za-z]\w*)?$",
        max_length=255,
        examples=["Account"],
        json_schema_extra=dynamic_options("objects"),
    )
    with_defaults: bool = Field(
        default=False,
        title="With default values",
        description=(
            "Also return the default values of each form; costs one call for each quick action."
        ),
        examples=[True],
    )


class QuickAction(BaseModel):
    """One quick action."""

    name: str = Field(
        title="Name", description="API name of the quick action, for run_quick_action."
    )
    label: str = Field(title="Label", description="Label in the user interface.")
    type: str = Field(
        title="Type", description="Type of the quick action, such as Create, Update or LogACall."
    )
    defaults: dict[str, Any] | None = Field(
        default=None,
        title="Default values",
        description="Default values by field; null if not requested.",
    )


class Output(BaseModel):
    quick_actions: list[QuickAction] = Field(
        title="Quick actions", description="Quick actions, in Salesforce's order."
    )


class _Listed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    label: str
    type: str


def flow(args: Input) -> Flow[Output]:
    base = records.path(args.sobject, "quickActions") if args.sobject else "/quickActions"
    listed = decode((yield Call("GET", base)))
    if not isinstance(listed, list):
        raise BadReply("The list of quick actions is no list.", code="BAD_REPLY", remedy="")
    actions: list[QuickAction] = []
    for item in listed:
        action = read_reply(_Listed, item, "list_quick_actions")
        name = action.name.rpartition(".")[2]  # listed as Case.Close, run as Close
        defaults = None
        if args.with_defaults and len(actions) < MAX_DEFAULTS:
            defaults = yield from _defaults(f"{base}/{records.segment(name)}")
        actions.append(
            QuickAction(name=name, label=action.label, type=action.type, defaults=defaults)
        )
    return Output(quick_actions=actions)


def _defaults(path: str) -> Flow[dict[str, Any] | None]:
    """Return the values that a quick action's form begins with; None for one that has no form."""
    try:
        return (yield from fetch_defaults(path))
    except ConnectorError as error:
        if error.kind not in ("rejected", "bad_reply"):
            raise
        return None


list_quick_actions = Action(
    name="list_quick_actions",
    title="List quick actions",
    summary="List the quick actions of an object, or the global quick actions.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm",
    reads=True,
    examples=(
        Example("Of accounts, with default values", {"sobject": "Account", "with_defaults": True}),
    ),
)
