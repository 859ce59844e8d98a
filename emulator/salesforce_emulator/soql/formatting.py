"""FORMAT(): numbers, amounts, dates and times as a user's locale writes them.

Only en_US is known; for another locale it is refused by name.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_format.htm
"""

from collections.abc import Callable
from datetime import date, datetime

from salesforce_emulator.clock import datetime_value
from salesforce_emulator.schema import Field
from salesforce_emulator.soql import refusals
from salesforce_emulator.soql.syntax import Call
from salesforce_emulator.soql.viewpoint import Viewpoint


def formatter(field: Field, view: Viewpoint, call: Call) -> Callable[[object], str | None]:
    """Give the function that writes a field's values for people; None stays None.

    Raises:
        Refused: The field's type has no format, or the user's locale is not known.
    """
    write = _writer(field, view)
    if write is None:
        raise refusals.wrong_function(field.name, "FORMAT", call.at)
    if view.locale != "en_US":
        raise refusals.not_offered(f"FORMAT() for the locale {view.locale}", call.at)
    return lambda value: None if value is None else write(value)


def _writer(field: Field, view: Viewpoint) -> Callable[[object], str] | None:
    if field.type in {"int", "long", "double", "percent"}:
        return lambda value: f"{value:,.{field.scale}f}"
    if field.type == "currency":
        return lambda value: _amount(float(str(value)))
    if field.type == "date":
        return lambda value: _day(date.fromisoformat(str(value)))
    if field.type == "datetime":
        return lambda value: _moment(datetime_value(str(value)).astimezone(view.zone))
    return None


def _amount(value: float) -> str:
    return f"{'-' if value < 0 else ''}${abs(value):,.2f}"


def _day(value: date) -> str:
    return f"{value.month}/{value.day}/{value.year}"


def _moment(value: datetime) -> str:
    hour = value.hour % 12 or 12
    return f"{_day(value)}, {hour}:{value.minute:02d} {'AM' if value.hour < 12 else 'PM'}"
