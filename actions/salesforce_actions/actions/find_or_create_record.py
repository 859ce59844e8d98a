"""Find one record by some of its fields, or create it.

Where the object has an external id, `upsert_record` does this in one call, and no second run at the
same time can make a second record; here it can.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Conflict
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath, SObjectName
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.paging import query_results
from salesforce_connector.query.filters import Filters, select
from salesforce_connector.records import Fields
from salesforce_connector.validation import require_text
from salesforce_connector.writing.write_options import CreateOptions


class _Record(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    filters: Filters = Field(
        title="Find by",
        description="Conditions that at most one record may meet.",
        min_length=1,
        examples=[[{"field": "Email", "value": "kim@example.com"}]],
        json_schema_extra=hints(widget="filter"),
    )
    fields: Fields = Field(
        title="Fields if created",
        description="Field values of the new record if none is found.",
        examples=[{"LastName": "Kim", "Email": "kim@example.com"}],
    )
    return_fields: list[FieldPath] = Field(
        default_factory=list,
        title="Fields to return",
        description=(
            "API names of the fields to return if a record is found; Id is always returned."
        ),
        examples=[["Name", "Owner.Name"]],
        json_schema_extra=hints(widget="tags"),
    )


class Input(CreateOptions, _Record):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    id: str = Field(title="Record ID", description="ID of the record (18 characters).")
    created: bool = Field(
        title="Created", description="True if the record was created, false if it was found."
    )
    record: dict[str, Any] | None = Field(
        title="Record", description="The record that was found; null for a new one."
    )


def flow(args: Input) -> Flow[Output]:
    names = list(dict.fromkeys(["Id", *args.return_fields]))
    soql = select(args.sobject, names, args.filters)
    result = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), 2)
    if len(result.records) > 1:
        raise Conflict(
            f"{result.total:,} {args.sobject} records match the conditions.",
            code="AMBIGUOUS",
            remedy="Add a condition, so that at most one record matches.",
            fields=("filters",),
        )
    if result.records:
        record = result.records[0]
        record_id = require_text(record.get("Id"), "Id", "find_or_create_record")
        return Output(id=record_id, created=False, record=record)
    fields = yield from check_record(args.sobject, args.apply(args.fields), "create", args)
    response = yield Call(
        "POST", records.path(args.sobject), json=fields, headers=args.headers(), checked=True
    )
    saved = records.read(records.SaveResult, response, "find_or_create_record")
    return Output(id=saved.id, created=True, record=None)


find_or_create_record = Action(
    name="find_or_create_record",
    title="Find or create a record",
    summary="Find one record by field values, or create it if there is none.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm",
    destroys=False,
    repeatable=True,  # a second run finds the record of the first
    examples=(
        Example(
            "A contact by email",
            {
                "sobject": "Contact",
                "filters": [{"field": "Email", "value": "kim@example.com"}],
                "fields": {"LastName": "Kim", "Email": "kim@example.com"},
            },
        ),
    ),
)
