"""Evaluates conditions on dictionaries, to compare with the SQL of the local org.

It shares nothing with the emulator: conditions are tuples made by the strategies below, which also
write them as SOQL.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from hypothesis import strategies as st

Row: TypeAlias = Mapping[str, Any]
Condition: TypeAlias = tuple[Any, ...]

TEXTS = ("", "a", "A", "ab", "b%", "B_", "é", "É", "it's", "\\", "z z", "null")
NUMBERS = (-1, 0, 1, 2, 10)
FIELDS = {
    "Name": "text",
    "Phone": "text",
    "Parent.Name": "text",
    "NumberOfEmployees": "number",
    "Parent.NumberOfEmployees": "number",
    "IsDeleted": "flag",
    "Parent.IsDeleted": "flag",
}


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _comparison(field: str) -> st.SearchStrategy[Condition]:
    kind = FIELDS[field]
    if kind == "flag":
        return st.tuples(
            st.just("compare"), st.just(field), st.sampled_from(["=", "!="]), st.booleans()
        )
    values = st.sampled_from(TEXTS if kind == "text" else NUMBERS)
    signs = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    plain = st.tuples(st.just("compare"), st.just(field), signs, values).filter(
        lambda item: item[3] != "" or item[2] in {"=", "!="}
    )
    null = st.tuples(st.just("compare"), st.just(field), st.sampled_from(["=", "!="]), st.none())
    entries = st.tuples(
        st.sampled_from(["in", "not in"]),
        st.just(field),
        st.lists(values | st.none(), min_size=1, max_size=4).map(tuple),
    )
    if kind == "number":
        return plain | null | entries
    patterns = st.sampled_from(["a", "B", "%", "_", "é", r"\%", r"\_"])
    like = st.tuples(st.just("like"), st.just(field), st.lists(patterns, max_size=4).map("".join))
    return plain | null | entries | like


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.sampled_from(sorted(FIELDS)).flatmap(_comparison),
    lambda inner: (
        st.tuples(st.just("not"), inner)
        | st.tuples(
            st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4).map(tuple)
        )
    ),
    max_leaves=8,
)


def written(condition: Condition) -> str:
    """Write a condition as SOQL."""
    match condition:
        case ("not", part):
            return f"(NOT {written(part)})"
        case ("and" | "or" as operator, parts):
            return f"({f' {operator.upper()} '.join(written(part) for part in parts)})"
        case ("like", field, pattern):
            return f"{field} LIKE '{pattern}'"
        case ("in" | "not in" as operator, field, values):
            return f"{field} {operator.upper()} ({', '.join(map(literal, values))})"
        case (_, field, sign, value):
            return f"{field} {sign} {literal(value)}"
    raise AssertionError(condition)


def literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def holds(condition: Condition, row: Row) -> bool:
    """Return whether a condition is true of a row; it is, or it is not."""
    match condition:
        case ("not", part):
            return not holds(part, row)
        case ("and", parts):
            return all(holds(part, row) for part in parts)
        case ("or", parts):
            return any(holds(part, row) for part in parts)
        case ("like", field, pattern):
            return row[field] is not None and _like(row[field], pattern)
        case ("in", field, values):
            return any(_equal(row[field], value) for value in values)
        case ("not in", field, values):
            return not any(_equal(row[field], value) for value in values)
        case (_, field, "=", value):
            return _equal(row[field], value)
        case (_, field, "!=", value):
            return not _equal(row[field], value)
        case (_, field, sign, value):
            return row[field] is not None and _ordered(_folded(row[field]), sign, _folded(value))
    raise AssertionError(condition)


def _equal(stored: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return bool(stored) == value
    if value is None or value == "":
        return stored is None
    return stored is not None and bool(_folded(stored) == _folded(value))


def _ordered(stored: Any, sign: str, value: Any) -> bool:
    below, above = stored < value, stored > value
    return bool({"<": below, "<=": not above, ">": above, ">=": not below}[sign])


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _like(stored: str, pattern: str) -> bool:
    tokens = re.findall(r"\\.|.", pattern)
    parts = [{"%": ".*", "_": "."}.get(token) or re.escape(token[-1]) for token in tokens]
    return re.fullmatch("".join(parts), stored, re.IGNORECASE | re.DOTALL) is not None
