"""The order of an object's keys that are names: that of a Java HashMap, as recorded 2,666 times.

https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/HashMap.html
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")

_LEAST_BUCKETS = 16
_MAX_LOAD = 0.75  # of the buckets, before there are twice as many


def hashed(values: Mapping[str, T]) -> dict[str, T]:
    """Return an object with its keys in a HashMap's order."""
    return {name: values[name] for name in hash_order(values)}


def hash_order(names: Iterable[str]) -> list[str]:
    """Return names in the order in which a HashMap iterates over them."""
    entries = list(names)
    buckets = _LEAST_BUCKETS
    while len(entries) > buckets * _MAX_LOAD:
        buckets *= 2
    return sorted(entries, key=lambda name: _hash(name) & (buckets - 1))


def _hash(name: str) -> int:
    code = 0
    for char in name:
        code = (31 * code + ord(char)) & 0xFFFFFFFF
    return code ^ code >> 16
