"""How far the changes of an object have been read, and which of them may still appear late.

Salesforce stamps a record when it is saved, but the record becomes visible when its transaction
commits: possibly minutes later, and after records with newer stamps. So a cursor has two parts.
Up to `up_to` nothing can appear late any more, and nothing is read again. From there each poll
reads again, and skips the records in `recent_ids`, which were delivered before. All times are
Salesforce's; the local clock is never used.

See docs/decisions/0006-polling-that-loses-nothing.md.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.validation import read_input

LATEST: Final = timedelta(minutes=15)  # REST ends a call after 10, a query runs 2 at most; skew
SAME_SECOND: Final = timedelta(seconds=2)  # stamps have whole seconds, and clocks differ a little
MAX_RECENT_IDS: Final = 10_000  # some 200 kB of cursor

Row = Mapping[str, Any]


def _in_range(value: datetime) -> datetime:
    if not 1700 <= value.year <= 4000:  # the range that Salesforce accepts
        raise ValueError("is outside the years 1700 to 4000")
    return value


Stamp = Annotated[AwareDatetime, AfterValidator(_in_range)]


def _read_stamps(stamps: dict[str, list[str]]) -> dict[str, list[str]]:
    for stamp in stamps:
        try:
            aware = _in_range(parse_stamp(stamp)).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError("has a key that is no timestamp")
    return stamps


class Position(NamedTuple):
    """The position of a row in the order that changes are read in."""

    stamp: Stamp
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9]{15,18}$")]


class Cursor(BaseModel):
    """What a host stores between two polls.

    Attributes:
        source: What it is a cursor of; it fits no other.
        since: Records with an older stamp are not delivered; None for all.
        up_to: All records up to this position are delivered, and none can appear late.
        at: Where a reading of several pages continues; None between two readings.
        recent_ids: Ids of records that were delivered after `up_to`, by stamp.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    source: str
    since: Stamp | None = None
    up_to: Position | None = None
    at: Position | None = None
    recent_ids: Annotated[dict[str, list[str]], AfterValidator(_read_stamps)] = Field(
        default_factory=dict
    )

    def dump(self) -> dict[str, Any]:
        """Return it as JSON."""
        return self.model_dump(mode="json")


def load(source: str, stored: Mapping[str, Any]) -> Cursor:
    """Read a stored cursor.

    Raises:
        Rejected: It is not a cursor of this trigger.
    """
    cursor = read_input(Cursor, stored, "the cursor")
    if cursor.source != source:
        raise Rejected(
            f"The cursor is one of {cursor.source}, and this reads {source}.",
            code="INVALID_CURSOR",
            remedy="Start without a cursor after changing the object or the inputs.",
            fields=("cursor",),
        )
    return cursor


class ChangeTracker:
    """A cursor while pages are read: selects the rows that were not delivered before."""

    def __init__(self, cursor: Cursor, max_recent_ids: int = MAX_RECENT_IDS) -> None:
        self._cursor = cursor
        self._max_recent = max_recent_ids
        self._recent = {
            (record_id, parse_stamp(stamp))
            for stamp, ids in cursor.recent_ids.items()
            for record_id in ids
        }

    @property
    def after(self) -> Position | None:
        """The position to read on from; None for the beginning."""
        return self._cursor.at or self._cursor.up_to

    def skip(self, row: Row, by: str) -> None:
        """Count a row as delivered."""
        self._recent.add((row["Id"], parse_stamp(row[by])))

    def select_new(self, rows: list[Row], by: str, now: datetime, *, full: bool) -> list[Row]:
        """Return the rows that were not delivered before, and move the cursor past all of them.

        Args:
            rows: Those after `after`, ordered by `by` and then Id.
            by: Name of the field with the stamp.
            now: Salesforce's time when they were read.
            full: Whether there may be more rows after these.
        """
        cursor, new_rows = self._cursor, list[Row]()
        advances, last = cursor.at in (None, cursor.up_to), cursor.at
        for row in rows:
            position = Position(parse_stamp(row[by]), row["Id"])
            if position.stamp > now - SAME_SECOND:
                full = False  # the second is not over: the same record may be saved in it again
                break
            is_new = (position.id, position.stamp) not in self._recent
            advances = advances and position.stamp < now - LATEST
            if is_new and not advances and len(self._recent) >= self._max_recent:
                full = False  # no room to remember it: it waits until older ones cannot be late
                break
            if is_new:
                new_rows.append(row)
            if advances:
                cursor.up_to = position
                self._recent.discard((position.id, position.stamp))
            else:
                self._recent.add((position.id, position.stamp))
            last = position
        cursor.at = last if full else None
        return new_rows

    def finish(self) -> tuple[dict[str, Any], bool]:
        """Return the cursor to store, and whether there is more to read at once."""
        cursor = self._cursor
        recent_ids: dict[str, list[str]] = {}
        for record_id, stamp in sorted(self._recent):
            if cursor.up_to is None or stamp >= cursor.up_to.stamp:
                recent_ids.setdefault(format_stamp(stamp), []).append(record_id)
        cursor.recent_ids = recent_ids
        return cursor.dump(), cursor.at is not None


def parse_stamp(text: str) -> datetime:
    """Read a timestamp as Salesforce writes it."""
    return datetime.fromisoformat(text)


def format_stamp(when: datetime) -> str:
    """Write a timestamp for SOQL, in UTC to the millisecond."""
    return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
