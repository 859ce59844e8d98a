"""Column types that check values: SQLite accepts a value of any type in any column."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

from connector_host.errors import StoreDamaged


class MaybeWholeNumber(TypeDecorator[int]):
    """A whole number or null."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002 - the same in all
    ) -> int | None:
        match value:
            case None | int():
                return value
            case Decimal() if value == value.to_integral_value():  # the type of sums in PostgreSQL
                return int(value)
            case _:
                raise _damaged()


class WholeNumber(MaybeWholeNumber):
    """A whole number."""

    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        number = super().process_result_value(value, dialect)
        if number is None:
            raise _damaged()
        return number


def _damaged() -> StoreDamaged:
    return StoreDamaged(
        "A column of numbers in the store contains another value.",
        "Restore the store from a backup.",
    )
