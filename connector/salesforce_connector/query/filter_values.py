"""Fits the values of filters to the types of their fields, as the object's description has them.

A form gives a text for a date, a number or a boolean, and SOQL wants those without quotes.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from pydantic import ValidationError

from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.metadata.record_check import load_record_rules
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.query.filters import AllOf, AnyOf, Condition, Filter, NoneOf
from salesforce_connector.soql.values import DateLiteral, DatetimeValue, DateValue

_NUMBERS: Final = frozenset({"int", "long", "double", "currency", "percent"})
_TEXTS: Final = frozenset(
    {"string", "picklist", "textarea", "phone", "email", "url", "combobox", "encryptedstring"}
)
_LIKE: Final = frozenset({"contains", "not_contains", "starts_with", "ends_with"})
_TRUTHS: Final = {"true": True, "false": False}


def fit_filters(sobject: str, filters: Sequence[Filter]) -> Flow[list[Filter]]:
    """Return filters whose values are of their field's type; what is not known stays as it is.

    Raises:
        Rejected: A text is no value of the field's type; names the field.
    """
    conditions = [condition for condition in _conditions(filters) if _may_not_fit(condition)]
    if not conditions:
        return list(filters)
    kinds: dict[str, str] = {}
    for path in dict.fromkeys(condition.field.lower() for condition in conditions):
        kinds[path] = yield from _kind(sobject, path.split("."))
    return [_convert(condition, kinds) for condition in filters]


def _kind(sobject: str, path: list[str]) -> Flow[str]:
    """Find the type of a field, or of a parent's field; empty when it is not known."""
    try:
        rules = yield from load_record_rules(sobject)
    except Forbidden:  # not for this connection to look at
        return ""
    if rules is None:
        return ""
    if len(path) == 1:
        return _kind_of(rules, path[0])
    parent = rules.parents.get(path[0])
    if parent is None or len(parent.objects) != 1:
        return ""
    return (yield from _kind(parent.objects[0], path[1:]))


def _kind_of(rules: RecordRules, name: str) -> str:
    rule = rules.fields.get(name)
    return rule.kind if rule else ""


def _conditions(filters: Sequence[Filter]) -> Iterator[Condition]:
    for condition in filters:
        match condition:
            case Condition():
                yield condition
            case AllOf(all=below) | AnyOf(any=below) | NoneOf(none=below):
                yield from _conditions(below)


def _may_not_fit(condition: Condition) -> bool:
    values = condition.value if isinstance(condition.value, list) else [condition.value]
    return any(isinstance(value, str | int | float) for value in values)


def _convert(filter_: Filter, kinds: dict[str, str]) -> Filter:
    match filter_:
        case AllOf(all=below):
            return AllOf(all=[_convert(condition, kinds) for condition in below])
        case AnyOf(any=below):
            return AnyOf(any=[_convert(condition, kinds) for condition in below])
        case NoneOf(none=below):
            return NoneOf(none=[_convert(condition, kinds) for condition in below])
        case Condition():
            return _fit_condition(filter_, kinds.get(filter_.field.lower(), ""))


def _fit_condition(condition: Condition, kind: str) -> Condition:
    if not kind or condition.operator in _LIKE:
        return condition
    value = condition.value
    fitted = (
        [_fit(element, kind, condition) for element in value]
        if isinstance(value, list)
        else _fit(value, kind, condition)
    )
    return condition.model_copy(update={"value": fitted})


def _fit(value: Any, kind: str, condition: Condition) -> Any:
    if kind in _TEXTS and type(value) in (int, float):
        return str(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    match kind:
        case "boolean":
            fitted: Any = _TRUTHS.get(text.lower())
        case "date":
            fitted = _literal(text) or _date(text)
        case "datetime":
            fitted = _literal(text) or _datetime(text)
        case kind if kind in _NUMBERS:
            fitted = _number(text)
        case _:
            return value
    if fitted is None:
        raise Rejected(
            f"The filter on {condition.field} compares with a text that is not a {kind}.",
            code="INVALID_FILTER",
            remedy=_HINTS.get(kind, "Give a number such as 1234.56."),
            fields=(condition.field,),
        )
    return fitted


_HINTS: Final = {
    "boolean": "Give true or false.",
    "date": "Give a date such as 2026-01-31, or a period such as LAST_N_DAYS:7.",
    "datetime": "Give a time with its offset, such as 2026-01-31T09:00:00Z, or a period.",
}


def _literal(text: str) -> DateLiteral | None:
    try:
        return DateLiteral(date_literal=text.upper())
    except ValidationError:
        return None


def _date(text: str) -> DateValue | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return DateValue(date=day) if text[10:11] in ("", "T") else None


def _datetime(text: str) -> DatetimeValue | None:
    try:
        timestamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-01-31"):
        timestamp = timestamp.replace(tzinfo=UTC)
    return DatetimeValue(datetime=timestamp) if timestamp.tzinfo is not None else None


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number.is_integer() and "e" not in text.lower() else number
