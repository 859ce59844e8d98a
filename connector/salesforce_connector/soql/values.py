"""Input types for the values of a query; types that JSON lacks have a form of their own."""

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)


class _Typed(BaseModel):
    """A value whose type JSON cannot express."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class DateValue(_Typed):
    """A date, written without quotes."""

    model_config = ConfigDict(title="Date")

    date: Annotated[date, Field(title="Date", description="As in 2026-01-31.")]


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("Add a UTC offset, such as Z or +01:00")
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
"""A parameter; an invalid one is reported in one sentence."""

Parameters: TypeAlias = dict[str, Value]
