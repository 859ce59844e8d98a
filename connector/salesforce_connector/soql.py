"""SOQL text: names that may stand in it, and values bound into it so that none can break out.

It writes queries; it does not run them.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from salesforce_connector.dynamic_options import dynamic_options
from salesforce_connector.errors import Rejected

LONGEST: Final = 100_000  # characters, SOQL limits
LONGEST_STRING: Final = 4_000  # characters of one literal in WHERE, SOQL limits


def _strip(value: Any) -> Any:
    """Take a name with white space around it."""
    return value.strip() if isinstance(value, str) else value


SObjectName = Annotated[
    str,
    Field(
        title="Object",
        description="API name of the object; a custom one ends in __c.",
        pattern=r"^[A-Za-z]\w*$",
        max_length=255,
        examples=["Account", "Invoice__c"],
        json_schema_extra=dynamic_options("objects"),
    ),
    BeforeValidator(_strip),  # last, so that the schema keeps the form
]

FieldName = Annotated[
    str,
    Field(
        title="Field",
        description="API name of the field; a custom one ends in __c.",
        pattern=r"^[A-Za-z]\w*$",
        examples=["Name", "External_Id__c"],
        json_schema_extra=dynamic_options("fields", "sobject"),
    ),
    BeforeValidator(_strip),
]

FieldPath = Annotated[
    str,
    Field(
        title="Field",
        description="API name of a field, or of a parent's, at most five levels up.",
        pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}$",
        examples=["Name", "Account.Owner.Name"],
        json_schema_extra=dynamic_options("fields", "sobject"),
    ),
    BeforeValidator(_strip),
]

NamedFieldPath = Annotated[
    str,
    Field(
        title="Field",
        description="API name of a field, or of a parent's, at most five levels up.",
        pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*){0,5}$",
        examples=["Name", "Owner.Name"],
    ),
]
"""As `FieldPath`, where the form has no input that names the object."""

_SUFFIX: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"  # each character tells the case of five


_IN_ADDRESS: Final = re.compile(  # .../lightning/r/Account/<id>/view, .../<id>, .../r/<id>
    r"https?://[^/\s]+/(?:lightning/r/(?:\w+/)?|one/one\.app#/sObject/)?"
    r"([a-zA-Z0-9]{18}|[a-zA-Z0-9]{15})(?:[/?#]\S*)?$",
    re.ASCII,
)


def repair_id(value: Any) -> Any:
    """Take an id as people paste it: padded, in a page's address, or in lower case.

    The last three of 18 characters tell the case of the others.
    """
    if not isinstance(value, str):
        return value
    text = value.strip().strip("'\"").rstrip(".,;").strip()
    if match := _IN_ADDRESS.match(text):
        text = match[1]
    if len(text) != 18 or not text.isalnum() or not text.isascii():
        return text
    suffix = text[15:].upper()
    if text != text.lower() or not all(character in _SUFFIX for character in suffix):
        return text
    cased = "".join(
        character.upper() if _SUFFIX.index(suffix[at // 5]) >> at % 5 & 1 else character.lower()
        for at, character in enumerate(text[:15])
    )
    return cased + suffix


RecordId = Annotated[
    str,
    Field(
        title="Record id",
        description="15 or 18 characters.",
        pattern=r"^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$",
        examples=["001D000000IqhSLIAZ"],
    ),
    BeforeValidator(repair_id),  # last, so that the schema keeps the form
]


class _Typed(BaseModel):
    """A value whose type JSON cannot tell."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class DateValue(_Typed):
    """A date, written without quotes."""

    model_config = ConfigDict(title="Date")

    date: Annotated[date, Field(title="Date", description="As in 2026-01-31.")]


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("Give an offset, such as Z or +01:00")
    return value


class DatetimeValue(_Typed):
    """A point in time with its offset, written without quotes."""

    model_config = ConfigDict(title="Date and time")

    datetime: Annotated[
        datetime,
        AfterValidator(_aware),
        Field(title="Date and time", description="As in 2026-01-31T09:00:00+01:00."),
    ]


class DateLiteral(_Typed):
    """One of SOQL's own periods, such as LAST_N_DAYS:7."""

    model_config = ConfigDict(title="Relative date")

    date_literal: str = Field(
        title="Relative date",
        description="As in TODAY, LAST_MONTH, LAST_N_DAYS:7.",
        examples=["TODAY", "THIS_MONTH", "LAST_N_DAYS:7"],
        pattern=r"^(YESTERDAY|TODAY|TOMORROW"
        r"|(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)"
        r"|(LAST|NEXT)_90_DAYS"
        r"|(LAST_N|NEXT_N)_(DAYS|WEEKS|MONTHS|QUARTERS|YEARS|FISCAL_QUARTERS|FISCAL_YEARS):\d{1,4}"
        r"|N_(DAYS|WEEKS|MONTHS|QUARTERS|YEARS|FISCAL_QUARTERS|FISCAL_YEARS)_AGO:\d{1,4})$",
    )


class Pattern(_Typed):
    """A text for LIKE in which % and _ mean themselves."""

    model_config = ConfigDict(title="Text pattern")

    starts_with: str | None = Field(
        default=None, title="Starts with", description="What the text begins with."
    )
    contains: str | None = Field(
        default=None, title="Contains", description="What the text contains."
    )
    ends_with: str | None = Field(
        default=None, title="Ends with", description="What the text ends with."
    )


Scalar: TypeAlias = (
    str | int | float | bool | DateValue | DatetimeValue | DateLiteral | Pattern | None
)
Parameter: TypeAlias = Scalar | list[Scalar]


def _reduce_to_sentence(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    # Each of the forms above would complain for itself.
    try:
        return read(value)
    except ValidationError:
        raise ValueError(
            "is none of: text, number, true, false, null; {'date': ...}, {'datetime': ...} with an "
            "offset, {'date_literal': ...}; {'starts_with': ...}, {'contains': ...}, "
            "{'ends_with': ...}; a list of these"
        ) from None


Value = Annotated[Parameter, WrapValidator(_reduce_to_sentence)]
"""A parameter whose misfit is told in one sentence."""

Parameters: TypeAlias = dict[str, Value]

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
            "A text holds the character NUL, or half of a character.",
            code="INVALID_TEXT",
            remedy="Remove it; no field of Salesforce's stores it.",
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
                    f"The text that begins at character {match.start() + 1} of the query does not "
                    "end.",
                    "Close it with a single quote; write one inside it as \\'.",
                )
            return match[0]
        if name not in parameters:
            raise _reject(
                f"The query has a place :{name}, but there is no such parameter.",
                f"Add {name!r} to the parameters.",
            )
        used.add(name)
        return literal(parameters[name])

    # What copying adds around a query; Salesforce takes no semicolon at its end.
    query = _TOKENS.sub(replace, template.strip("\ufeff\u200b \t\r\n").rstrip("; \t\r\n"))
    if unused := sorted(parameters.keys() - used):
        raise _reject(
            f"No place in the query is marked :{unused[0]}.",
            "Mark it outside of quotes, as in WHERE Name = :name, or drop the parameter.",
        )
    if len(query) > LONGEST:
        raise _reject(
            f"The query has {len(query):,} characters; Salesforce takes {LONGEST:,}.",
            "Ask in several queries.",
        )
    return query


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        raise _reject("A parameter is not a number that can be compared.", "Give a finite one.")
    return format(Decimal(repr(value)), "f")  # all digits, and no exponent


def _list(values: list[Any]) -> str:
    if not values:
        raise _reject(
            "A list for IN is empty, and SOQL has no empty list.",
            "Skip the query when there is nothing to look for.",
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
