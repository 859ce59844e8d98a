"""Delete a file with all its versions, or a classic attachment; or remove a file from one record.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocument.htm
"""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.paging import query_results
from salesforce_connector.soql.binding import bind
from salesforce_connector.validation import require_text

LINKS: Final = (
    "SELECT Id FROM ContentDocumentLink "
    "WHERE ContentDocumentId = :document_id AND LinkedEntityId = :record_id"
)
_DOCUMENT: Final = "069"  # key prefix of ContentDocument
_VERSION: Final = "068"  # key prefix of ContentVersion
_OTHERS: Final = {"00P": "Attachment", "015": "Document"}


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: RecordId = Field(
        title="File",
        description="ID of a document, of a version of it, or of an attachment.",
        examples=["069D00000000so2IAA"],
        json_schema_extra=lookup("ContentDocument")
        | hints(
            text=(
                "069... and 068... are a file, deleted with all its versions; 00P... is an "
                "attachment, 015... a classic document."
            )
        ),
    )
    record_id: RecordId | None = Field(
        default=None,
        title="Only from record",
        description="Only remove the file from this record; it stays where else it is linked.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup(*COMMON_OBJECTS) | hints(visibility="advanced"),
    )


class Output(BaseModel):
    id: str = Field(
        title="ID",
        description="ID of the file or attachment that was deleted, or of the file that remains.",
    )
    deleted: bool = Field(
        title="Deleted",
        description="Whether the file was deleted; false if it was only removed from a record.",
    )
    removed: bool = Field(
        title="Removed", description="Whether the file was removed from the record, or deleted."
    )


class _Version(BaseModel):
    document_id: str = Field(alias="ContentDocumentId")


def flow(args: Input) -> Flow[Output]:
    if (sobject := _OTHERS.get(args.id[:3])) is not None:
        if args.record_id is not None:
            raise _rejected(f"An {sobject} is of one record alone.", "Leave record_id empty.")
        yield Call("DELETE", records.path(sobject, args.id))
        return Output(id=args.id, deleted=True, removed=True)
    document_id = yield from _document_of(args.id)
    if args.record_id is None:
        yield Call("DELETE", records.path("ContentDocument", document_id))
        return Output(id=document_id, deleted=True, removed=True)
    soql = bind(LINKS, {"document_id": document_id, "record_id": args.record_id})
    result = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), 1)
    for link in result.records:
        link_id = require_text(link.get("Id"), "Id", "the query for links")
        yield Call("DELETE", records.path("ContentDocumentLink", link_id))
    return Output(id=document_id, deleted=False, removed=bool(result.records))


def _document_of(file_id: str) -> Flow[str]:
    if file_id.startswith(_DOCUMENT):
        return file_id
    if not file_id.startswith(_VERSION):
        raise _rejected(
            f"{file_id} is not the ID of a file.",
            f"Give one that begins with {_DOCUMENT}, {_VERSION}, {', '.join(_OTHERS)}.",
        )
    path = records.path("ContentVersion", file_id)
    response = yield Call("GET", path, params={"fields": "ContentDocumentId"})
    return records.read(_Version, response, "delete_file").document_id


def _rejected(message: str, remedy: str) -> Rejected:
    return Rejected(message, code="NOT_A_FILE", remedy=remedy, fields=("id",))


delete_file = Action(
    name="delete_file",
    title="Delete a file",
    summary="Delete a file or a classic attachment, or remove a file from one record.",
    category="Files",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocument.htm",
    destroys=True,
    examples=(
        Example("A file, with all its versions", {"id": "069D00000000so2IAA"}),
        Example(
            "Off one record; the file stays",
            {"id": "069D00000000so2IAA", "record_id": "001D000000IqhSLIAZ"},
        ),
    ),
)
