"""Date literals and date functions: days of the user's time zone, fiscal years of the org's."""

# ruff: noqa: S608 - SOQL, put together here

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_org.soql.questions import Asker, reason

from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.soql import dates
from salesforce_emulator.soql.literals import relative_literal
from salesforce_emulator.soql.query_context import (
    MONDAY,
    SATURDAY,
    SUNDAY,
    QueryContext,
    week_start,
)

# 2026-11-22 is a Sunday.
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(days=-80_000), timedelta(days=600_000)).map(NOON.__add__)

SPANS = [
    ("YESTERDAY", "2026-11-21", "2026-11-22"),
    ("TODAY", "2026-11-22", "2026-11-23"),
    ("TOMORROW", "2026-11-23", "2026-11-24"),
    ("LAST_WEEK", "2026-11-15", "2026-11-22"),
    ("THIS_WEEK", "2026-11-22", "2026-11-29"),
    ("NEXT_WEEK", "2026-11-29", "2026-12-06"),
    ("LAST_MONTH", "2026-10-01", "2026-11-01"),
    ("THIS_MONTH", "2026-11-01", "2026-12-01"),
    ("NEXT_MONTH", "2026-12-01", "2027-01-01"),
    ("LAST_90_DAYS", "2026-08-24", "2026-11-23"),
    ("NEXT_90_DAYS", "2026-11-23", "2027-02-21"),
    ("LAST_N_DAYS:1", "2026-11-21", "2026-11-23"),
    ("NEXT_N_DAYS:1", "2026-11-23", "2026-11-24"),
    ("N_DAYS_AGO:2", "2026-11-20", "2026-11-21"),
    ("LAST_N_WEEKS:2", "2026-11-08", "2026-11-22"),
    ("NEXT_N_WEEKS:2", "2026-11-29", "2026-12-13"),
    ("N_WEEKS_AGO:2", "2026-11-08", "2026-11-15"),
    ("LAST_N_MONTHS:2", "2026-09-01", "2026-11-01"),
    ("NEXT_N_MONTHS:2", "2026-12-01", "2027-02-01"),
    ("N_MONTHS_AGO:11", "2025-12-01", "2026-01-01"),
    ("LAST_QUARTER", "2026-07-01", "2026-10-01"),
    ("THIS_QUARTER", "2026-10-01", "2027-01-01"),
    ("NEXT_QUARTER", "2027-01-01", "2027-04-01"),
    ("LAST_N_QUARTERS:2", "2026-04-01", "2026-10-01"),
    ("NEXT_N_QUARTERS:2", "2027-01-01", "2027-07-01"),
    ("N_QUARTERS_AGO:2", "2026-04-01", "2026-07-01"),
    ("LAST_YEAR", "2025-01-01", "2026-01-01"),
    ("THIS_YEAR", "2026-01-01", "2027-01-01"),
    ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
    ("LAST_N_YEARS:2", "2024-01-01", "2026-01-01"),
    ("NEXT_N_YEARS:2", "2027-01-01", "2029-01-01"),
    ("N_YEARS_AGO:1", "2025-01-01", "2026-01-01"),
    ("THIS_FISCAL_QUARTER", "2026-10-01", "2027-01-01"),
    ("LAST_FISCAL_YEAR", "2025-04-01", "2026-04-01"),
    ("THIS_FISCAL_YEAR", "2026-04-01", "2027-04-01"),
    ("NEXT_FISCAL_YEAR", "2027-04-01", "2028-04-01"),
    ("LAST_N_FISCAL_QUARTERS:3", "2026-01-01", "2026-10-01"),
    ("N_FISCAL_QUARTERS_AGO:3", "2026-01-01", "2026-04-01"),
    ("LAST_N_FISCAL_YEARS:1", "2025-04-01", "2026-04-01"),
    ("NEXT_N_FISCAL_YEARS:2", "2027-04-01", "2029-04-01"),
    ("N_FISCAL_YEARS_AGO:1", "2025-04-01", "2026-04-01"),
]


