"""Read records of an object for a copy elsewhere: all of them first, then what has changed.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm
"""

from typing import Any

from pydantic import Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.form_hints import hints
from salesforce_connector.polling import changes


class Input(changes.Followed):
    start: changes.Start = "everything"
    cursor: dict[str, Any] | None = Field(
        default=None,
        title="Cursor",
        description=(
            "`cursor` of the read before; leave empty for the first read, or to read everything "
            "again."
        ),
        examples=[None],
        json_schema_extra=hints(widget="json", visibility="internal"),
    )
    include_deleted: bool = Field(
        default=False,
        title="Include deleted",
        description="Also return records in the recycle bin; IsDeleted marks them.",
        examples=[True],
        json_schema_extra=hints(visibility="advanced"),
    )
    limit: int = Field(
        default=changes.PAGE,
        title="Maximum records",
        description="The most records to return in one read.",
        ge=1,
        le=changes.PAGE,
        examples=[2_000],
    )


class Output(changes.ReadPage):
    pass


def flow(args: Input) -> Flow[Output]:
    deleted = args.include_deleted
    reading = changes.Reading(
        args,
        deleted="too" if deleted else "none",
        page=args.limit,
        more_fields=("CreatedDate", "IsDeleted") if deleted else ("CreatedDate",),
    )
    news = yield from changes.read(reading, args.cursor)
    return Output(records=[dict(row) for row in news.rows], cursor=news.cursor, more=news.more)


read_changes = Action(
    name="read_changes",
    title="Read changes",
    summary="Read all records page by page, and later only those that changed since.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm",
    reads=True,
    examples=(
        Example(
            "A full copy of all accounts, the first page",
            {"sobject": "Account", "fields": ["Name", "Industry"], "include_deleted": True},
        ),
        Example(
            "What has changed since the first of November",
            {"sobject": "Account", "fields": ["Name"], "start": "2026-11-01T00:00:00Z"},
        ),
    ),
)
