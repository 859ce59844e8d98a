"""The functions of SOQL: their names, their kinds, and what arguments each takes.

They are compiled in `aggregates.py`, `dates.py`, `operands.py` and `conditions.py`.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_date_functions.htm
"""

from collections.abc import Callable, Sequence
from typing import Final

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.syntax import Argument, Call, FieldsOf, Geolocation, Path

AGGREGATES: Final = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
DATE_PARTS: Final = frozenset(
    {"CALENDAR_MONTH", "CALENDAR_QUARTER", "CALENDAR_YEAR", "DAY_IN_MONTH", "DAY_IN_WEEK"}
    | {"DAY_IN_YEAR", "DAY_ONLY", "FISCAL_MONTH", "FISCAL_QUARTER", "FISCAL_YEAR", "HOUR_IN_DAY"}
    | {"WEEK_IN_MONTH", "WEEK_IN_YEAR"}
)
FIELD_GROUPS: Final = frozenset({"ALL", "STANDARD", "CUSTOM"})

_Check = Callable[[Sequence[Argument]], bool]


def _one_path(args: Sequence[Argument]) -> bool:
    return len(args) == 1 and isinstance(args[0], Path)


def _nothing_or_one_path(args: Sequence[Argument]) -> bool:
    return not args or _one_path(args)


def _path_or_time_zone(args: Sequence[Argument]) -> bool:
    return _one_path(args) or _one_call_of(args, frozenset({"CONVERTTIMEZONE"}))


def _path_or_value(args: Sequence[Argument]) -> bool:
    if _one_call_of(args, frozenset({"CONVERTCURRENCY"})):
        converted = args[0]
        return isinstance(converted, Call) and _one_path(converted.args)
    return _one_path(args) or _one_call_of(args, AGGREGATES)


def _path_or_total(args: Sequence[Argument]) -> bool:
    return _one_path(args) or _one_call_of(args, AGGREGATES - {"COUNT", "COUNT_DISTINCT"})


def _one_call_of(args: Sequence[Argument], names: frozenset[str]) -> bool:
    return len(args) == 1 and isinstance(args[0], Call) and args[0].function in names


def _path_point_unit(args: Sequence[Argument]) -> bool:
    return (
        len(args) == 3
        and isinstance(args[0], Path)
        and isinstance(args[1], Geolocation)
        and isinstance(args[2], str)
        and args[2].lower() in {"km", "mi"}
    )


_SIGNATURES: Final[dict[str, _Check]] = {
    "COUNT": _nothing_or_one_path,
    **dict.fromkeys(AGGREGATES - {"COUNT"}, _one_path),
    **dict.fromkeys(DATE_PARTS, _path_or_time_zone),
    "GROUPING": _path_or_time_zone,
    "CONVERTTIMEZONE": _one_path,
    "TOLABEL": _one_path,
    "FORMAT": _path_or_value,
    "CONVERTCURRENCY": _path_or_total,
    "DISTANCE": _path_point_unit,
}


def checked_call(
    name: str, args: Sequence[Argument | float], at: int
) -> Call | Geolocation | FieldsOf:
    """Return the node of a call after checking its arguments.

    Raises:
        SoqlError: There is no such function, or it takes other arguments.
    """
    function = name.upper()
    if function == "GEOLOCATION" and len(args) == 2:
        latitude, longitude = args
        if isinstance(latitude, float) and isinstance(longitude, float):
            return Geolocation(latitude, longitude, at)
    if function == "FIELDS" and len(args) == 1 and isinstance(args[0], Path):
        group = str(args[0]).upper()
        if group in FIELD_GROUPS:
            return FieldsOf(group, at)
    operands = [arg for arg in args if not isinstance(arg, float)]
    check = _SIGNATURES.get(function)
    if check is None and not _parses_date_part(function):
        raise errors.unexpected_token("(", at + len(name))
    if check is None or len(operands) != len(args) or not check(operands):
        raise errors.malformed(f"{name} does not take these arguments", at)
    return Call(function, tuple(operands), f"{name}({', '.join(map(str, operands))})", at)


def _parses_date_part(function: str) -> bool:
    return function in {"GEOLOCATION", "FIELDS"}