@pytest.mark.parametrize(("text", "first", "after"), SPANS)
def test_date_literals_cover_days(text: str, first: str, after: str) -> None:
    """The fiscal year begins in April here."""
    view = QueryContext(user_id="", now=NOON, fiscal_start=4)
    span = dates.span(relative_literal(text, 0), view)
    assert [day.isoformat() for day in span] == [first, after]


@pytest.mark.parametrize("text", [text for text, _, _ in SPANS])
def test_each_literal_runs(ask: Asker, text: str) -> None:
    for operator in ("=", "!=", "<", "<=", ">", ">="):
        ask(f"SELECT Id FROM Opportunity WHERE CloseDate {operator} {text}")
        ask(f"SELECT Id FROM Opportunity WHERE CreatedDate {operator} {text.lower()}")


@given(MOMENTS, st.sampled_from(SPANS))
def test_next_begins_where_this_ends_and_this_where_last_ends(
    now: datetime, row: tuple[str, str, str]
) -> None:
    """Law: LAST_, THIS_ and NEXT_ of a unit follow each other, and today is in THIS_."""
    unit = row[0].partition("_")[2]
    if ":" in row[0] or not unit or unit == "90_DAYS":
        return
    view = QueryContext(user_id="", now=now, fiscal_start=9, week_start=MONDAY)
    last, this, following = (
        dates.span(relative_literal(f"{name}_{unit}", 0), view) for name in ("LAST", "THIS", "NEXT")
    )
    assert last[1] == this[0] <= now.date() < this[1] == following[0]


@given(
    MOMENTS,
    st.sampled_from(["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"]),
    st.integers(1, 50),
)
def test_the_last_n_are_the_single_ones_together(now: datetime, unit: str, count: int) -> None:
    """Law: LAST_N of a unit is 1 ago to n ago; of days, today besides."""
    view = QueryContext(user_id="", now=now, fiscal_start=2)
    last = dates.span(relative_literal(f"LAST_N_{unit}S:{count}", 0), view)
    oldest = dates.span(relative_literal(f"N_{unit}S_AGO:{count}", 0), view)
    newest = dates.span(relative_literal(f"N_{unit}S_AGO:{0 if unit == 'DAY' else 1}", 0), view)
    assert last == (oldest[0], newest[1])


def test_weeks_begin_when_the_locale_says() -> None:
    assert [week_start(name) for name in ("en_US", "de_DE", "ar_EG", "en", "pt-BR")] == [
        SUNDAY,
        MONDAY,
        SATURDAY,
        MONDAY,
        SUNDAY,
    ]


def test_days_out_of_the_calendar_are_refused(ask: Asker) -> None:
    for text in ("LAST_N_DAYS:999999999", "NEXT_N_YEARS:2000", "LAST_N_YEARS:400"):
        error = ask.refused(f"SELECT Id FROM Account WHERE CreatedDate = {text}")
        assert error.code == "NUMBER_OUTSIDE_VALID_RANGE"


def test_today_is_the_users_today(org: Org, clock: Clock, ask: Asker) -> None:
    """Seven in the morning in London is still yesterday in Los Angeles."""
    clock.set(datetime(2026, 7, 2, 6, 59, tzinfo=UTC))
    ask.create("Account", Name="late on the first")
    clock.set(datetime(2026, 7, 2, 7, 0, tzinfo=UTC))
    ask.create("Account", Name="early on the second")
    by_zone = {}
    for zone in ("America/Los_Angeles", "Europe/London", "UTC"):
        org.db.execute('UPDATE "User" SET "TimeZoneSidKey" = ?', (zone,))
        by_zone[zone] = ask.column("SELECT Name FROM Account WHERE CreatedDate = TODAY")
    both = ["late on the first", "early on the second"]
    assert by_zone == {
        "America/Los_Angeles": ["early on the second"],
        "Europe/London": both,
        "UTC": both,
    }


