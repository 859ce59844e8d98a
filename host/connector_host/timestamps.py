"""Moments as the store writes them."""

from datetime import UTC, datetime


def now() -> str:
    """Return this moment: UTC, ISO 8601, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")
