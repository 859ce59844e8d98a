"""Where the local org is known not to answer as recorded, and why that is so."""

import re
from typing import Final

_EXPLAINED: Final = (
    (
        r"^describe\.sobject .*more \['sobjectDescribeOption'\]",
        "recorded before that key came, to every version, with the release of Winter '21",
    ),
    (
        r"^limits\.recordCount .*0 items for 1",
        "a real org's counts lag: it still listed one that had been emptied, with 0",
    ),
    (
        r"^query .*another order: .*AccountNumber",
        "this one answer is not in the order of its SELECT, as all others are",
    ),
    (
        r"^query .*2 items for 1",
        "LIKE 'A%' finds the local org's own administrator too, whose name is Ada",
    ),
    (
        r"^describe\.sobject .*childRelationships has 0 items",
        "which children there are depends on the org's features",
    ),
)


def explained(difference: str) -> str:
    """Give why a difference is there; nothing when nobody has said yet."""
    return next((why for pattern, why in _EXPLAINED if re.search(pattern, difference)), "")
