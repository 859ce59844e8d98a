"""How far the changes of an object have been read, and which of them may still come late.

Salesforce stamps a record when it is saved, but others see it when its transaction commits:
minutes later, maybe, and after records with newer stamps. So there are two marks. Up to `settled`
nothing can come late any more, and nothing is read again. From there on each poll reads anew, and
`seen` tells what has been handed over already. All times are Salesforce's; the local clock is never
asked.

See docs/decisions/0006-polling-that-loses-nothing.md.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.validation import read_input

LATEST: Final = timedelta(minutes=15)  # REST ends a call after 10, a query runs 2 at most; skew
SETTLING: Final = timedelta(seconds=2)  # a stamp has whole seconds, and clocks differ a little
MOST_SEEN: Final = 10_000  # some 200 kB of cursor

Row = Mapping[str, Any]


def _in_range(value: datetime) -> datetime:
    if not 1700 <= value.year <= 4000:  # the years that Salesforce knows
        raise ValueError("is a time that Salesforce does not know")
    return value


Stamp = Annotated[AwareDatetime, AfterValidator(_in_range)]


def _read_stamps(stamps: dict[str, list[str]]) -> dict[str, list[str]]:
    for stamp in stamps:
        try:
            aware = _in_range(parse_stamp(stamp)).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError("has a key that is no time stamp")
    return stamps


class Place(NamedTuple):
    """A row's place in the order that changes are read in."""

    stamp: Stamp
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9]{15,18}$")]


class Cursor(BaseModel):
    """What a host stores between two polls.

    Attributes:
        source: What it is a cursor of; it fits no other.
        since: Nothing that was stamped before is handed over; None for everything.
        settled: Up to here all is handed over, for good.
        at: How far the present reading has come; None between two readings.
        seen: Ids handed over beyond `settled`, by stamp.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    source: str
    since: Stamp | None = None
    settled: Place | None = None
    at: Place | None = None
    seen: Annotated[dict[str, list[str]], AfterValidator(_read_stamps)] = Field(
        default_factory=dict
    )

    def dump(self) -> dict[str, Any]:
        """Return it as JSON."""
        return self.model_dump(mode="json")


def load(source: str, stored: Mapping[str, Any]) -> Cursor:
    """Read a stored cursor.

    Raises:
        Rejected: It is not one of ours, or of something else.
    """
    cursor = read_input(Cursor, stored, "the cursor")
    if cursor.source != source:
        raise Rejected(
            f"The cursor is one of {cursor.source}, and this reads {source}.",
            code="INVALID_CURSOR",
            remedy="Start without a cursor when the object or what is read of it has changed.",
            fields=("cursor",),
        )
    return cursor


class Progress:
    """A cursor at work: takes pages of rows and tells which of them are news."""

    def __init__(self, cursor: Cursor, most_seen: int = MOST_SEEN) -> None:
        self._cursor = cursor
        self._most = most_seen
        self._seen = {
            (record_id, parse_stamp(stamp))
            for stamp, ids in cursor.seen.items()
            for record_id in ids
        }

    @property
    def after(self) -> Place | None:
        """The place to read on from; None for the beginning."""
        return self._cursor.at or self._cursor.settled

    def skip(self, row: Row, by: str) -> None:
        """Take a row for handed over."""
        self._seen.add((row["Id"], parse_stamp(row[by])))

    def take(self, rows: list[Row], by: str, now: datetime, *, full: bool) -> list[Row]:
        """Take the rows after `after` and give the news among them.

        Args:
            rows: Ordered by `by` and then Id.
            by: Name of the field with the stamp.
            now: Salesforce's time when they were read.
            full: Whether there may be more rows after these.
        """
        cursor, news = self._cursor, list[Row]()
        settling, last = cursor.at in (None, cursor.settled), cursor.at
        for row in rows:
            position = Place(parse_stamp(row[by]), row["Id"])
            if position.stamp > now - SETTLING:
                full = False  # the second is not over: the same record may be saved in it again
                break
            fresh = (position.id, position.stamp) not in self._seen
            settling = settling and position.stamp < now - LATEST
            if fresh and not settling and len(self._seen) >= self._most:
                full = False  # no room to remember it: it waits until older ones are settled
                break
            if fresh:
                news.append(row)
            if settling:
                cursor.settled = position
                self._seen.discard((position.id, position.stamp))
            else:
                self._seen.add((position.id, position.stamp))
            last = position
        cursor.at = last if full else None
        return news

    def stop(self) -> tuple[dict[str, Any], bool]:
        """Return the cursor to store, and whether there is more to read at once."""
        cursor = self._cursor
        seen: dict[str, list[str]] = {}
        for record_id, stamp in sorted(self._seen):
            if cursor.settled is None or stamp >= cursor.settled.stamp:
                seen.setdefault(format_stamp(stamp), []).append(record_id)
        cursor.seen = seen
        return cursor.dump(), cursor.at is not None


def parse_stamp(text: str) -> datetime:
    """Read a moment as Salesforce writes it."""
    return datetime.fromisoformat(text)


def format_stamp(when: datetime) -> str:
    """Write a moment as SOQL takes it, in UTC to the millisecond."""
    return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
