"""The org's clock, and the text of moments as Salesforce writes it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_valid_date_formats.htm
"""

from datetime import UTC, date, datetime, timedelta


class Clock:
    """The org's time: the system's, or a fixed time that a test advances."""

    def __init__(self, start: datetime | None = None) -> None:
        """Follow the system's clock, or stop at `start` (with a time zone)."""
        self._stands_at = start
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time in UTC, to the millisecond."""
        timestamp = self._stands_at or datetime.now(UTC) + self._ahead
        timestamp = timestamp.astimezone(UTC)
        return timestamp.replace(microsecond=timestamp.microsecond // 1000 * 1000)

    def today(self) -> date:
        """Return the date in UTC."""
        return self.now().date()

    def set(self, moment: datetime) -> None:
        """Stand still at a moment (with a time zone)."""
        self._stands_at = moment

    def advance(self, by: timedelta) -> None:
        """Move forward; a stopped clock stays stopped, a running one runs on from there."""
        if self._stands_at is None:
            self._ahead += by
        else:
            self._stands_at += by


def datetime_text(moment: datetime) -> str:
    """Write a moment as `2026-01-01T00:00:00.000+0000`: UTC, milliseconds, no colon."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def datetime_value(text: str) -> datetime:
    """Read what `datetime_text` wrote."""
    return datetime.fromisoformat(text)


def http_date(moment: datetime) -> str:
    """Write a moment as HTTP headers do: `Thu, 01 Jan 2026 00:00:00 GMT`."""
    moment = moment.astimezone(UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day}, {moment:%d} {month[moment.month - 1]} {moment:%Y %H:%M:%S} GMT"
