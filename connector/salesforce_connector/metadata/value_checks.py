"""Whether a value can be of a field's type: one check for each type, lenient in doubt.

What Salesforce was seen to accept passes: a number for a text, a date-time in UTC for a date. What
it was seen to refuse is refused here: a space between date and time, a date with a time and an
offset.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final, TypeAlias

from salesforce_connector.files import base64_text
from salesforce_connector.identifiers import repair_id

Check: TypeAlias = Callable[[Any], str]
"""Returns the rule that a value breaks, to follow the field's name; empty if it fits."""

_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
_WHOLE: Final = re.compile(r"\s*[+-]?\d+(\.0*)?([eE][+-]?\d+)?\s*", re.ASCII)
_DAY: Final = r"\s*(\d{4}-\d\d-\d\d)"
_CLOCK: Final = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
_OFFSET: Final = r"(Z|[+-]\d\d:?\d\d)"
_DATE: Final = re.compile(rf"{_DAY}(T{_CLOCK}Z|{_OFFSET})?\s*", re.ASCII | re.IGNORECASE)
_DATETIME: Final = re.compile(rf"{_DAY}(T{_CLOCK}{_OFFSET}?)?\s*", re.ASCII | re.IGNORECASE)
_TIME: Final = re.compile(rf"\s*{_CLOCK}{_OFFSET}?\s*", re.ASCII | re.IGNORECASE)
_ID: Final = re.compile(r"[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?", re.ASCII)


def check_of(kind: str) -> Check:
    """Return the check of a Salesforce type; for an unknown one, everything passes."""
    return _CHECKS.get(kind, _anything)


def _anything(_: Any) -> str:
    return ""


def _text(value: Any) -> str:
    if type(value) is str or not isinstance(value, (dict, list, tuple, set, frozenset)):
        return ""  # a number for a text is accepted, as recorded
    return "takes one text"


def _several(value: Any) -> str:
    if isinstance(value, (dict, list, tuple)):
        return "takes texts: a list, or one text of values joined by semicolons"
    return ""


def _boolean(value: Any) -> str:
    if isinstance(value, bool) or value in (0, 1):
        return ""
    if isinstance(value, str) and value.strip().lower() in ("true", "false", "0", "1"):
        return ""
    return "takes true or false"


def _integer(value: Any) -> str:
    if type(value) is int or (type(value) is float and value.is_integer()):
        return ""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return ""
    return "takes a whole number such as 1234, without thousands separators"


def _decimal(value: Any) -> str:
    if type(value) in (int, float):
        return ""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return ""
    return "takes a number such as 1234.56, without thousands separators"


def _date(value: Any) -> str:
    if type(value) is date:
        return ""
    if isinstance(value, str) and (match := _DATE.fullmatch(value)) and _is_day(match[1]):
        return ""  # with a time in UTC behind it too, as recorded
    return "takes a date such as 2026-01-31, without a time"


def _datetime(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one
        return ""
    if isinstance(value, str) and (match := _DATETIME.fullmatch(value)) and _is_day(match[1]):
        return ""
    return "takes a date and time with a T between and an offset, such as 2026-01-31T09:00:00Z"


def _time(value: Any) -> str:
    if isinstance(value, time) or (isinstance(value, str) and _TIME.fullmatch(value)):
        return ""
    return "takes a time such as 09:30:00.000Z"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _reference(value: Any) -> str:
    if isinstance(value, str) and _ID.fullmatch(repair_id(value)):
        return ""
    return "takes the ID of a record, 15 or 18 characters"


def _base64(value: Any) -> str:
    if isinstance(value, bytes):
        return ""
    try:
        base64_text.decode(value if isinstance(value, str) else "!")
    except ValueError:
        return "takes a text in base64"
    return ""


_CHECKS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(
        ("string", "textarea", "phone", "email", "url", "combobox", "encryptedstring", "picklist"),
        _text,
    ),
    "multipicklist": _several,
    "boolean": _boolean,
    "int": _integer,
    "long": _integer,
    **dict.fromkeys(("double", "currency", "percent"), _decimal),
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "reference": _reference,
    "base64": _base64,
}
"""Types that are not listed are left to Salesforce."""
