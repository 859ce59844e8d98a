"""Reads the value of one field out of JSON: one reader a type.

Reading turns JSON into the form that is stored (see `org/storage.py`); JSON of a wrong kind is a
JSON_PARSER_ERROR. That a value is within its field's bounds is checked in `field_validation.py`;
rules that look at more than one field are in `rules/`.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from salesforce_emulator import errors
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.schema.field import TEXT_TYPES, Field

Stored: TypeAlias = str | int | float | bytes | None
Reader: TypeAlias = Callable[[Any], Stored]

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII
)
_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?", re.ASCII)
_YEARS: Final = range(1700, 4001)  # the years that Salesforce accepts
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def reader(field: Field) -> Reader:
    """Return the function that converts a JSON value of a field into its stored value.

    It raises SalesforceError, JSON_PARSER_ERROR, for JSON of another kind. None and text that is
    empty once trimmed are stored as None.
    """
    return _READERS[field.type](field)


# Readers


def _text(field: Field) -> Reader:
    lines = field.type == "textarea"

    def read(value: Any) -> Stored:
        if value is None:
            return None
        if type(value) is int or type(value) is float:  # recorded: a number is accepted as its text
            value = str(value)
        if type(value) is not str:
            raise wrong_json_kind("string", value)
        value = value.strip()
        if lines and ("\n" in value or "\r" in value):
            value = _LINE_END.sub("\r\n", value)
        if not value.isascii():
            _require_unicode(field, value)
        return value or None

    return read


def _choices(field: Field) -> Reader:
    text = _text(field)
    order = {item.value: at for at, item in enumerate(field.picklist)}

    def read(value: Any) -> Stored:
        values = text(value)
        if not isinstance(values, str):
            return None
        selected = dict.fromkeys(part.strip() for part in values.split(";") if part.strip())
        ordered = sorted(selected, key=lambda item: order.get(item, len(order)))
        return ";".join(ordered) or None

    return read


def _require_unicode(field: Field, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can express and UTF-8 cannot
        raise errors.outside_charset(field.label, field.name) from None


def _boolean(_: Field) -> Reader:
    def read(value: Any) -> Stored:
        if value is None:
            return 0
        if type(value) is bool:
            return int(value)
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return int(value.lower() == "true")
        raise wrong_json_kind("boolean", value)

    return read


def _int(_: Field) -> Reader:
    def read(value: Any) -> Stored:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            value = _number("int", value)
        elif type(value) is not int and type(value) is not float:
            raise wrong_json_kind("int", value)
        whole = int(value) if abs(value) < 1e18 else None  # refused below
        if whole is not None and whole != value:
            raise wrong_json_kind("int", value)
        return int(value)

    return read


def _decimal(field: Field) -> Reader:
    quantum = Decimal(1).scaleb(-field.scale)

    def read(value: Any) -> Stored:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            number = _number("double", value)
        elif type(value) is int or type(value) is float:
            number = Decimal(str(value))
        else:
            raise wrong_json_kind("double", value)
        if number.adjusted() <= field.precision:  # else it is out of range in any case
            number = number.quantize(quantum, ROUND_HALF_UP)
        return float(number)

    return read


def _number(kind: str, text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise wrong_json_kind(kind, text) from None
    if not number.is_finite():
        raise wrong_json_kind(kind, text)
    return number


def _date(_: Field) -> Reader:
    def read(value: Any) -> Stored:
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise wrong_json_kind("date", value)
        # Recorded: a date-time is accepted as its date in UTC.
        text = value[:10] if _UTC.fullmatch(value) else value
        if _DATE.fullmatch(text) is None:
            raise wrong_json_kind("date", value)
        try:
            in_years = date.fromisoformat(text).year in _YEARS
        except ValueError:
            in_years = False
        if not in_years:
            raise wrong_json_kind("date", value)
        return text

    return read


def _datetime(_: Field) -> Reader:
    def read(value: Any) -> Stored:
        if value is None or value == "":
            return None
        if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
            raise wrong_json_kind("datetime", value)
        try:
            timestamp = datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise wrong_json_kind("datetime", value) from None
        if timestamp.year not in _YEARS:
            raise wrong_json_kind("datetime", value)
        return datetime_text(timestamp)

    return read


def _time(_: Field) -> Reader:
    def read(value: Any) -> Stored:
        if value is None or value == "":
            return None
        if not isinstance(value, str) or _TIME.fullmatch(value) is None:
            raise wrong_json_kind("time", value)
        try:
            timestamp = time.fromisoformat(value.removesuffix("Z"))
        except ValueError:
            raise wrong_json_kind("time", value) from None
        return timestamp.isoformat("milliseconds") + "Z"

    return read


def _base64(_: Field) -> Reader:
    def read(value: Any) -> Stored:
        if value is None or isinstance(value, bytes):  # bytes: a file that came in a part
            return value
        if not isinstance(value, str):
            raise wrong_json_kind("base64", value)
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise wrong_json_kind("base64", value) from None

    return read


_READERS: Final[Mapping[str, Callable[[Field], Reader]]] = {
    **dict.fromkeys(TEXT_TYPES | {"id", "reference"}, _text),
    **dict.fromkeys(("double", "currency", "percent"), _decimal),
    **dict.fromkeys(("int", "long"), _int),
    "multipicklist": _choices,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "base64": _base64,
    "anyType": _text,  # nobody may write one
}
