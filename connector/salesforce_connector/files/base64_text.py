"""Base64 as people paste it: with line breaks, as a `data:` address, without its padding.

https://www.rfc-editor.org/rfc/rfc4648
"""

import re
from base64 import b64decode
from binascii import Error
from typing import Final

_DATA_ADDRESS: Final = r"(?i)data:[\w.+/-]*(;[\w=.-]+)*;base64,"
_OF_ADDRESSES: Final = str.maketrans("-_", "+/")


def decode(text: str) -> bytes:
    """Decode base64.

    Raises:
        ValueError: It is not base64.
    """
    try:
        return b64decode(normalize(text), validate=True)
    except Error as exc:
        raise ValueError("not base64") from exc


def normalize(text: str) -> str:
    """Normalize base64 to the form that every decoder accepts; it is not validated."""
    content = "".join(re.sub(_DATA_ADDRESS, "", text.lstrip(), count=1).split())
    if "=" not in content:
        content += "=" * (-len(content) % 4)
    return content.translate(_OF_ADDRESSES)
