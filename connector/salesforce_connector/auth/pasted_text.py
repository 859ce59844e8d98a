"""Repairs what copying does to keys and secrets: invisible characters, quotes, line breaks.

Web pages put zero-width characters into what is copied, documents turn quotes typographic, chats
add backticks, and emails wrap long lines.
"""

import re
import unicodedata
from typing import Final

_QUOTES: Final = (
    "\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)


_LABEL: Final = r"(?i)(consumer|client)[ _-]?(key|secret|id)\s*[:=]\s*"
_PLACEHOLDER: Final = r"[*\u2022\u25cf\u00b7]+|<.*>|\$?\{.*\}"


def strip_quotes(text: str) -> str:
    """Remove invisible characters, and white space and quotes around a text."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    while True:
        stripped = visible.strip()
        for quote in ("```", *_QUOTES):
            stripped = stripped.removeprefix(quote)
        for quote in ("```", *_QUOTES):
            stripped = stripped.removesuffix(quote)
        if stripped == visible:
            return visible
        visible = stripped


def clean_token(text: str) -> str:
    """Repair a text that has no white space: a consumer key, a consumer secret.

    Raises:
        ValueError: It has a character that no header or form of Salesforce's has, or stands for
            another text: a mask, a placeholder.
    """
    token = "".join(re.sub(_LABEL, "", strip_quotes(text), count=1).split())
    if re.fullmatch(_PLACEHOLDER, token):
        raise ValueError("is a mask or a placeholder; copy the value itself from Setup")
    if not (token.isascii() and token.isprintable()):
        raise ValueError("has invalid characters; copy it again from Setup")
    return token
