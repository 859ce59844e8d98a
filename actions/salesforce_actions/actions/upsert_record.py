"""Create one record or update it, by an external id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import NotFound
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.query.by_external_id import find_by_external_id
from salesforce_connector.response import Response
from salesforce_connector.validation import require_text
from salesforce_connector.writing.write_options import ChangeOptions, Unmodified


class _Record(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    external_id_field: records.ExternalIdField
    external_id: records.ExternalId
    fields: records.Fields
    update_only: bool = Field(
        default=False,
        title="Only update",
        description="Never create a record; fail if there is none to update.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )


class Input(ChangeOptions, Unmodified, _Record):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _check_external_id(self) -> "Input":
        if self.external_id_field.lower() in map(str.lower, self.fields):
            raise ValueError(
                f"{self.external_id_field} is in fields too; give it only as external_id"
            )
        return self


class Output(BaseModel):
    id: str | None = Field(
        title="Record ID",
        description=(
            "ID of the record (18 characters); null if an API version below 46.0 updated it."
        ),
    )
    created: bool = Field(
        title="Created", description="True if the record was created, false if it was updated."
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    fields = yield from check_record(
        args.sobject, args.apply(args.fields), "upsert", args, key=args.external_id_field
    )
    if records.is_dots(args.external_id):
        return (yield from _by_id(args, fields))
    try:
        answer = yield from _by_external_id(args, fields)
    except NotFound as error:
        if not records.may_look_like_a_file(args.external_id) or "external ID" in error.message:
            raise
        return (yield from _by_id(args, fields))
    if not answer.content:
        return Output(id=None, created=False)
    saved = records.read(records.SaveResult, answer, "upsert_record")
    created = answer.status_code == 201 if saved.created is None else saved.created
    return Output(id=saved.id, created=created)


def _by_external_id(args: Input, fields: dict[str, Any]) -> Flow[Response]:
    response = yield Call(
        "PATCH",
        records.path(args.sobject, args.external_id_field, args.external_id),
        params={"updateOnly": "true"} if args.update_only else {},
        json=fields,
        headers=args.headers() | args.condition(),
        checked=True,
        # The same values twice leave the same record; but after the first the condition fails.
        repeatable=args.if_unmodified_since is None,
    )
    return response


def _by_id(args: Input, fields: dict[str, Any]) -> Flow[Output]:
    """Find the record first: in a path its external id would mean something else."""
    record = yield from find_by_external_id(args.sobject, args.external_id_field, args.external_id)
    if record is not None:
        record_id = require_text(record.get("Id"), "Id", "the query")
        yield Call(
            "PATCH",
            records.path(args.sobject, record_id),
            json=fields,
            headers=args.headers() | args.condition(),
            checked=True,
        )
        return Output(id=record_id, created=False)
    if args.update_only:
        raise NotFound(
            f"No {args.sobject} has this {args.external_id_field}.",
            code="NOT_FOUND",
            remedy="Check the value, or let the record be created.",
        )
    answer = yield Call(
        "POST",
        records.path(args.sobject),
        json={**fields, args.external_id_field: args.external_id},
        headers=args.headers(),
        checked=True,
    )
    saved = records.read(records.SaveResult, answer, "upsert_record")
    return Output(id=saved.id, created=True)


upsert_record = Action(
    name="upsert_record",
    title="Create or update a record",
    summary="Update the record that has an external ID value, or create it; returns which it was.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "An account known by the number of another system",
            {
                "sobject": "Account",
                "external_id_field": "External_Id__c",
                "external_id": "A-1",
                "fields": {"Name": "Acme"},
            },
        ),
    ),
)
