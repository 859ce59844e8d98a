"""Compares texts without regard to case, unless the field minds it; LIKE and its patterns.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
"""

# SQL is built from the schema's names; values of a statement are bound as parameters.
# ruff: noqa: S608

import json
from collections.abc import Sequence

from salesforce_emulator.soql.literals import like_pattern, string_value
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.sql_functions import fold
from salesforce_emulator.soql.syntax import Literal


def compare_text(left: Operand, operator: str, value: Literal) -> Sql:
    """Compile `left operator value` for one of = < <= > >= LIKE."""
    if operator == "LIKE":
        return _like(left, like_pattern(value))
    text = string_value(value)
    if operator == "=":
        side, folded = _equal_side(left, [text])
        return Sql(f"{side} = ?", (*left.sql.params, *folded))
    if left.field.case_sensitive:
        return Sql(f"{left.sql.text} {operator} ?", (*left.sql.params, text))
    return Sql(f"soql_fold({left.sql.text}) {operator} ?", (*left.sql.params, fold(text)))


def is_one_of(left: Operand, texts: Sequence[str]) -> Sql:
    """Compile `left IN (texts)`, as one value however many there are."""
    side, folded = _equal_side(left, texts)
    return among(Sql(side, left.sql.params), folded)


def among(left: Sql, values: Sequence[object]) -> Sql:
    """Compile `left IN (values)` for values that JSON holds."""
    text = f"{left.text} IN (SELECT value FROM json_each(?))"
    return Sql(text, (*left.params, json.dumps(values)))


def _equal_side(left: Operand, texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return an equality's left side, so that an index serves it, and the texts to match it."""
    field, sql = left.field, left.sql.text
    if field.case_sensitive or field.type in {"id", "reference"}:
        return sql, list(texts)
    if field.type == "string" and (field.external_id or field.unique):
        return f"{sql} COLLATE SALESFORCE", list(texts)  # as storage.py indexes it
    if all(text.isascii() for text in texts):
        return f"{sql} COLLATE NOCASE", list(texts)
    return f"soql_fold({sql})", [text.lower() for text in texts]


def _like(left: Operand, pattern: str) -> Sql:
    if left.field.case_sensitive:
        return Sql(f"{left.sql.text} GLOB ?", (*left.sql.params, _glob(pattern)))
    if pattern.isascii():  # SQLite's LIKE minds the case of other letters
        return Sql(f"{left.sql.text} LIKE ? ESCAPE '\\'", (*left.sql.params, pattern))
    text = f"soql_fold({left.sql.text}) LIKE ? ESCAPE '\\'"
    return Sql(text, (*left.sql.params, pattern.lower()))


def _glob(pattern: str) -> str:
    """Convert a LIKE pattern to GLOB, which is case-sensitive."""
    out, chars = [], iter(pattern)
    for char in chars:
        literal = next(chars) if char == "\\" else ""
        out.append({"%": "*", "_": "?"}.get(char) or _glob_char(literal or char))
    return "".join(out)


def _glob_char(char: str) -> str:
    return f"[{char}]" if char in "*?[" else char
