"""Functions of ours that the SQL calls, for what SQLite has not: folding, date parts, distance.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm
"""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Final
from unicodedata import combining, normalize

from salesforce_emulator.org.clock import datetime_value
from salesforce_emulator.soql.query_context import time_zone

_RADIUS: Final = {"km": 6371.0, "mi": 3958.8}  # of the Earth, mean


def prepare(db: sqlite3.Connection) -> None:
    """Make the functions known to a connection; does nothing when they are."""
    try:
        db.execute("SELECT soql_fold('')")
    except sqlite3.OperationalError:
        db.create_function("soql_fold", 1, fold, deterministic=True)
        db.create_function("soql_sort_key", 1, sort_key, deterministic=True)
        db.create_function("soql_day", 2, _local_day, deterministic=True)
        db.create_function("soql_hour", 2, _local_hour, deterministic=True)
        db.create_function("soql_date_part", 4, _date_part, deterministic=True)
        db.create_function("soql_distance", 5, _distance, deterministic=True)


def fold(text: str | None) -> str | None:
    """Return a text that is the same for texts that differ in case alone."""
    return text.lower() if isinstance(text, str) else text


def sort_key(text: str | None) -> str | None:
    """Return what a text sorts by: `É` as `e`, before it is looked at whether they differ."""
    if not isinstance(text, str) or text.isascii():
        return fold(text)
    return "".join(char for char in normalize("NFKD", text) if not combining(char)).lower()


def _local_day(value: str | None, zone: str) -> str | None:
    """Return the day, `2026-01-31`, of a date, or of a moment in a zone."""
    if value is None or len(value) == len("2026-01-31"):
        return value
    if not zone:
        return value[:10]
    return _local(value, zone).date().isoformat()


def _local_hour(value: str | None, zone: str) -> int | None:
    if value is None:
        return None
    return _local(value, zone).hour if zone else int(value[11:13])


def _local(value: str, zone: str) -> datetime:
    return datetime_value(value).astimezone(_zone(zone))


@lru_cache(maxsize=16)
def _zone(name: str) -> tzinfo:
    return time_zone(name)


def _date_part(name: str, day: str | None, fiscal_start: int, named_by_end: int) -> int | None:
    """Return a part of a day; `fiscal_start` is the month, `named_by_end` how a year is called."""
    if day is None:
        return None
    return _PARTS[name](date.fromisoformat(day), fiscal_start, bool(named_by_end))


def _fiscal_year(day: date, start: int, named_by_end: bool) -> int:
    started = day.year if day.month >= start else day.year - 1
    return started + 1 if named_by_end and start > 1 else started


_Part = Callable[[date, int, bool], int]
_PARTS: Final[dict[str, _Part]] = {
    "CALENDAR_MONTH": lambda day, _, __: day.month,
    "CALENDAR_QUARTER": lambda day, _, __: (day.month + 2) // 3,
    "CALENDAR_YEAR": lambda day, _, __: day.year,
    "DAY_IN_MONTH": lambda day, _, __: day.day,
    "DAY_IN_WEEK": lambda day, _, __: day.isoweekday() % 7 + 1,  # Sunday is 1
    "DAY_IN_YEAR": lambda day, _, __: day.timetuple().tm_yday,
    "FISCAL_MONTH": lambda day, start, _: (day.month - start) % 12 + 1,
    "FISCAL_QUARTER": lambda day, start, _: (day.month - start) % 12 // 3 + 1,
    "FISCAL_YEAR": _fiscal_year,
    "WEEK_IN_MONTH": lambda day, _, __: (day.day - 1) // 7 + 1,
    "WEEK_IN_YEAR": lambda day, _, __: (day.timetuple().tm_yday - 1) // 7 + 1,
}


def _distance(
    latitude: float | None,
    longitude: float | None,
    to_latitude: float,
    to_longitude: float,
    unit: str,
) -> float | None:
    """Return the way between two points over the ground (haversine)."""
    if latitude is None or longitude is None:
        return None
    north, to_north = radians(latitude), radians(to_latitude)
    half_up, half_across = (to_north - north) / 2, radians(to_longitude - longitude) / 2
    chord = sin(half_up) ** 2 + cos(north) * cos(to_north) * sin(half_across) ** 2
    return 2 * _RADIUS[unit] * asin(min(1.0, sqrt(chord)))
