"""Add a note to records, of the kind that Lightning shows.

It is a ContentNote, which may hang on many records; the older Note of Salesforce Classic is a
record like any other, which `create_record` makes.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm
"""

from base64 import b64encode
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import ConnectorError
from salesforce_connector.errors.results import from_result
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.writing import content


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(
        title="Title",
        description="Title of the note.",
        min_length=1,
        max_length=255,
        examples=["Call"],
    )
    text: str = Field(
        title="Text",
        description="Plain text; every character is shown as it is.",
        max_length=1_000_000,
        examples=["They will order.\nAsk for Kim."],
        json_schema_extra=hints(widget="multiline"),
    )
    record_ids: list[Annotated[RecordId, Field(json_schema_extra=lookup(*COMMON_OBJECTS))]] = Field(
        title="Records",
        description="The records to attach the note to.",
        min_length=1,
        max_length=200,
        examples=[["001D000000IqhSLIAZ"]],
        json_schema_extra=hints(widget="tags"),
    )


class Output(BaseModel):
    id: str = Field(title="Note ID", description="ID of the note (ContentNote, 069...).")


def flow(args: Input) -> Flow[Output]:
    html = content.note_html(args.text)
    values = {"Title": args.title, "Content": b64encode(html).decode()}
    answer = yield Call("POST", records.path("ContentNote"), json=values)
    note_id = records.read(records.SaveResult, answer, "add_note").id
    try:
        answer = yield content.link(note_id, args.record_ids, "V", all_or_none=True)
        _check(content.links(answer, len(args.record_ids)))
    except ConnectorError as error:
        # A note without a link cannot be found, so it is deleted; its error matters.
        try:
            yield Call("DELETE", records.path("ContentDocument", note_id))
        except ConnectorError:
            error.sent = True  # the note is still there
        raise
    return Output(id=note_id)


def _check(links: list[content.Linked]) -> None:
    """Raise the first error; records that were only rolled back have no cause of their own."""
    errors = [error for link in links for error in link.errors]
    telling = [
        error for error in errors if error.get("statusCode") != "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    ]
    if not all(link.success for link in links):
        raise from_result(telling or errors)


add_note = Action(
    name="add_note",
    title="Add a note",
    summary="Add a note to records, as Lightning Experience shows them.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm",
    examples=(
        Example(
            "On an account",
            {
                "title": "Call",
                "text": "They will order.\nAsk for Kim.",
                "record_ids": ["001D000000IqhSLIAZ"],
            },
        ),
    ),
)
