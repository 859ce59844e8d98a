"""Get one record by the value of an external id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import NotFound
from salesforce_connector.flow import Call, Flow
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.query.by_external_id import find_by_external_id
from salesforce_connector.soql.inputs import FieldsToReturn
from salesforce_connector.soql.long_queries import send_query
from salesforce_connector.validation import read_reply


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    external_id_field: records.ExternalIdField
    external_id: records.ExternalId
    fields: FieldsToReturn = Field(default_factory=list)
    required: bool = Field(
        default=True,
        title="Required",
        description="Fail when there is no such record; otherwise return null.",
        examples=[True],
    )


class Output(BaseModel):
    record: dict[str, Any] | None = Field(
        title="Record",
        description=(
            "The record as Salesforce returns it, with `attributes`; null if there is none."
        ),
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    if records.is_dots(args.external_id):
        return (yield from _by_query(args))
    looks_like_a_file = records.may_look_like_a_file(args.external_id)
    answer = yield from send_query(
        Call(
            "GET",
            records.path(args.sobject, args.external_id_field, args.external_id),
            params={"fields": ",".join(args.fields)} if args.fields else {},
            expect=(404,) if looks_like_a_file or not args.required else (),
        )
    )
    if answer.status_code == 404 and looks_like_a_file:
        return (yield from _by_query(args))
    record = None if answer.status_code == 404 else records.decode(answer)
    return read_reply(Output, {"record": record}, "get_record_by_external_id")


def _by_query(args: Input) -> Flow[Output]:
    """Ask by a query for a value that means something else in a path, such as `..`."""
    record = yield from find_by_external_id(
        args.sobject, args.external_id_field, args.external_id, args.fields or ["FIELDS(ALL)"]
    )
    if record is None and args.required:
        raise NotFound(
            f"No {args.sobject} has this {args.external_id_field}.",
            code="NOT_FOUND",
            remedy="Check the value, and that the user may see the record.",
        )
    return Output(record=record)


get_record_by_external_id = Action(
    name="get_record_by_external_id",
    title="Get a record by external ID",
    summary="Get one record by the value of its external ID field.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_upsert.htm",
    reads=True,
    examples=(
        Example(
            "An account known by the number of another system",
            {"sobject": "Account", "external_id_field": "External_Id__c", "external_id": "A-1"},
        ),
    ),
)
