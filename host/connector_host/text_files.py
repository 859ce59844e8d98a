"""Reads text as people's editors and shells save it: with a byte order mark, or in UTF-16.

Windows PowerShell writes UTF-16 where output is sent into a file, and some editors a mark in UTF-8.
"""

import codecs
from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before that of UTF-16, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_file(path: Path) -> str:
    """Read a file, without its mark; line ends become those of Unix.

    Raises:
        OSError: It cannot be read.
        UnicodeDecodeError: It has no mark, and is not UTF-8.
    """
    content = path.read_bytes()
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    return content.decode(encoding).replace("\r\n", "\n")
