"""Moments as the identity side stores and shows them: whole milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


def to_ms(time: datetime) -> int:
    """Return a moment's milliseconds since 1970."""
    return (time - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Return the moment of milliseconds since 1970."""
    return _EPOCH + ms * _MS


def span_ms(span: timedelta) -> int:
    """Return the milliseconds of a span."""
    return span // _MS
