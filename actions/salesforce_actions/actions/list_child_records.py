"""List the records below a record, by the name of the relationship.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.dynamic_options import dynamic_options, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldName, RecordId, SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.paging import query_results
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql.inputs import limit_field


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    id: RecordId = Field(
        title="Record",
        description="The parent record.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup(),
    )
    relationship: FieldName = Field(
        title="Relationship",
        description="Name of the child relationship, in the plural; a custom one ends in __r.",
        examples=["Contacts", "Deliveries__r"],
        json_schema_extra=dynamic_options("child_relationships", "sobject"),
    )
    fields: list[FieldName] = Field(
        default_factory=list,
        title="Fields",
        description="API names of the child records' fields to return; leave empty for all.",
        examples=[["Name", "Email"]],
        json_schema_extra=hints(widget="tags"),
    )
    limit: int = limit_field(2_000, 100_000, streams=True)


class Output(BaseModel):
    records: Rows = Field(title="Records", description="Child records, with `attributes`.")
    total: int = Field(title="Total", description="Number of child records.")
    complete: bool = Field(
        title="Complete", description="False if there are more records than were returned."
    )


_suggest_objects = suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
_suggest_relationships = suggestions.suggest_on_not_found(
    "relationship",
    "child relationship",
    lambda args: suggestions.child_relationships(args.sobject),
)


@_suggest_objects
@_suggest_relationships
def flow(args: Input) -> Flow[Output]:
    result = yield from query_results.fetch(_first(args), args.limit)
    if result.capped:
        yield Note(
            f"There are {result.total:,} child records; {len(result.records):,} are returned."
        )
    return Output(records=result.records, total=result.total, complete=result.complete)


@_suggest_objects
@_suggest_relationships
def stream(args: Input) -> Flow[None]:
    cap = args.limit if "limit" in args.model_fields_set else None
    yield from query_results.stream(_first(args), cap, columns=args.fields)


def _first(args: Input) -> Call:
    path = records.path(args.sobject, args.id, args.relationship)
    return Call("GET", path, params={"fields": ",".join(args.fields)} if args.fields else {})


list_child_records = Action(
    name="list_child_records",
    title="List child records",
    summary="List the child records of a record, such as an account's contacts.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    stream=stream,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_relationships.htm",
    reads=True,
    examples=(
        Example(
            "The contacts of an account",
            {
                "sobject": "Account",
                "id": "001D000000IqhSLIAZ",
                "relationship": "Contacts",
                "fields": ["Name", "Email"],
            },
        ),
    ),
)
