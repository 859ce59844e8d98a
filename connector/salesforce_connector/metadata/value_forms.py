"""The one form of a value that all Salesforce APIs accept, for values that some refuse.

A boolean or a number may be a text, which collections accept and trees refuse; an id may be
a page's address; base64 without its padding. What is in that form already stays the very value.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from salesforce_connector.files import base64_text
from salesforce_connector.identifiers import repair_id

Normalizer: TypeAlias = Callable[[Any], Any]
"""Takes a value that its field's check lets through."""

_TRUE: Final = frozenset({"true", "1"})


def normalizer_of(kind: str) -> Normalizer | None:
    """Return the normalizer of a Salesforce type; None if it has one form only."""
    return _NORMALIZERS.get(kind)


def join_list(value: Any) -> Any:
    """Return the text for a list of values, None for an empty one; anything else as it is."""
    if isinstance(value, list | tuple) and all(map(_is_choice, value)):
        return ";".join(map(str, value)) or None
    return value


def _is_choice(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return value.strip().lower() in _TRUE if isinstance(value, str) else value == 1


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    exact = Decimal(value.strip())
    number = float(exact)
    if Decimal(repr(number)) != exact:
        return value  # more digits than a number of JSON's keeps
    return int(exact) if exact == exact.to_integral_value() and abs(exact) < 1e15 else number


def _base64(value: Any) -> Any:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    normal = base64_text.normalize(value)
    return value if normal == value else normal


def _reference(value: Any) -> Any:
    repaired = repair_id(value)
    return value if repaired == value else repaired


_NORMALIZERS: Final[Mapping[str, Normalizer]] = {
    "boolean": _boolean,
    **dict.fromkeys(("int", "long", "double", "currency", "percent"), _number),
    "reference": _reference,
    "base64": _base64,
}
