"""Change fields of one record.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.identifiers import RecordId, SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.writing.write_options import ChangeOptions, Unmodified


class _Record(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    id: RecordId = Field(json_schema_extra=lookup())
    fields: records.Fields


class Input(ChangeOptions, Unmodified, _Record):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    id: str = Field(title="Record ID", description="ID of the record, as in the input.")


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    fields = yield from check_record(
        args.sobject, args.apply(args.fields), "update", args, record_id=args.id
    )
    if not fields:
        yield Note("Nothing was written: the options leave every field unchanged.")
        return Output(id=args.id)
    yield Call(
        "PATCH",
        records.path(args.sobject, args.id),
        json=fields,
        headers=args.headers() | args.condition(),
        checked=True,
        # The same values twice leave the same record; but after the first the condition fails.
        repeatable=args.if_unmodified_since is None,
    )
    return Output(id=args.id)


update_record = Action(
    name="update_record",
    title="Update a record",
    summary="Change fields of one record; the others stay as they are.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "Set the rating and clear the website",
            {
                "sobject": "Account",
                "id": "001D000000IqhSLIAZ",
                "fields": {"Rating": "Hot", "Website": None},
            },
        ),
        Example(
            "Only if unchanged since it was read, leaving unknown values unchanged",
            {
                "sobject": "Account",
                "id": "001D000000IqhSLIAZ",
                "fields": {"Rating": "Hot", "Website": None},
                "nulls": "leave",
                "if_unmodified_since": "2026-01-31T09:00:00Z",
            },
        ),
    ),
)
