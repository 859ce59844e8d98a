"""Get many records of one object by their ids, in the order of the ids.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId, SObjectName
from salesforce_connector.metadata import describe
from salesforce_connector.response import Response
from salesforce_connector.soql.inputs import FieldsToReturn
from salesforce_connector.validation import read_reply

BATCH = 2_000  # ids of one call by POST, sObject collections


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    ids: list[Annotated[RecordId, Field(json_schema_extra=lookup())]] = Field(
        title="Record IDs",
        description="IDs of the records; each 2,000 need one API call.",
        max_length=100_000,
        examples=[["001D000000IqhSLIAZ", "001D000000IqhSMIAZ"]],
        json_schema_extra=hints(widget="tags"),
    )
    fields: FieldsToReturn = Field(default_factory=list)


class Output(BaseModel):
    records: list[dict[str, Any] | None] = Field(
        title="Records",
        description=(
            "One record for each ID, in the same order; null if there is none that the user may "
            "see."
        ),
    )
    missing: list[str] = Field(
        title="Missing",
        description="IDs for which there is no record, or none that the user may see.",
    )


class _Rows(BaseModel):
    rows: list[dict[str, Any] | None]


def flow(args: Input) -> Flow[Output]:
    results: list[dict[str, Any] | None] = []
    fields = args.fields or ((yield from _all_fields(args.sobject)) if args.ids else [])
    for start in range(0, len(args.ids), BATCH):
        ids = args.ids[start : start + BATCH]
        answer = yield Call(
            "POST",
            f"/composite/sobjects/{records.segment(args.sobject)}",
            json={"ids": ids, "fields": fields},
            reads=True,
        )
        results += _rows(answer, len(ids))
    missing = [id_ for id_, row in zip(args.ids, results, strict=True) if row is None]
    return Output(records=results, missing=missing)


def _rows(answer: Response, count: int) -> list[dict[str, Any] | None]:
    rows = read_reply(_Rows, {"rows": records.decode(answer)}, "get_records").rows
    if len(rows) != count:
        raise BadReply(
            f"{count} records were asked for, and {len(rows)} came.",
            code="BAD_REPLY",
            remedy="Report this, with the action and the API version.",
        )
    return rows


def _all_fields(sobject: str) -> Flow[list[str]]:
    about = yield from describe.fetch_object(sobject)
    return [field.name for field in about.fields]


get_records = Action(
    name="get_records",
    title="Get records by ID",
    summary="Get many records of one object by their IDs; a missing record is null.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_retrieve.htm",
    reads=True,
    examples=(
        Example(
            "Names of two accounts",
            {
                "sobject": "Account",
                "ids": ["001D000000IqhSLIAZ", "001D000000IqhSMIAZ"],
                "fields": ["Name"],
            },
        ),
    ),
)
