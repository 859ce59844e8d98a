"""Read records of an object for a copy elsewhere: all of them first, then what has changed.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm
"""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Deliver, Flow, Progress, begin, first_ended, resume_state
from salesforce_connector.forms.hints import hints
from salesforce_connector.polling import changes
from salesforce_connector.record_pages import Columns, JsonPage


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
        json_schema_extra=hints(text="A stream returns all records, this many at a time."),
    )


class Output(changes.ReadPage):
    pass


def flow(args: Input) -> Flow[Output]:
    page = yield from changes.read(_reading(args), args.cursor)
    return Output(records=[dict(row) for row in page.rows], cursor=page.cursor, more=page.more)


def stream(args: Input) -> Flow[None]:
    """Deliver pages until no change is left; the next page is requested before a page is delivered.

    Progress is reported once a page has been read. Its state has the cursor behind that page: the
    next read begins there, whether this one came to its end or not.
    """
    reading = _reading(args)
    state = yield from resume_state()
    done = int(state.get("done", 0))
    page = yield from changes.read(reading, state.get("cursor", args.cursor))
    columns = _columns(args, page.by, reading.more_fields)
    while True:
        task = (yield from begin(changes.read(reading, page.cursor))) if page.more else None
        yield Deliver(JsonPage([dict(row) for row in page.rows], columns))
        done += len(page.rows)
        yield Progress(done, None, "Records read", {"cursor": page.cursor, "done": done})
        if task is None:
            return
        page = (yield from first_ended([task])).result()


def _reading(args: Input) -> changes.Reading:
    deleted = args.include_deleted
    return changes.Reading(
        args,
        deleted="too" if deleted else "none",
        page=args.limit,
        more_fields=("CreatedDate", "IsDeleted") if deleted else ("CreatedDate",),
    )


def _columns(args: Input, by: str, more_fields: Iterable[str]) -> Columns:
    names: dict[str, str] = {}
    for name in ("Id", by, *more_fields, *args.fields):
        names.setdefault(name.lower(), name)
    return Columns(names=[*names.values()])


read_changes = Action(
    name="read_changes",
    title="Read changes",
    summary="Read all records page by page, and later only those that changed since.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    stream=stream,
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
