"""What the date literals mean: TODAY, LAST_N_DAYS:3, THIS_FISCAL_QUARTER ... as spans of days.

A span has its first day and the day after its last. LAST_N_DAYS and LAST_90_DAYS include today; the
other LAST_N_ and NEXT_N_ exclude the current day, week, month, quarter or year.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.literals import FIRST_YEAR, LAST_YEAR
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.syntax import Literal

Span = tuple[date, date]

_Step = Callable[[date, int, QueryContext], date]
"""Returns the first day of the unit that is so many units after the one a day is in."""


def span(literal: Literal, context: QueryContext) -> Span:
    """Return the days of a relative literal, in the user's time zone.

    Raises:
        SoqlError: They lie outside the years that there are.
    """
    today = context.now.astimezone(context.zone).date()
    try:
        first, after = _span(str(literal.value), literal.count, today, context)
    except (OverflowError, ValueError):
        first = after = date.max
    if first.year < FIRST_YEAR or after.year > LAST_YEAR:
        raise errors.outside_range(f"value outside of valid range: {literal.text}", literal.at)
    return first, after


def bounds(days: Span, context: QueryContext) -> tuple[str, str]:
    """Return a span as moments in UTC, from the user's first midnight to the one after the last."""
    first, after = (
        datetime_text(datetime.combine(day, time(), context.zone).astimezone(UTC)) for day in days
    )
    return first, after


def _span(name: str, count: int, today: date, context: QueryContext) -> Span:
    if name in _SINGLE_DAYS:
        day = today + timedelta(_SINGLE_DAYS[name])
        return day, day + timedelta(1)
    if name.endswith("_90_DAYS"):
        name, count = name.replace("_90_", "_N_"), 90
    if name.endswith("_AGO"):  # N_WEEKS_AGO
        step = _STEPS[name.removeprefix("N_").removesuffix("S_AGO")]
        return step(today, -count, context), step(today, 1 - count, context)
    direction, _, unit = name.partition("_")
    if unit.startswith("N_"):  # LAST_N_WEEKS
        return _several(direction, unit.removeprefix("N_").removesuffix("S"), count, today, context)
    step, offset = _STEPS[unit], _DIRECTIONS[direction]
    return step(today, offset, context), step(today, offset + 1, context)


def _several(direction: str, unit: str, count: int, today: date, context: QueryContext) -> Span:
    step = _STEPS[unit]
    if direction == "NEXT":
        return step(today, 1, context), step(today, 1 + count, context)
    return step(today, -count, context), step(today, int(unit == "DAY"), context)


def _day(day: date, by: int, _: QueryContext) -> date:
    return day + timedelta(by)


def _week(day: date, by: int, context: QueryContext) -> date:
    return day - timedelta((day.weekday() - context.week_start) % 7) + timedelta(weeks=by)


def _month(day: date, by: int, _: QueryContext) -> date:
    return _first_of_month(day.year * 12 + day.month - 1 + by)


def _quarter(day: date, by: int, _: QueryContext) -> date:
    return _first_of_month(day.year * 12 + (day.month - 1) // 3 * 3 + 3 * by)


def _year(day: date, by: int, _: QueryContext) -> date:
    return date(day.year + by, 1, 1)


def _fiscal_quarter(day: date, by: int, context: QueryContext) -> date:
    months = _since_fiscal_start(day, context)
    return _first_of_month(day.year * 12 + day.month - 1 - months % 3 + 3 * by)


def _fiscal_year(day: date, by: int, context: QueryContext) -> date:
    months = _since_fiscal_start(day, context)
    return _first_of_month(day.year * 12 + day.month - 1 - months + 12 * by)


def _since_fiscal_start(day: date, context: QueryContext) -> int:
    return (day.month - context.fiscal_start) % 12


def _first_of_month(months: int) -> date:
    """Return the first day of the month that is so many after January of the year 0."""
    return date(months // 12, months % 12 + 1, 1)


_SINGLE_DAYS: Final = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
_DIRECTIONS: Final = {"LAST": -1, "THIS": 0, "NEXT": 1}
_STEPS: Final[dict[str, _Step]] = {
    "DAY": _day,
    "WEEK": _week,
    "MONTH": _month,
    "QUARTER": _quarter,
    "YEAR": _year,
    "FISCAL_QUARTER": _fiscal_quarter,
    "FISCAL_YEAR": _fiscal_year,
}
