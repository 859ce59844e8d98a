"""Delete records by id, any number of them, 200 a call; they go to the recycle bin.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_delete.htm
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.metadata.record_check import CheckedRecords
from salesforce_connector.writing import collection
from salesforce_connector.writing.record_results import WriteResults, check_unique


class _Records(BaseModel, defer_build=True):  # for its fields alone
    ids: list[Annotated[RecordId, Field(json_schema_extra=lookup(*COMMON_OBJECTS))]] = Field(
        title="Record IDs",
        description="IDs of the records to delete; they may be of different objects.",
        min_length=1,
        examples=[["001D000000IqhSLIAZ"]],
        json_schema_extra=hints(widget="tags"),
    )
    allow_deleted: bool = Field(
        default=False,
        title="Allow deleted",
        description="Count a record that is already deleted as a success.",
        examples=[True],
        json_schema_extra=hints(visibility="advanced"),
    )


class Input(collection.ManyOptions, _Records):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[WriteResults]:
    check_unique((record[:15] for record in args.ids), "id")

    def call(some: Sequence[str]) -> Call:
        return Call(
            "DELETE",
            "/composite/sobjects",
            params={"ids": ",".join(some), "allOrNone": str(args.all_or_none).lower()},
            repeatable=args.allow_deleted or None,
        )

    save = collection.Save(call, created=None, removed_counts=args.allow_deleted)
    ids = CheckedRecords(args.ids)
    return (yield from collection.write(ids, None, range(len(args.ids)), save, args))


delete_records = Action(
    name="delete_records",
    title="Delete records",
    summary="Delete records by ID; they go to the recycle bin.",
    category="Write many",
    input=Input,
    output=WriteResults,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_delete.htm",
    destroys=True,
    examples=(
        Example(
            "Two accounts, as far as they are still there",
            {"ids": ["001D000000IqhSLIAZ", "0015500001QdQWaAAN"], "allow_deleted": True},
        ),
    ),
)
