"""Where the local org is known not to answer as recorded, and why that is so."""

import re
from typing import Final

_EXPLAINED: Final[tuple[tuple[str, str], ...]] = ()


def explained(difference: str) -> str:
    """Give why a difference is there; nothing when nobody has said yet."""
    return next((why for pattern, why in _EXPLAINED if re.search(pattern, difference)), "")
