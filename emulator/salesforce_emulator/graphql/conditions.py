"""Writes `where` and `orderBy` as SOQL.

https://developer.salesforce.com/docs/platform/graphql/guide/filter-fields.html
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from salesforce_emulator.graphql.errors import invalid, not_offered
from salesforce_emulator.schema import Field, Schema, SObject

_COMPARED: Final = {
    "eq": "=", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "like": "LIKE",
}  # fmt: skip
_LISTED: Final = {"in": "IN", "nin": "NOT IN"}
_CHOSEN: Final = {"includes": "INCLUDES", "excludes": "EXCLUDES"}
_SEMI_JOINS: Final = frozenset({"inq", "ninq"})
_MOMENTS: Final = frozenset({"date", "datetime", "time"})
_NUMBERS: Final = frozenset({"int", "long", "double", "currency", "percent"})
_MOMENT: Final = re.compile(r"[0-9][0-9T:.Z+-]*", re.ASCII)
_WORD: Final = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_ESCAPES: Final = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Conditions:
    """Writes what one connection requests; names are held to the schema."""

    def __init__(self, schema: Schema, path: tuple[str, ...]) -> None:
        self._schema = schema
        self._path = path

    def where(self, argument: Any, sobject: SObject, prefix: str = "") -> str:
        """Write a condition; empty when there is none.

        Raises:
            GraphQLRequestError: A name or an operator does not exist, or a value does not fit.
        """
        parts = []
        for name, value in _object(argument, self._path, "where").items():
            if name in {"and", "or"}:
                inner = [self.where(item, sobject, prefix) for item in _several(value, self._path)]
                parts.append(f" {name.upper()} ".join(f"({item})" for item in inner if item))
            elif name == "not":
                inner_not = self.where(value, sobject, prefix)
                parts.append(f"NOT ({inner_not})" if inner_not else "")
            else:
                parts.append(self._by_name(name, value, sobject, prefix))
        values = [part for part in parts if part]
        return values[0] if len(values) == 1 else " AND ".join(f"({item})" for item in values)

    def order(self, argument: Any, sobject: SObject, prefix: str = "") -> Iterator[str]:
        """Write each item of ORDER BY."""
        for item in argument if isinstance(argument, list) else [argument]:
            for name, value in _object(item, self._path, "orderBy").items():
                field = sobject.field(name)
                if field is not None and field.name == name:
                    yield f"{prefix}{name}{self._direction(value)}"
                    continue
                yield from self.order(value, self._above(name, sobject), f"{prefix}{name}.")

    def _direction(self, argument: Any) -> str:
        requested = _object(argument, self._path, "orderBy")
        order, nulls = requested.get("order"), requested.get("nulls")
        valid = order in (None, "ASC", "DESC") and nulls in (None, "FIRST", "LAST")
        if not valid or not requested.keys() <= {"order", "nulls"}:
            raise invalid("orderBy takes order: ASC or DESC, nulls: FIRST or LAST", self._path)
        return f"{f' {order}' if order else ''}{f' NULLS {nulls}' if nulls else ''}"

    def _by_name(self, name: str, value: Any, sobject: SObject, prefix: str) -> str:
        field = sobject.field(name)
        if field is None or field.name != name:
            return self.where(value, self._above(name, sobject), f"{prefix}{name}.")
        comparisons = [
            self._comparison(field, f"{prefix}{name}", operator, item)
            for operator, item in _object(value, self._path, name).items()
        ]
        return " AND ".join(comparisons)

    def _above(self, name: str, sobject: SObject) -> SObject:
        reference = sobject.relationship(name)
        if reference is None or reference.relationship_name != name:
            message = f"'{name}' is not a field of '{sobject.name}_Filter'"
            raise invalid(message, self._path)
        target = self._schema.get(reference.reference_to[0])
        if reference.polymorphic or len(reference.reference_to) != 1 or target is None:
            raise not_offered(f"conditions on {name}, which is of several types", self._path)
        return target

    def _comparison(self, field: Field, name: str, operator: str, value: Any) -> str:
        if operator in _SEMI_JOINS:
            raise not_offered(f"the operator {operator}", self._path)
        if operator in _COMPARED:
            return f"{name} {_COMPARED[operator]} {self._literal(field, value)}"
        if operator in _LISTED or operator in _CHOSEN:
            literals = ", ".join(self._literal(field, item) for item in _several(value, self._path))
            sign = _LISTED.get(operator) or _CHOSEN[operator]
            return f"{name} {sign} ({literals})"
        raise invalid(f"'{operator}' is no operator for {field.name}", self._path)

    def _literal(self, field: Field, value: Any) -> str:
        if value is None:
            return "null"
        if field.type in _MOMENTS:
            return self._datetime(field, value)
        if field.type == "boolean":
            fits = isinstance(value, bool)
        elif field.type in _NUMBERS:
            fits = type(value) in {int, float} and isfinite(value)
        else:
            fits = isinstance(value, str)
        if not fits:
            raise invalid(f"a value for {field.name} is not of its type: {value!r}", self._path)
        if isinstance(value, str):
            return f"'{''.join(_ESCAPES.get(char, char) for char in value)}'"
        return str(value).upper() if isinstance(value, bool) else f"{Decimal(str(value)):f}"

    def _datetime(self, field: Field, value: Any) -> str:
        """Write a date or a time: `{value: ...}`, `{literal: TODAY}`, `{range: {...}}`."""
        values = {"value": value} if isinstance(value, str) else value
        match values:
            case {"value": str(text), **others} if not others and _MOMENT.fullmatch(text):
                return text
            case {"value": None, **others} if not others:
                return "null"
            case {"literal": str(word), **others} if not others and _WORD.fullmatch(word):
                return word
            case {"range": dict(span), **others} if not others and len(span) == 1:
                ((word, count),) = span.items()
                if _WORD.fullmatch(word.upper()) and type(count) is int and count >= 0:
                    return f"{word.upper()}:{count}"
        raise invalid(f"{value!r} is no value for {field.name}", self._path)


def _object(argument: Any, path: tuple[str, ...], name: str) -> dict[str, Any]:
    if argument is None:
        return {}
    if not isinstance(argument, dict):
        raise invalid(f"{name} must be an object", path)
    return argument


def _several(argument: Any, path: tuple[str, ...]) -> list[Any]:
    result = argument if isinstance(argument, list) else [argument]
    if not result:
        raise invalid("a list of conditions or values is empty", path)
    return result
