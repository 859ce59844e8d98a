"""A cell of a report: its label and its value.

Labels are those of the locale en_US, whatever the user's.
"""

from datetime import datetime, tzinfo
from typing import Any, Final

from salesforce_emulator.schema.field import Field

NOTHING: Final = "-"  # the label of an empty value


def cell(field: Field, value: Any, zone: tzinfo) -> dict[str, Any]:
    """Return a detail cell."""
    displayed = label(field, value, zone)
    if field.type == "currency" and value is not None:
        return {"label": displayed, "value": {"amount": value, "currency": None}}
    return {"label": displayed, "value": value}


def label(field: Field, value: Any, zone: tzinfo) -> str:
    """Return the label of a value."""
    if value is None:
        return NOTHING
    match field.type:
        case "currency":
            return f"-${-value:,.2f}" if value < 0 else f"${value:,.2f}"
        case "percent":
            return f"{value:,.{field.scale}f}%"
        case "double":
            return f"{value:,.{field.scale}f}"
        case "int" | "long":
            return f"{value:,}"
        case "boolean":
            return str(value).lower()
        case "date":
            return _day(datetime.fromisoformat(value))
        case "datetime":
            local = datetime.fromisoformat(value).astimezone(zone)
            return f"{_day(local)}, {local.hour % 12 or 12}:{local:%M %p}"
    return str(value)


def _day(time: datetime) -> str:
    return f"{time.month}/{time.day}/{time.year}"
