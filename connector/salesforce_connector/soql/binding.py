"""SOQL text: values are bound into a query so that none can break out.

It writes queries; it does not run them.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from salesforce_connector.errors import Rejected
from salesforce_connector.soql.values import (
    DateLiteral,
    DatetimeValue,
    DateValue,
    Parameter,
    Pattern,
)

LONGEST: Final = 100_000  # characters, SOQL limits
LONGEST_STRING: Final = 4_000  # characters of one literal in WHERE, SOQL limits

# A string literal, or a placeholder outside of one. A date literal's colon is followed by a digit.
_TOKENS = re.compile(r"'(?:[^'\\]|\\.)*(?P<end>')?|:(?P<name>[A-Za-z_]\w*)", re.DOTALL)

_ESCAPES = str.maketrans(
    {
        "\\": r"\\",
        "'": r"\'",
        '"': r"\"",
        "\n": r"\n",
        "\r": r"\r",
        "\t": r"\t",
        "\b": r"\b",
        "\f": r"\f",
    }
)

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

_LIKE_ESCAPES = str.maketrans({"%": r"\%", "_": r"\_"})


def quote(text: str) -> str:
    """Write a text as a string literal.

    Raises:
        Rejected: It is longer than a literal may be, or holds what no field stores: a NUL, half of
            a surrogate pair.
    """
    if len(text) > LONGEST_STRING:
        raise Rejected(
            f"A text of {len(text)} characters is too long for a query.",
            code="STRING_TOO_LONG",
            remedy=f"Compare with at most {LONGEST_STRING:,} characters.",
        )
    if _UNSTORABLE.search(text):
        raise Rejected(
            "A text contains the character NUL, or half of a character.",
            code="INVALID_TEXT",
            remedy="Remove it; Salesforce cannot store it.",
        )
    return f"'{text.translate(_ESCAPES)}'"


def literal(value: Parameter) -> str:
    """Write a value as SOQL has it; a list in parentheses.

    Raises:
        Rejected: It has no such form: an empty list, a number that is none.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case str():
            return quote(value)
        case DateValue():
            return value.date.isoformat()
        case DatetimeValue():
            return value.datetime.isoformat(timespec="milliseconds")
        case DateLiteral():
            return value.date_literal
        case Pattern():
            return _like(value)
        case list():
            return _list(value)


def bind(template: str, parameters: Mapping[str, Parameter]) -> str:
    """Put values in the places that `:name` marks; inside string literals nothing is replaced.

    Raises:
        Rejected: A place without a value or a value without a place, a literal that does not end,
            an empty query or one that is too long.
    """
    if not template.strip():
        raise _reject("The query is empty.", "Write one, such as SELECT Id, Name FROM Account.")
    used: set[str] = set()

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            if not match["end"]:
                raise _reject(
                    f"The text literal at character {match.start() + 1} of the query does not end.",
                    "Close it with a single quote; write one inside it as \\'.",
                )
            return match[0]
        if name not in parameters:
            raise _reject(
                f"The query uses :{name}, but there is no such parameter.",
                f"Add {name!r} to the parameters.",
            )
        used.add(name)
        return literal(parameters[name])

    # Remove what copying adds around a query; Salesforce accepts no semicolon at its end.
    query = _TOKENS.sub(replace, template.strip("\ufeff\u200b \t\r\n").rstrip("; \t\r\n"))
    if unused := sorted(parameters.keys() - used):
        raise _reject(
            f"The query does not use the parameter :{unused[0]}.",
            "Use it outside of quotes, as in WHERE Name = :name, or remove the parameter.",
        )
    if len(query) > LONGEST:
        raise _reject(
            f"The query has {len(query):,} characters; Salesforce accepts {LONGEST:,}.",
            "Split it into several queries.",
        )
    return query


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise _reject("A parameter is infinite or not a number.", "Pass a finite number.")
    return format(Decimal(repr(value)), "f")  # all digits, and no exponent


def _list(values: list[Any]) -> str:
    if not values:
        raise _reject(
            "A list for IN is empty, which SOQL does not allow.",
            "Skip the query if there is nothing to search for.",
        )
    return f"({', '.join(map(literal, values))})"


def _like(pattern: Pattern) -> str:
    match pattern.starts_with, pattern.contains, pattern.ends_with:
        case str() as text, None, None:
            before, after = "", "%"
        case None, str() as text, None:
            before, after = "%", "%"
        case None, None, str() as text:
            before, after = "%", ""
        case _:
            raise _reject(
                "A pattern needs one of starts_with, contains, ends_with.", "Give just one."
            )
    # Escaped for LIKE after it is escaped as a string: the backslash of \% must stay single.
    inner = quote(text)[1:-1].translate(_LIKE_ESCAPES)
    return f"'{before}{inner}{after}'"


def _reject(message: str, remedy: str) -> Rejected:
    return Rejected(message, code="INVALID_QUERY", remedy=remedy, fields=("soql",))
