"""What may be written to a terminal: text of services and files, without its control characters.

A record's name may hold an escape sequence that retitles a window, writes to the clipboard or hides
what follows. Such characters are shown, not obeyed.

https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
"""

import json
import re
from typing import Any, Final

from connector_host.hookspecs import Json

# C0 but tab and line feed, DEL, C1, line and paragraph separators, and what reorders text (bidi).
CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]"
)


def printable(text: str) -> str:
    r"""Show control characters instead of writing them.

    >>> printable("a\x1b]0;b\x07\x9b1m\tc")
    'a\\x1b]0;b\\x07\\x9b1m\tc'
    """
    return CONTROLS.sub(lambda match: _escape(match[0]), text)


def dump_json(value: Json) -> str:
    r"""Write JSON that a terminal can show: the same value, its control characters escaped.

    >>> dump_json({"a": "é\x9b"})
    '{\n  "a": "é\\u009b"\n}'
    """
    return _escape_json(json.dumps(value, indent=2, ensure_ascii=False))


def dump_json_line(value: Json) -> str:
    """Write JSON as `dump_json` does, on one line."""
    return _escape_json(json.dumps(value, ensure_ascii=False))


def _escape_json(text: str) -> str:
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(value: Any) -> str:
    """Return a text on one line, as an error is shown."""
    return printable(" ".join(str(value).split()))
