"""Change a note of the kind that Lightning shows: its title, its text, or add to its text.

An appended text follows the current one. If somebody else changes the note in
between, the step fails with a Conflict, so that nothing of theirs is lost.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm
"""

from base64 import b64encode
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.writing import content
from salesforce_connector.writing.write_options import Unmodified


class _Note(BaseModel, defer_build=True):  # for its fields alone
    id: RecordId = Field(
        title="Note",
        description="The note to change (069...).",
        examples=["069D00000000so2IAA"],
        json_schema_extra=lookup("ContentNote"),
    )
    title: str | None = Field(
        default=None,
        title="Title",
        description="The new title; leave empty to keep it.",
        min_length=1,
        max_length=255,
        examples=["Second call"],
    )
    text: str | None = Field(
        default=None,
        title="Text",
        description="Plain text; every character is shown as it is. Leave empty to keep the text.",
        max_length=1_000_000,
        examples=["They have ordered."],
        json_schema_extra=hints(widget="multiline"),
    )
    mode: Literal["replace", "append"] = Field(
        default="replace",
        title="Mode",
        description="Replace the note's text, or add the new text below it.",
        examples=["append"],
    )


class Input(Unmodified, _Note):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _check(self) -> "Input":
        if self.title is None and self.text is None:
            raise ValueError("give a title, a text or both")
        if self.mode == "append" and self.text is None:
            raise ValueError("append needs a text")
        return self


class Output(BaseModel):
    id: str = Field(title="Note ID", description="ID of the note (ContentNote, 069...).")


class _Modified(BaseModel):
    at: AwareDatetime = Field(alias="LastModifiedDate")


def flow(args: Input) -> Flow[Output]:
    path = records.path("ContentNote", args.id)
    values = {} if args.title is None else {"Title": args.title}
    condition = args.condition()
    if args.text is not None:
        html = content.note_html(args.text)
        if args.mode == "append":
            before, modified_at = yield from _read(args.id)
            html = before + html
            condition = condition or Unmodified(if_unmodified_since=modified_at).condition()
        values["Content"] = b64encode(html).decode()
    # A second time would add nothing, but may overwrite what somebody wrote in between.
    yield Call("PATCH", path, json=values, headers=condition, repeatable=False)
    return Output(id=args.id)


def _read(note_id: str) -> Flow[tuple[bytes, datetime]]:
    """Return a note's text, and when the note was changed last before that was read."""
    path = records.path("ContentNote", note_id)
    response = yield Call("GET", path, params={"fields": "LastModifiedDate"})
    modified = records.read(_Modified, response, "update_note")
    response = yield Call(
        "GET", records.path("ContentNote", note_id, "Content"), headers={"Accept": "*/*"}
    )
    return response.content, modified.at


update_note = Action(
    name="update_note",
    title="Update a note",
    summary="Change a note's title or text, or append to its text.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm",
    destroys=True,
    examples=(
        Example(
            "Add a line",
            {"id": "069D00000000so2IAA", "text": "They have ordered.", "mode": "append"},
        ),
        Example("Another title", {"id": "069D00000000so2IAA", "title": "Second call"}),
    ),
)
