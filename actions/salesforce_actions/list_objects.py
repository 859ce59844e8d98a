"""List the objects that the user may see.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_describeGlobal.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import metadata
from salesforce_connector.action import Action, Call, Example, Flow


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    search: str = Field(
        default="",
        title="Search",
        description="Only objects whose name or label holds this text, whatever its case.",
        examples=["invoice"],
    )
    custom: bool | None = Field(
        default=None,
        title="Custom",
        description="true: only custom objects; false: only standard ones; null: both.",
        examples=[True],
    )


class Output(BaseModel):
    objects: list[metadata.ObjectSummary] = Field(
        title="Objects", description="In Salesforce's order, which is by name."
    )


def flow(args: Input) -> Flow[Output]:
    found = metadata.read_objects((yield Call("GET", "/sobjects")))
    text = args.search.casefold()
    return Output(
        objects=[
            summary
            for summary in found
            if (args.custom is None or summary.custom == args.custom)
            and (text in summary.name.casefold() or text in summary.label.casefold())
        ]
    )


list_objects = Action(
    name="list_objects",
    title="List objects",
    summary="List the standard and custom objects that the user may see.",
    category="Know",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_describeGlobal.htm",
    reads=True,
    examples=(
        Example("All objects", {}),
        Example("Custom objects about invoices", {"search": "invoice", "custom": True}),
    ),
)
