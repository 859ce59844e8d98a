"""The org's clock, and the text of moments as Salesforce writes it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_valid_date_formats.htm
"""

from datetime import UTC, date, datetime, timedelta


class Clock:
    """The org's time: the system's, or a fixed time that a test advances."""

    def __init__(self, start: datetime | None = None) -> None:
        """Follow the system's clock, or stop at `start` (with a time zone)."""
        self._stopped_at = start
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time in UTC, to the millisecond."""
        timestamp = self._stopped_at or datetime.now(UTC) + self._ahead
        timestamp = timestamp.astimezone(UTC)
        return timestamp.replace(microsecond=timestamp.microsecond // 1000 * 1000)

    def today(self) -> date:
        """Return the date in UTC."""
        return self.now().date()

    def set(self, time: datetime) -> None:
        """Stand still at a moment (with a time zone)."""
        self._stopped_at = time

    def advance(self, by: timedelta) -> None:
        """Move forward; a stopped clock stays stopped, a running one runs on from there."""
        if self._stopped_at is None:
            self._ahead += by
        else:
            self._stopped_at += by


def datetime_text(time: datetime) -> str:
    """Write a moment as `2026-01-01T00:00:00.000+0000`: UTC, milliseconds, no colon."""
    time = time.astimezone(UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}+0000"


def datetime_value(text: str) -> datetime:
    """Read what `datetime_text` wrote."""
    return datetime.fromisoformat(text)


def http_date(time: datetime) -> str:
    """Write a moment as HTTP headers do: `Thu, 01 Jan 2026 00:00:00 GMT`."""
    time = time.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[time.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {time:%d} {month[time.month - 1]} {time:%Y %H:%M:%S} GMT"
