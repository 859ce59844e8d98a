"""A piece of SQL with the values of its question marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

_WIDTH: Final = 400  # SQLite takes expressions 1,000 deep, and a chain of n is n deep


@dataclass(frozen=True, slots=True)
class Sql:
    text: str
    params: tuple[Any, ...] = ()


def joined(operator: str, parts: Sequence[Sql]) -> Sql:
    """Join conditions by AND or OR; long chains in pieces, so that none is too deep for SQLite."""
    while len(parts) > _WIDTH:
        parts = [
            joined(operator, parts[start : start + _WIDTH])
            for start in range(0, len(parts), _WIDTH)
        ]
    if len(parts) == 1:
        return parts[0]
    params = [param for part in parts for param in part.params]
    return Sql(f"({f' {operator} '.join(part.text for part in parts)})", tuple(params))


def negated(part: Sql) -> Sql:
    """Return what holds where `part` does not: where it is unknown, too."""
    return Sql(f"NOT ifnull({part.text}, 0)", part.params)
