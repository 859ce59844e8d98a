"""List the objects that the user may see.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_describeGlobal.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata import describe
from salesforce_connector.soql.inputs import limit_field


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    search: str = Field(
        default="",
        title="Search",
        description="Return only objects whose name or label contains this text.",
        examples=["invoice"],
        json_schema_extra=hints(visibility="important"),
    )
    custom: bool | None = Field(
        default=None,
        title="Custom",
        description="true: only custom objects; false: only standard objects; empty: both.",
        examples=[True],
    )
    limit: int = limit_field(
        2_000, 10_000, items="objects", note="the result has the offset of the next page"
    )
    offset: int = Field(
        default=0,
        title="Offset",
        description="How many objects to skip; the result has the offset of the next page.",
        ge=0,
        examples=[0],
        json_schema_extra=hints(visibility="advanced"),
    )


class Output(BaseModel):
    objects: list[describe.ObjectSummary] = Field(
        title="Objects", description="Objects, sorted by name."
    )
    total: int = Field(title="Total", description="Number of objects on all pages.")
    next_offset: int | None = Field(
        title="Next offset", description="Offset of the next page; null on the last page."
    )


def flow(args: Input) -> Flow[Output]:
    objects = describe.read_objects((yield Call("GET", "/sobjects", cached=True)))
    text = args.search.casefold()
    matching = [
        summary
        for summary in objects
        if (args.custom is None or summary.custom == args.custom)
        and (text in summary.name.casefold() or text in summary.label.casefold())
    ]
    end = args.offset + args.limit
    return Output(
        objects=matching[args.offset : end],
        total=len(matching),
        next_offset=end if end < len(matching) else None,
    )


list_objects = Action(
    name="list_objects",
    title="List objects",
    summary="List the standard and custom objects that the user may see.",
    category="About the org",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_describeGlobal.htm",
    reads=True,
    examples=(
        Example("All objects", {}),
        Example("Custom objects about invoices", {"search": "invoice", "custom": True}),
        Example("The second hundred", {"limit": 100, "offset": 100}),
    ),
)
