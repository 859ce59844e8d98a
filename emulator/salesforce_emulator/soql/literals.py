"""Values as statements write them: strings with escapes, numbers, dates, currencies.

What fits which field is in `operands.py`; what TODAY means is in `dates.py`.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
"""

import re
from datetime import UTC, date, datetime
from typing import Final

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.syntax import Literal

MAX_STRING: Final = 4_000  # characters of one string in WHERE, SOQL and SOSL limits
_MAX_DIGITS: Final = 100  # ours: no field holds more than 18
FIRST_YEAR, LAST_YEAR = 1700, 4000  # of the dates that Salesforce stores

_ESCAPE: Final = re.compile(r"\\(?:[uU][0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED: Final[dict[str, str]] = {
    **dict(zip("nrtbf", "\n\r\t\b\f", strict=True)),
    **dict(zip("NRTBF", "\n\r\t\b\f", strict=True)),
    **dict(zip("\"'\\", "\"'\\", strict=True)),
}
_WILDCARDS: Final = frozenset("%_")


def string_literal(token: str, at: int, *, pattern: bool) -> Literal:
    """Check a string's escapes; `\\%` and `\\_` are escapes in a pattern alone."""
    inner = token[1:-1]
    if len(inner) > MAX_STRING:
        raise errors.malformed(f"A string literal is longer than {MAX_STRING:,} characters", at)
    for match in _ESCAPE.finditer(inner):
        sequence = match[0]
        is_escape = sequence[1] in _ESCAPED or len(sequence) > 2
        if not (is_escape or (pattern and sequence[1] in _WILDCARDS)):
            raise errors.illegal_escape(inner, sequence, at)
    literal = Literal("string", inner, at, token)
    try:
        like_pattern(literal)
    except UnicodeDecodeError:  # half of a pair alone
        raise errors.malformed("Invalid unicode escape in string literal", at) from None
    return literal


def string_value(literal: Literal) -> str:
    """Return the characters of a string literal."""
    return _pair(_ESCAPE.sub(_unescape, str(literal.value)))


def like_pattern(literal: Literal) -> str:
    """Return the pattern in SQL's terms, with a backslash before a literal %, _ or backslash."""
    return _pair(_ESCAPE.sub(_pattern_part, str(literal.value)))


def _pair(text: str) -> str:
    """Join the surrogate pair `\\uD83D\\uDE00` to one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


def _unescape(match: re.Match[str]) -> str:
    sequence = match[0]
    if len(sequence) > 2:
        return chr(int(sequence[-4:], base=16))
    return _ESCAPED.get(sequence[1], sequence)


def _pattern_part(match: re.Match[str]) -> str:
    if match[0][1] in _WILDCARDS:
        return match[0]
    char = _unescape(match)
    return f"\\{char}" if char in _WILDCARDS or char == "\\" else char


def number_literal(token: str, at: int) -> Literal:
    if len(token) > _MAX_DIGITS:
        raise errors.outside_range(f"value outside of valid range: {token[:30]}...", at)
    return Literal("number", _number(token), at, token)


def _number(token: str) -> float:
    """Return an int where it is one and SQLite can hold it, else a float."""
    if "." in token or abs(int(token)) >= 2**63:
        return float(token)
    return int(token)


def currency_literal(token: str, at: int) -> Literal:
    if len(token) > _MAX_DIGITS:
        raise errors.outside_range(f"value outside of valid range: {token[:30]}...", at)
    return Literal("currency", _number(token[3:]), at, token, currency=token[:3].upper())


def date_literal(token: str, at: int) -> Literal:
    try:
        day = date.fromisoformat(token)
    except ValueError:
        raise errors.malformed(f"invalid date: {token}", at) from None
    _check_year(day.year, token, at)
    return Literal("date", token, at, token)


def datetime_literal(token: str, at: int) -> Literal:
    digits = token.upper()
    head, _, fraction = digits[:19], digits[:20], digits[19:]
    zone = re.search(r"Z|[+-]\d\d:?\d\d$", fraction)
    if zone is None:
        raise errors.malformed(f"invalid dateTime: {token}", at)
    millis = fraction[1 : zone.start()][:3].ljust(3, "0")
    try:
        timestamp = datetime.fromisoformat(f"{head}.{millis}{zone[0]}")
    except ValueError:
        raise errors.malformed(f"invalid dateTime: {token}", at) from None
    _check_year(timestamp.year, token, at)
    return Literal("datetime", datetime_text(timestamp.astimezone(UTC)), at, token)


def time_literal(token: str, at: int) -> Literal:
    hours, minutes, rest = token.upper().rstrip("Z").split(":")
    seconds, _, fraction = rest.partition(".")
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:
        raise errors.malformed(f"invalid time: {token}", at)
    millis = fraction[:3].ljust(3, "0")
    return Literal("time", f"{hours}:{minutes}:{seconds}.{millis}Z", at, token)


def relative_literal(token: str, at: int) -> Literal:
    """Read a date literal such as TODAY or LAST_N_DAYS:3."""
    name, _, count = (part.strip() for part in token.partition(":"))
    if len(count) > 9:
        raise errors.outside_range(f"value outside of valid range: {token}", at)
    return Literal("relative", name.upper(), at, token, count=int(count or 0))


def _check_year(year: int, token: str, at: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise errors.outside_range(f"value outside of valid range: {token}", at)
