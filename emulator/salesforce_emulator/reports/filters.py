"""Filters of a report as SOQL: columns, operators, their boolean logic, time frames.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_filteroperators_reference.htm
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.reports.report import Report, field_of
from salesforce_emulator.schema.field import NUMBER_TYPES, Field

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_COMPARED: Final = {
    "equals": "=",
    "notEqual": "!=",
    "lessThan": "<",
    "greaterThan": ">",
    "lessOrEqual": "<=",
    "greaterOrEqual": ">=",
}
_LIKE: Final = {"contains": "%{}%", "startsWith": "{}%", "notContain": "%{}%"}
_SETS: Final = {"includes": "INCLUDES", "excludes": "EXCLUDES"}
_RELATIVE: Final = re.compile(r"[A-Z_]+(?:\s*:\s*\d+)?", re.ASCII)
_TOKEN: Final = re.compile(r"\s*(\(|\)|\d+|and\b|or\b|not\b)", re.ASCII | re.IGNORECASE)
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def conditions(org: "Org", report: Report, body: Mapping[str, Any], zone: tzinfo) -> list[str]:
    """Return the SOQL conditions that a report's rows meet, each in itself.

    Args:
        body: Its metadata, with what the caller requests.
        zone: The user's time zone, which days begin in.

    Raises:
        SalesforceError: A filter does not fit its column.
    """
    result = [f"({report.where})"] if report.where else []
    filters = body.get("reportFilters", [])
    if not isinstance(filters, list) or not all(isinstance(item, dict) for item in filters):
        raise automation_errors.bad_report(
            "The request is invalid because there are no filters. Specify filters or set filters as"
            " an empty array to omit them."
        )
    if filters:
        texts = [_condition(org, report, item) for item in filters]
        result.append(f"({_join(texts, body.get('reportBooleanFilter'))})")
    frame = body.get("standardDateFilter")
    if frame:
        result += _time_frame(org, report, frame, zone)
    return result


def _condition(org: "Org", report: Report, body: Mapping[str, Any]) -> str:
    path, field = _column(org, report, body.get("column"))
    operator, value = body.get("operator"), body.get("value")
    if not isinstance(value, str):
        raise automation_errors.bad_report(f"The filter value for {path} is not a string.")
    parts = [part.strip() for part in value.split(",")] if value else [""]
    if operator in _COMPARED:
        compared = [f"{path} {_COMPARED[operator]} {_literal(field, part)}" for part in parts]
        return _any(compared) if operator != "notEqual" else " AND ".join(compared)
    if operator in _LIKE:
        conditions = [f"{path} LIKE '{_LIKE[operator].format(_like(part))}'" for part in parts]
        return f"(NOT ({_any(conditions)}))" if operator == "notContain" else _any(conditions)
    if operator in _SETS:
        selected = ", ".join(_quote(part) for part in parts)
        return f"{path} {_SETS[operator]} ({selected})"
    raise automation_errors.bad_report(f"Specify a valid condition because {operator} is invalid.")


def _column(org: "Org", report: Report, name: object) -> tuple[str, Field]:
    path = report.path(name) if isinstance(name, str) else ""
    try:
        return path, field_of(org.schema, report.sobject, path)
    except LookupError:
        message = f"Specify a valid filterable column because {name} is invalid."
        raise automation_errors.bad_report(message) from None


def _literal(field: Field, text: str) -> str:
    """Write one value as SOQL does for a field."""
    if not text:
        return "null"
    if field.type in NUMBER_TYPES:
        try:
            return repr(float(text))
        except ValueError:
            raise automation_errors.bad_report(
                f"The filter value {text} is not a number."
            ) from None
    if field.type == "boolean":
        if text.lower() not in {"true", "false", "1", "0"}:
            raise automation_errors.bad_report(
                f"The filter value {text} is neither true nor false."
            )
        return str(text.lower() in {"true", "1"}).lower()
    if field.type in {"date", "datetime"}:
        return _datetime(text)
    return _quote(text)


def _datetime(text: str) -> str:
    literal = text.upper().replace(" ", "_")
    if _RELATIVE.fullmatch(literal):
        return literal
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise automation_errors.bad_report_date() from None
    return text


def _quote(text: str) -> str:
    return f"'{text.translate(_ESCAPED)}'"


def _like(text: str) -> str:
    return text.translate(_ESCAPED).replace("%", "\\%").replace("_", "\\_")


def _any(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def _join(texts: Sequence[str], logic: object) -> str:
    """Join conditions by AND, or by a filter logic such as `(1 OR 2) AND 3`."""
    if logic is None or logic == "":
        return " AND ".join(texts)
    if not isinstance(logic, str):
        raise automation_errors.bad_report("The filter logic is not a string.")
    parts, at = [], 0
    while logic[at:].strip():
        token = _TOKEN.match(logic, at)
        if token is None:
            raise automation_errors.bad_report(f"The filter logic {logic} is invalid.")
        at, word = token.end(), token[1]
        if word.isdigit() and not 1 <= int(word) <= len(texts):
            raise automation_errors.bad_report(f"The filter logic names no filter {word}.")
        parts.append(f"({texts[int(word) - 1]})" if word.isdigit() else word.upper())
    return " ".join(parts)


def _time_frame(org: "Org", report: Report, frame: object, zone: tzinfo) -> list[str]:
    if not isinstance(frame, dict):
        raise automation_errors.bad_report("The standard date filter is not an object.")
    name = frame.get("column")
    path, field = _standard_date_column(org, report, name)
    duration = frame.get("durationValue") or "CUSTOM"
    if not isinstance(duration, str) or not _is_duration(duration):
        raise automation_errors.bad_report(
            f"The duration {duration} specified for the standard date filter is invalid."
        )
    if duration.upper() != "CUSTOM":
        return [f"{path} = {_datetime(duration)}"]
    start, end = (_day(frame, key) for key in ("start", "end"))
    result = []
    if start is not None:
        result.append(f"{path} >= {_from(field, start, zone)}")
    if end is not None:
        result.append(f"{path} < {_from(field, end + timedelta(days=1), zone)}")
    return result


def _standard_date_column(org: "Org", report: Report, name: object) -> tuple[str, Field]:
    path = report.path(name) if isinstance(name, str) else ""
    try:
        field = field_of(org.schema, report.sobject, path)
    except LookupError:
        raise automation_errors.bad_report(
            f"The column {name} specified for the standard date filter is invalid."
        ) from None
    if field.type not in {"date", "datetime"}:
        raise automation_errors.bad_report(
            f"The column {name} cannot be a standard date filter because it is not a date column."
        )
    return path, field


def _is_duration(text: str) -> bool:
    literal = text.upper().replace(" ", "_")
    return literal == "CUSTOM" or _RELATIVE.fullmatch(literal) is not None


def _day(frame: Mapping[str, object], key: str) -> date | None:
    """Read the start or the end of a time frame."""
    value = frame.get(f"{key}Date")
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise automation_errors.bad_report(
            f"The specified {key} date of {frame.get('column')} specified for the standard date"
            " filter is invalid."
        ) from None


def _from(field: Field, day: date, zone: tzinfo) -> str:
    if field.type == "date":
        return day.isoformat()
    return datetime.combine(day, time(), zone).isoformat()
