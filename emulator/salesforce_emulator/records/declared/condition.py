"""A simple condition on a record that is saved, for rules that need no code."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from salesforce_emulator.records.save_context import SaveContext

Operator = Literal["=", "!=", "<", "<=", ">", ">="]

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one field with a value.

    Attributes:
        field: API name, spelled as the sobject does.
        value: As it is stored: text, a number, 0 or 1, `2026-01-31`; None is an empty field, which
            is less or greater than nothing. Text is compared without regard to case.
    """

    field: str
    operator: Operator
    value: str | float | None

    def __call__(self, save: SaveContext) -> bool:
        """Return whether it is true of the record as it will be."""
        actual, value = _fold(save.row.get(self.field)), _fold(self.value)
        if self.operator not in {"=", "!="} and (actual is None or value is None):
            return False
        return _OPERATORS[self.operator](actual, value)


def _fold(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
