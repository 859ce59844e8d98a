"""Reads the bitmaps by which a change event names fields.

A bitmap is hexadecimal; its lowest bit is the schema's first field. `0x06` names fields of the
event itself, `4-0x10` fields within its field at place 4, which is a compound one.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-deserialization-considerations.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from pydantic_core import from_json

from salesforce_connector.errors import BadReply

Names: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""The fields of an event, in order, each with the fields within it."""


def names_of(schema: str, bitmaps: Iterable[str]) -> list[str]:
    """Return the names that bitmaps encode, those within a compound field as `Name.FirstName`.

    Args:
        schema: Avro schema of the event, as JSON.

    Raises:
        BadReply: A bitmap is invalid, or encodes an unknown field.
    """
    names = _names(schema)
    changed = list[str]()
    for bitmap in bitmaps:
        parent, dash, inner = bitmap.rpartition("-")
        try:
            if dash:
                name, within = names[int(parent)]
                changed += (f"{name}.{path}" for path in _pick(within, inner))
            else:
                changed += _pick([name for name, _ in names], bitmap)
        except (ValueError, IndexError) as exc:
            raise BadReply(
                f"A change event names fields by {bitmap!r}, which its schema does not explain.",
                code="UNREADABLE_BITMAP",
                sent=True,
            ) from exc
    return changed


def _pick(names: Sequence[str], bitmap: str) -> Iterator[str]:
    bits = int(bitmap, 16)
    if bits.bit_length() > len(names):  # before a million bits are looked at, one by one
        raise IndexError
    for position in range(bits.bit_length()):
        if bits >> position & 1:
            yield names[position]


@lru_cache(maxsize=256)  # a schema serves thousands of events
def _names(schema: str) -> Names:
    cache: dict[str, tuple[str, ...]] = {}
    return tuple(
        (field["name"], _nested_names(field["type"], cache))
        for field in from_json(schema)["fields"]
    )


def _nested_names(kind: Any, cache: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the fields of the record that a type is or may be; none when it is another type.

    Args:
        cache: Records read before, by name: a schema defines a record once and names it afterwards.
    """
    if isinstance(kind, str):
        return cache.get(kind.rpartition(".")[2], ())
    if isinstance(kind, list):
        return next(filter(None, (_nested_names(branch, cache) for branch in kind)), ())
    if isinstance(kind, Mapping) and kind.get("type") == "record":
        fields = tuple(field["name"] for field in kind["fields"])
        cache[str(kind["name"]).rpartition(".")[2]] = fields
        return fields
    return ()
