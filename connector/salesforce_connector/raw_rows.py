"""Rows as Salesforce sent them: JSON is parsed once, and neither validated nor copied.

Pydantic makes a new dict of each row where it reads a model and where it writes one: of 100,000
rows that was most of what a query cost, in time and in memory.
"""

from functools import cache
from typing import Annotated, Any, Final

from pydantic import BaseModel, PlainValidator, WithJsonSchema


class _Verbatim:
    """Marks a field of a model whose value is JSON already."""


_MARK: Final = _Verbatim()


def _objects(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not set(map(type, value)) <= {dict}:
        raise ValueError("is not a list of objects")
    return value


Rows = Annotated[
    list[dict[str, Any]],
    PlainValidator(_objects),
    WithJsonSchema({"type": "array", "items": {"type": "object", "additionalProperties": True}}),
    _MARK,
]
"""Records by Salesforce's names; the same list, not a copy."""


def dump(output: BaseModel) -> dict[str, Any]:
    """Return a model as JSON, with its rows unchanged."""
    raw_names = _verbatim(type(output))
    if not raw_names:
        return output.model_dump(mode="json")
    rest = output.model_dump(mode="json", exclude=set(raw_names))
    names = type(output).model_fields
    return {name: getattr(output, name) if name in raw_names else rest[name] for name in names}


@cache  # some sixty models
def _verbatim(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if _MARK in field.metadata)
