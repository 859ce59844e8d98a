"""FORMAT(): numbers, amounts, dates and times as a user of the locale en_US reads them.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_format.htm
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, Protocol

from salesforce_emulator.org.clock import datetime_value
from salesforce_emulator.org.currencies import digits_of
from salesforce_emulator.schema import Field
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.syntax import Call

LOCALE: Final = "en_US"
"""The one locale that FORMAT() writes."""


class Format(Protocol):
    """Writes a value; None stays None."""

    def __call__(self, value: Any, code: str | None = None) -> str | None:
        """Write a value.

        Args:
            code: Currency of an amount; required in an org with several currencies.

        Raises:
            SoqlError: The currency is missing.
        """


def formatter(field: Field, context: QueryContext, call: Call) -> Format:
    """Return the function that writes a field's values for people; None stays None.

    Raises:
        SoqlError: The field's type has no format, or the user's locale is another than en_US.
    """
    if field.type not in {"int", "long", "double", "percent", "currency", "date", "datetime"}:
        raise errors.wrong_function(field.name, "FORMAT", call.at)
    if context.locale != LOCALE:
        raise errors.not_offered(f"FORMAT() for the locale {context.locale}", call.at)
    write = _writer(field, context)

    def show(value: Any, code: str | None = None) -> str | None:
        if context.currencies is not None and field.type == "currency" and code is None:
            raise errors.not_offered(f"amounts of {field.name} without their currency", call.at)
        return None if value is None else write(value, code)

    return show


def _writer(field: Field, context: QueryContext) -> Callable[[Any, str | None], str]:
    if field.type == "currency":
        return lambda value, code: _format_amount(
            float(value), code or context.currency, with_code=code is not None
        )
    if field.type == "date":
        return lambda value, _: _format_date(date.fromisoformat(str(value)))
    if field.type == "datetime":
        return lambda value, _: _format_datetime(
            datetime_value(str(value)).astimezone(context.zone)
        )
    return lambda value, _: f"{value:,.{field.scale}f}"


def _format_amount(value: float, code: str, *, with_code: bool) -> str:
    sign, number = "-" if value < 0 else "", f"{abs(value):,.{digits_of(code)}f}"
    return f"{code} {sign}{number}" if with_code else f"{sign}${number}"


def _format_date(value: date) -> str:
    return f"{value.month}/{value.day}/{value.year}"


def _format_datetime(value: datetime) -> str:
    period = "AM" if value.hour < 12 else "PM"
    return f"{_format_date(value)}, {value.hour % 12 or 12}:{value.minute:02d} {period}"
