"""Reads what has changed of an object, page by page, by the order of a stamp and the id.

What has been read is the business of `cursor`; this writes the queries and reads their answers.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath, SObjectName
from salesforce_connector.metadata.describe import fetch_object
from salesforce_connector.paging import query_results
from salesforce_connector.polling import cursor as cursors
from salesforce_connector.polling.cursor import (
    MAX_RECENT_IDS,
    ChangeTracker,
    Cursor,
    Row,
    format_stamp,
    parse_stamp,
)
from salesforce_connector.query.filter_values import fit_filters
from salesforce_connector.query.filters import Filters, where
from salesforce_connector.raw_rows import Rows
from salesforce_connector.response import Response

PAGE: Final = 2_000  # records a page, REST query default

_ID: Final = re.compile(r"[a-zA-Z0-9]{15,18}", re.ASCII)
_NO_COLUMN: Final = re.compile(r"No such column '(\w+)'")
_NULLABLE: Final = frozenset({"OldValue", "NewValue", "IsDeleted"})
_STAMPS: Final = ("Date", "Modstamp", "LoginTime")

T = TypeVar("T")

Start = Annotated[
    Annotated[Literal["now"], Field(title="Now: skip existing records")]
    | Annotated[Literal["everything"], Field(title="Everything")]
    | Annotated[AwareDatetime, Field(title="A point in time")],
    Field(
        title="Start",
        description="Where the first run begins; later runs continue from the cursor.",
        examples=["now", "everything", "2026-11-01T00:00:00Z"],
        json_schema_extra=hints(
            widget="combobox",
            text="now skips existing records. A point in time needs a UTC offset.",
        ),
    ),
]


class Followed(BaseModel):
    """An object to watch, and the fields of its records to return."""

    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    fields: list[FieldPath] = Field(
        default_factory=list,
        title="Fields",
        description="API names of the fields to return; ID and timestamps are always returned.",
        examples=[["Name", "Owner.Name"]],
        json_schema_extra=hints(widget="tags", visibility="important"),
    )
    filters: Filters = Field(default_factory=list)
    start: Start = "now"


class ReadPage(BaseModel):
    """A page of records for a copy elsewhere."""

    records: Rows = Field(
        title="Records",
        description=(
            "Records created, changed or deleted since the cursor, in the order of their last save."
        ),
    )
    cursor: dict[str, Any] = Field(
        title="Cursor",
        description="Pass it to the next read; store it only after the records are stored.",
    )
    more: bool = Field(title="More", description="Whether more records can be read at once.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read.

    Attributes:
        by: The field with the stamp to read by: SystemModstamp, or CreatedDate.
        others: Stamps to read by where the object does not have that one, the best first.
        deleted: Whether to read records in the recycle bin: none, them too, or only them.
        page: Records to read at a time.
        max_recent_ids: Records that a cursor may remember; see `cursor`.
        more_fields: Fields to read besides those of the input.
        condition: SOQL that all rows match, besides the filters; its values are bound.
    """

    followed: Followed
    by: str = "SystemModstamp"
    others: tuple[str, ...] = ("LastModifiedDate", "LoginTime")
    deleted: Literal["none", "too", "only"] = "none"
    page: int = PAGE
    max_recent_ids: int = MAX_RECENT_IDS
    more_fields: tuple[str, ...] = field(default=())
    condition: str = ""

    @property
    def source(self) -> str:
        """What a cursor of this is a cursor of."""
        return f"{self.followed.sobject}.{self.by}.{self.deleted}"


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The rows that are new, oldest first, and the cursor to store once they are delivered.

    Attributes:
        by: The field with the stamp that was read by.
    """

    rows: list[Row]
    cursor: dict[str, Any]
    more: bool
    by: str = "SystemModstamp"


def read(reading: Reading, stored: Mapping[str, Any] | None) -> Flow[ChangePage]:
    """Read one page of changes since a cursor, None for the first time.

    An object without the stamp is read by another that it has; the cursor names it.

    Raises:
        Rejected: The cursor is not one of this, or the object has no stamp to read by.
        BadReply: The answer has no date.
    """
    if stored is not None:
        for by in reading.others:
            if stored.get("source") == replace(reading, by=by).source:
                reading = replace(reading, by=by)
    try:
        return (yield from _read(reading, stored))
    except Rejected as error:
        match = _NO_COLUMN.search(error.message)
        if match is None or match[1] not in (reading.by, *reading.more_fields):
            raise
        other = yield from _with_other_stamp(reading, error)
    return (yield from _read(other, stored))


def _with_other_stamp(reading: Reading, error: Rejected) -> Flow[Reading]:
    """Read by a stamp that the object has."""
    about = yield from fetch_object(reading.followed.sobject)
    has = {field.name for field in about.fields}
    for by in (reading.by, *reading.others):
        if by in has:
            more = tuple(name for name in reading.more_fields if name in has)
            return replace(reading, by=by, more_fields=more)
    raise Rejected(
        f"{about.name} has no {reading.by}, and no other timestamp for it.",
        code="NO_TIME_STAMP",
        remedy="Use another trigger, such as record_updated or new_query_result.",
        fields=("sobject",),
    ) from error


def _read(reading: Reading, stored: Mapping[str, Any] | None) -> Flow[ChangePage]:
    start = reading.followed.start
    if stored is not None:
        cursor = cursors.load(reading.source, stored)
    elif start == "now":
        return (yield from _begin_now(reading))
    else:
        since = start if isinstance(start, datetime) else None
        cursor = Cursor(source=reading.source, since=since)
    tracker = ChangeTracker(cursor, reading.max_recent_ids)
    rows, now = yield from _rows(reading, _after(cursor, tracker, reading.by), "ASC", reading.page)
    new_rows = tracker.select_new(rows, reading.by, now, full=len(rows) == reading.page)
    return ChangePage(new_rows, *tracker.finish(), reading.by)


def _begin_now(reading: Reading) -> Flow[ChangePage]:
    """Get Salesforce's time, and the records that already have a stamp of this second."""
    rows, now = yield from _rows(reading, [], "DESC", min(200, reading.page))
    tracker = ChangeTracker(Cursor(source=reading.source, since=now))
    for row in rows:
        if parse_stamp(row[reading.by]) >= now:
            tracker.skip(row, reading.by)
    return ChangePage([], *tracker.finish(), reading.by)