def test_a_day_of_the_clocks_change_has_25_hours() -> None:
    zone = ZoneInfo("America/New_York")
    view = QueryContext(user_id="", now=datetime(2026, 11, 1, 12, tzinfo=UTC), zone=zone)
    day = date(2026, 11, 1)
    first, after = dates.bounds((day, day + timedelta(1)), view)
    assert (first, after) == ("2026-11-01T04:00:00.000+0000", "2026-11-02T05:00:00.000+0000")


def test_an_unknown_time_zone_is_an_error(org: Org, ask: Asker) -> None:
    org.db.execute('UPDATE "User" SET "TimeZoneSidKey" = ?', ("Mars/Olympus",))
    assert "time zone 'Mars/Olympus'" in reason(ask.refused("SELECT Id FROM Account"))


PARTS = [
    ("CALENDAR_YEAR(CloseDate)", 2026),
    ("CALENDAR_QUARTER(CloseDate)", 1),
    ("CALENDAR_MONTH(CloseDate)", 2),
    ("DAY_IN_MONTH(CloseDate)", 15),
    ("DAY_IN_WEEK(CloseDate)", 1),
    ("DAY_IN_YEAR(CloseDate)", 46),
    ("WEEK_IN_MONTH(CloseDate)", 3),
    ("WEEK_IN_YEAR(CloseDate)", 7),
    ("FISCAL_YEAR(CloseDate)", 2026),
    ("FISCAL_QUARTER(CloseDate)", 4),
    ("FISCAL_MONTH(CloseDate)", 11),
    ("HOUR_IN_DAY(CreatedDate)", 3),
    ("HOUR_IN_DAY(convertTimezone(CreatedDate))", 19),
    ("DAY_ONLY(CreatedDate)", "2026-03-01"),
    ("DAY_ONLY(convertTimezone(CreatedDate))", "2026-02-28"),
    ("CALENDAR_MONTH(convertTimezone(CreatedDate))", 2),
]


@pytest.fixture
def closing(org: Org, clock: Clock, ask: Asker) -> Asker:
    """One opportunity that closes on Sunday, 15 February 2026; fiscal years begin in April."""
    org.db.execute('UPDATE "Organization" SET "FiscalYearStartMonth" = 4')
    clock.set(datetime(2026, 3, 1, 3, 30, tzinfo=UTC))
    ask.create("Opportunity", Name="Big", StageName="Prospecting", CloseDate="2026-02-15")
    return ask


@pytest.mark.parametrize(("function", "value"), PARTS)
def test_date_functions(closing: Asker, function: str, value: object) -> None:
    statement = f"SELECT {function} part, COUNT(Id) FROM Opportunity GROUP BY {function}"
    assert closing.column(statement) == [value]
    displayed = f"'{value}'" if "-" in str(value) else value
    literal = str(value) if "-" in str(value) else displayed
    where = f"SELECT Name FROM Opportunity WHERE {function} = {literal}"
    assert closing.column(where) == ["Big"]


def test_a_date_function_makes_the_query_one_of_groups(closing: Asker) -> None:
    error = closing.refused("SELECT CALENDAR_YEAR(CloseDate) FROM Opportunity ORDER BY CloseDate")
    assert reason(error) == "Ordered field must be grouped or aggregated: CloseDate"


def test_a_date_function_is_not_compared_with_a_date_literal(closing: Asker) -> None:
    error = closing.refused("SELECT Id FROM Opportunity WHERE DAY_ONLY(CreatedDate) = TODAY")
    assert "can not be compared with the date literal TODAY" in reason(error)


def test_date_functions_are_of_dates(closing: Asker) -> None:
    for function in ("CALENDAR_YEAR(Name)", "HOUR_IN_DAY(CloseDate)"):
        error = closing.refused(f"SELECT COUNT(Id) FROM Opportunity GROUP BY {function}")
        assert (error.code, "does not support" in reason(error)) == ("INVALID_FIELD", True)
