"""Reads text files in the encodings that editors and shells write.

Windows PowerShell writes UTF-16 when it redirects output to a file, and some editors write UTF-8
with a byte order mark.
"""

import codecs
from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_file(path: Path) -> str:
    """Read a file without its byte order mark, with line ends of Unix.

    Raises:
        OSError: It cannot be read.
        UnicodeDecodeError: It has no byte order mark, and is not UTF-8.
    """
    content = path.read_bytes()
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    return content.decode(encoding).replace("\r\n", "\n")
