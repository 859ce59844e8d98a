"""Timestamps in the format of the store."""

from datetime import UTC, datetime


def now() -> str:
    """Return the current time: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")
