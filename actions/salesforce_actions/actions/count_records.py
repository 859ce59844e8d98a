"""Count records: of many objects roughly by one call, or exactly and with conditions.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_record_count.htm
"""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints, rename_dependencies
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.query.filters import Filters, select


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobjects: list[SObjectName] = Field(
        title="Objects",
        description="API names of the objects to count.",
        min_length=1,
        max_length=100,
        examples=[["Account", "Contact"]],
        json_schema_extra=hints(widget="tags"),
    )
    exact: bool = Field(
        default=False,
        title="Exact",
        description="Count only records that the user can see, with one API call for each object.",
        examples=[True],
        json_schema_extra=hints(
            text=(
                "Otherwise one call returns Salesforce's latest estimates, which count all records."
            )
        ),
    )
    filters: Filters = Field(
        default_factory=list,
        json_schema_extra=rename_dependencies(sobject="sobjects")
        | hints(show_when={"exact": [True]}),
    )

    @model_validator(mode="after")
    def _counted(self) -> "Input":
        if self.filters and not self.exact:
            raise ValueError("filters need an exact count; set exact")
        return self


class Count(BaseModel):
    """The number of records of one object."""

    sobject: str = Field(title="Object", description="API name of the object, as in the input.")
    count: int | None = Field(
        title="Count", description="Number of records; null if Salesforce has no estimate."
    )


class Output(BaseModel):
    counts: list[Count] = Field(
        title="Counts", description="One count for each object, in the order of the input."
    )
    exact: bool = Field(
        title="Exact", description="Whether the counts are exact; false for estimates."
    )


class _Estimate(BaseModel):
    name: str
    count: int


class _Estimates(BaseModel):
    estimates: list[_Estimate] = Field(alias="sObjects")


class _Total(BaseModel):
    total: int = Field(alias="totalSize")


def flow(args: Input) -> Flow[Output]:
    counts = yield from (_exact(args) if args.exact else _estimate(args))
    return Output(counts=counts, exact=args.exact)


def _exact(args: Input) -> Flow[list[Count]]:
    counts = []
    for sobject in args.sobjects:
        soql = select(sobject, ["COUNT()"], args.filters)
        answer = yield Call("GET", "/query", params={"q": soql})
        total = records.read(_Total, answer, "count_records").total
        counts.append(Count(sobject=sobject, count=total))
    return counts


def _estimate(args: Input) -> Flow[list[Count]]:
    names = ",".join(args.sobjects)
    answer = yield Call("GET", "/limits/recordCount", params={"sObjects": names})
    estimates = records.read(_Estimates, answer, "count_records").estimates
    by_name = {estimate.name.lower(): estimate.count for estimate in estimates}
    return [Count(sobject=name, count=by_name.get(name.lower())) for name in args.sobjects]


count_records = Action(
    name="count_records",
    title="Count records",
    summary="Count the records of objects, as a quick estimate or exactly.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_record_count.htm",
    reads=True,
    examples=(
        Example("Roughly, of two objects", {"sobjects": ["Account", "Contact"]}),
        Example(
            "Exactly, those of one industry",
            {
                "sobjects": ["Account"],
                "exact": True,
                "filters": [{"field": "Industry", "value": "Banking"}],
            },
        ),
    ),
)
