"""Escapes control characters in texts of services and files before a terminal shows them.

A record's name may contain an escape sequence that changes the window's title, writes to the
clipboard or hides the text after it.

https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
"""

import json
import re
from typing import Any, Final

from connector_host.hookspecs import Json

# C0 without tab and line feed, DEL, C1, line and paragraph separators, and bidi controls.
CONTROLS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]"
)


def printable(text: str) -> str:
    r"""Escape control characters.

    >>> printable("a\x1b]0;b\x07\x9b1m\tc")
    'a\\x1b]0;b\\x07\\x9b1m\tc'
    """
    return CONTROLS.sub(lambda match: _escape(match[0]), text)


def dump_json(value: Json) -> str:
    r"""Return indented JSON whose control characters are escaped; its value is the same.

    >>> dump_json({"a": "é\x9b"})
    '{\n  "a": "é\\u009b"\n}'
    """
    return _escape_json(json.dumps(value, indent=2, ensure_ascii=False))


def dump_json_line(value: Json) -> str:
    """Return JSON on one line; see `dump_json`."""
    return _escape_json(json.dumps(value, ensure_ascii=False))


def _escape_json(text: str) -> str:
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(value: Any) -> str:
    """Return a value as printable text on one line."""
    return printable(" ".join(str(value).split()))