def _after(cursor: Cursor, tracker: ChangeTracker, by: str) -> list[str]:
    if (position := tracker.after) is not None:
        stamp = format_stamp(position.stamp)
        return [f"({by} > {stamp} OR ({by} = {stamp} AND Id > '{position.id}'))"]
    return [f"{by} >= {format_stamp(cursor.since)}"] if cursor.since is not None else []


def _rows(
    reading: Reading, conditions: list[str], direction: str, limit: int
) -> Flow[tuple[list[Row], datetime]]:
    """Run the query; return its rows, and Salesforce's time at which it ran."""
    followed, by = reading.followed, reading.by
    if reading.deleted == "only":
        conditions = ["IsDeleted = true", *conditions]
    if followed.filters:
        filters = yield from fit_filters(followed.sobject, followed.filters)
        conditions = [f"({where(filters)})", *conditions]
    if reading.condition:
        conditions = [reading.condition, *conditions]
    columns: dict[str, str] = {}
    for name in ("Id", by, *reading.more_fields, *followed.fields):
        columns.setdefault(name.lower(), name)
    # What is not quoted is validated by the input's types, or a constant.
    query = f"SELECT {', '.join(columns.values())} FROM {followed.sobject}"  # noqa: S608
    if conditions:
        query += f" WHERE {' AND '.join(conditions)}"
    query += f" ORDER BY {by} {direction}, Id {direction} LIMIT {limit}"
    resource = "/query" if reading.deleted == "none" else "/queryAll"
    result, first = yield from _with_first(
        query_results.fetch(Call("GET", resource, params={"q": query}), limit, strict=True)
    )
    for row in result.records:
        _check_row(row, (by, *reading.more_fields))
    return list(result.records), _date(first)


def _check_row(row: Mapping[str, Any], names: Iterable[str]) -> None:
    """Check that a row has the id and the stamps that the query selects.

    Raises:
        BadReply: It does not.
    """
    fits = isinstance(row.get("Id"), str) and _ID.fullmatch(row["Id"]) is not None
    for name in names:
        value = row.get(name)
        if name.endswith(_STAMPS):
            fits = fits and _is_stamp(value)
        elif name not in _NULLABLE:
            fits = fits and isinstance(value, str)
    if not fits:
        raise BadReply(
            "Salesforce returned a record without the ID or the timestamps that were requested.",
            code="BAD_REPLY",
            remedy="Report this, with the object and the API version.",
        )


def _is_stamp(value: Any) -> bool:
    try:
        return isinstance(value, str) and parse_stamp(value).tzinfo is not None
    except (ValueError, OverflowError):
        return False


def _with_first(flow: Flow[T]) -> Flow[tuple[T, Response]]:
    """Run a flow; return also the first response that it was sent."""
    first: Response | None = None
    try:
        step = next(flow)
        while True:
            answer = yield step
            if first is None and isinstance(step, Call):
                first = answer
            step = flow.send(answer)
    except StopIteration as done:
        if first is None:
            raise TypeError("the flow made no call") from None
        return done.value, first


def _date(answer: Response) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise BadReply(
            "Salesforce's response has no date, and this machine's clock is not trusted.",
            code="NO_DATE",
            remedy="Let the proxy between this machine and Salesforce keep the header Date.",
        ) from None
