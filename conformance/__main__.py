"""`python -m conformance`: print the table; exit 1 when a row falls below its bar."""

import sys
from pathlib import Path
from typing import Final

from conformance import corpora, oracle, table
from conformance.clients import rows as clients
from conformance.recorded import rows as recorded

_SHARED: Final = Path(__file__).resolve().parents[2] / "shared" / "salesforce"


def main() -> int:
    """Run every proof."""
    rows = [
        *recorded.rows(_SHARED / "recorded"),
        *corpora.rows(_SHARED / "soql"),
        *oracle.rows(),
        *clients.rows(),
    ]
    return 0 if table.show(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
