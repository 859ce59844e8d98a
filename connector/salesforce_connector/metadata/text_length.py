"""How long a text is at most by Salesforce's counting, and texts that are cut to a field's length.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
"""

import re
from typing import Final

_LINE_FEED: Final = re.compile(r"(?<!\r)\n|\r(?!\n)")  # stored as two characters in a text area


def truncate(text: str, length: int, *, lines: bool) -> str:
    """Cut a text so that it fits however characters are counted; one that fits stays as it is.

    Args:
        text: Of any length.
        length: In characters, each of 16 bits: an emoji counts as two.
        lines: Whether it is a text area, where each line break counts as two.
    """
    cut = text
    while (excess := _longest(cut, lines=lines) - length) > 0:
        cut = cut[: -max(1, excess // 2)]
    return cut


def _longest(text: str, *, lines: bool) -> int:
    size = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    return size + (len(_LINE_FEED.findall(text)) if lines else 0)
