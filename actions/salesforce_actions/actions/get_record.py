"""Get one record by its id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm
"""

from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId, SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.soql.inputs import FieldsToReturn
from salesforce_connector.soql.long_queries import send_query
from salesforce_connector.validation import read_reply
from salesforce_connector.writing.write_options import http_date

_NOT_MODIFIED: Final = 304


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    id: RecordId = Field(json_schema_extra=lookup())
    fields: FieldsToReturn = Field(default_factory=list)
    if_modified_since: AwareDatetime | None = Field(
        default=None,
        title="If modified since",
        description="Return the record only if somebody has changed it since then.",
        examples=["2026-01-31T09:00:00Z"],
        json_schema_extra=hints(
            visibility="advanced", text="Otherwise the record is null. Compared to the second."
        ),
    )


class Output(BaseModel):
    record: dict[str, Any] | None = Field(
        title="Record",
        description=(
            "The record as Salesforce returns it; null if it was not modified since the given time."
        ),
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    params = {"fields": ",".join(args.fields)} if args.fields else {}
    call = Call("GET", records.path(args.sobject, args.id), params=params)
    if args.if_modified_since is not None:
        since = {"If-Modified-Since": http_date(args.if_modified_since)}
        call = call._replace(headers=since, expect=(_NOT_MODIFIED,))
    answer = yield from send_query(call)
    if answer.status_code == _NOT_MODIFIED:
        return Output(record=None)
    output = read_reply(Output, {"record": records.decode(answer)}, "get_record")
    if output.record is None:
        raise BadReply("The response is not a record.", code="BAD_REPLY")
    return output


get_record = Action(
    name="get_record",
    title="Get a record",
    summary="Get one record by its ID.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm",
    reads=True,
    examples=(
        Example(
            "Name and owner of an account",
            {"sobject": "Account", "id": "001D000000IqhSLIAZ", "fields": ["Name", "OwnerId"]},
        ),
    ),
)
