"""Splits records into calls: in an order that avoids locks, and within the limits of one call.

Writing a child locks its parent. Records of one parent are therefore adjacent, so that each
parent is touched by as few calls as can be; the calls go one after another, so that no two of one
step wait for the same parent.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

# References that do not lock their parent, or that have too few parents to group by.
_NO_PARENTS: Final = frozenset(
    {"ownerid", "owner", "recordtypeid", "recordtype", "createdbyid", "lastmodifiedbyid"}
)


def by_parent(records: Sequence[Mapping[str, Any]], field: str | None = None) -> list[int]:
    """Return the indices of records with those of one parent side by side.

    Parents come in the order of their first record, their records in the order of the input.

    Args:
        records: Field values by name.
        field: The reference to go by; None: the one whose values repeat the most.
    """
    name = field or find_shared_reference(records)
    if name is None:
        return list(range(len(records)))
    families: defaultdict[Any, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        key = _parent(name, record.get(name))
        families[index if key is None else key].append(index)
    return [index for family in families.values() for index in family]


def find_shared_reference(records: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the reference whose values repeat the most, None when none does."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for name, value in record.items():
            key = _parent(name, value)
            if key is not None and name.lower() not in _NO_PARENTS:
                counts[name][key] += 1
    repeats = {name: counter.total() - len(counter) for name, counter in counts.items()}
    best = max(repeats, key=lambda name: repeats[name], default=None)
    return best if best is not None and repeats[best] else None


def chunks(
    order: Iterable[int], max_records: int, weights: Sequence[int], max_bytes: int
) -> Iterator[list[int]]:
    """Cut indices into calls of at most so many records, and of so many bytes together.

    A record that is heavier than that gets a call of its own.
    """
    call: list[int] = []
    weight = 0
    for index in order:
        if call and (len(call) == max_records or weight + weights[index] > max_bytes):
            yield call
            call, weight = [], 0
        call.append(index)
        weight += weights[index]
    if call:
        yield call


def _parent(name: str, value: Any) -> str | None:
    """Return the key of a parent, None if a value refers to none; equal ids have one key."""
    match value:
        case dict():
            return json.dumps(value, sort_keys=True)
        case str() if len(value) in (15, 18) and value.isalnum() and value.isascii():
            return value[:15] if name.endswith(("Id", "__c")) else None
        case _:
            return None
