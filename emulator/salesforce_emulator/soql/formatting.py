"""FORMAT(): numbers, amounts, dates and times as a user's locale writes them.

Which locales there are, and how each writes, is in `locales.py`.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_format.htm
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from salesforce_emulator.org.clock import datetime_value
from salesforce_emulator.schema import Field
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.locales import Writing, writing_of
from salesforce_emulator.soql.query_context import Viewpoint
from salesforce_emulator.soql.syntax import Call


class Format(Protocol):
    """Writes a value; None stays None."""

    def __call__(self, value: Any, code: str | None = None) -> str | None:
        """Write a value.

        Args:
            code: An amount's currency, which an org with several must give.

        Raises:
            Refused: It does not.
        """


def formatter(field: Field, view: Viewpoint, call: Call) -> Format:
    """Give the function that writes a field's values for people; None stays None.

    Raises:
        Refused: The field's type has no format, or the user's locale is not known.
    """
    if field.type not in {"int", "long", "double", "percent", "currency", "date", "datetime"}:
        raise errors.wrong_function(field.name, "FORMAT", call.at)
    writing = writing_of(view.locale)
    if writing is None:
        raise errors.not_offered(f"FORMAT() for the locale {view.locale}", call.at)
    write = _writer(field, view, writing)

    def show(value: Any, code: str | None = None) -> str | None:
        if view.currencies is not None and field.type == "currency" and code is None:
            raise errors.not_offered(f"amounts of {field.name} without their currency", call.at)
        return None if value is None else write(value, code)

    return show


def _writer(field: Field, view: Viewpoint, writing: Writing) -> Callable[[Any, str | None], str]:
    if field.type == "currency":
        return lambda value, code: writing.amount(
            float(value), code or view.currency, code is not None
        )
    if field.type == "date":
        return lambda value, _: writing.day(date.fromisoformat(str(value)))
    if field.type == "datetime":
        return lambda value, _: writing.moment(datetime_value(str(value)).astimezone(view.zone))
    return lambda value, _: writing.number(value, field.scale)
