"""Record ids: the 15-character form, the 18-character form, and giving out new ones.

Characters 1-3 are the object's key prefix, 4-5 the instance, 6 is reserved, 7-15 count in base 62.
The 18-character form adds three that encode upper and lower case, so that it survives programs that
fold case.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

import random
import re
from functools import lru_cache
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Base 62 in Salesforce's order, which is also ASCII's: later ids sort later."""

NULL_ID: Final = "000000000000000AAA"
MASTER_RECORD_TYPE: Final = "012000000000000AAA"

_CHECKSUM: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FORM: Final = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?", re.ASCII)


@lru_cache(maxsize=4096)  # the first two groups of a run of ids hardly change
def _checksum(group: str) -> str:
    return _CHECKSUM[sum(1 << at for at, char in enumerate(group) if "A" <= char <= "Z")]


def to_18(record_id: str) -> str:
    """Return the 18-character form of an id of 15 or 18 characters."""
    if len(record_id) != 15:
        return record_id
    return (
        record_id
        + _checksum(record_id[:5])
        + _checksum(record_id[5:10])
        + _checksum(record_id[10:])
    )


def parse_id(text: object) -> str | None:
    """Read an id of 15 or 18 characters and return its 18-character form; None when it is no id.

    The three characters at the end are checked without regard to case, and when they show that the
    case of the first 15 was folded, it is restored.
    """
    if not isinstance(text, str) or _FORM.fullmatch(text) is None:
        return None
    if len(text) == 15:
        return to_18(text)
    if to_18(text[:15]) == text:
        return text
    return _unfold(text)


def in_range(record_id: str) -> bool:
    """Return whether an id can have been assigned: its number begins with a zero."""
    return record_id[6] == "0"


def _unfold(text: str) -> str | None:
    fixed = []
    for at, mark in enumerate(text[15:].upper()):
        bits = _CHECKSUM.find(mark)
        if bits < 0:
            return None
        for position, char in enumerate(text[at * 5 : at * 5 + 5]):
            upper = bits >> position & 1
            if upper and not char.isalpha():
                return None
            fixed.append(char.upper() if upper else char.lower())
    return to_18("".join(fixed))


class IdAllocator:
    """Gives out ids, in order for each key prefix, the same for the same seed.

    Attributes:
        instance: The two characters of the instance, and the reserved one.
    """

    def __init__(self, seed: int = 0) -> None:
        source = random.Random(f"instance {seed}")  # noqa: S311 - to be the same, not to be secret
        self.instance = "".join(source.choice(ALPHABET[10:]) for _ in range(2)) + "0"
        self._last: dict[str, int] = {}

    def resume(self, record_id: str) -> None:
        """Go on after an id that is in use already."""
        number = 0
        for char in record_id[6:15]:
            number = number * 62 + ALPHABET.index(char)
        prefix = record_id[:3]
        self._last[prefix] = max(number, self._last.get(prefix, 0))

    def next(self, prefix: str) -> str:
        """Return the next id, of 18 characters, for a key prefix."""
        number = self._last[prefix] = self._last.get(prefix, 0) + 1
        return self.write(prefix, number)

    def write(self, prefix: str, number: int) -> str:
        """Return the id, of 18 characters, that has a number of its key prefix."""
        digits = ""
        while number:
            number, digit = divmod(number, 62)
            digits = ALPHABET[digit] + digits
        return to_18(f"{prefix}{self.instance}{digits:0>9}")
