"""Finds the lines of a TOML file's keys, which `tomllib` does not report."""

import re
from typing import Final

from salesforce_emulator.config.errors import KeyPath

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([\w\s.\"'-]+?)\s*\]\]?\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*([\w.\"'-]+)\s*=")
_LONG_TEXT: Final = re.compile(r'"""|' + "'''")


class LineNumbers:
    """The line of each key of one file.

    A key inside an inline table or array has the line of the key that holds it.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        here: KeyPath = ()
        in_long_text = False
        for number, line in enumerate(text.splitlines(), 1):
            header, key = _HEADER.fullmatch(line), _KEY.match(line)
            if in_long_text:
                pass
            elif header is not None:
                here = self._enter(header[2], array=header[1] == "[[")
                self._lines.setdefault(here, number)
                if isinstance(here[-1], int):
                    self._lines.setdefault(here[:-1], number)
            elif key is not None:
                self._lines.setdefault((*here, *_parts(key[1])), number)
            if len(_LONG_TEXT.findall(line)) % 2:
                in_long_text = not in_long_text

    def of(self, key_path: KeyPath) -> int | None:
        """Return the line of a key, or of the nearest key around it; None when there is none."""
        while key_path:
            if key_path in self._lines:
                return self._lines[key_path]
            key_path = key_path[:-1]
        return None

    def _enter(self, name: str, *, array: bool) -> KeyPath:
        here: KeyPath = ()
        *above, last = _parts(name)
        for part in above:
            here = (*here, part)
            if here in self._counts:
                here = (*here, self._counts[here] - 1)
        here = (*here, last)
        if array:
            number = self._counts.get(here, 0)
            self._counts[here] = number + 1
            return (*here, number)
        return here


def _parts(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]
