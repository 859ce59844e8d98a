"""`python -m conformance`: print the table; exit 1 when a row falls below its bar."""

import argparse
import sys
from pathlib import Path
from typing import Final

from conformance import corpora, oracle, table
from conformance.clients import rows as clients
from conformance.connector import rows as connector
from conformance.recorded import rows as recorded

_SHARED: Final = next(
    (
        parent / "shared" / "salesforce"
        for parent in Path(__file__).resolve().parents
        if (parent / "shared").is_dir()
    ),
    Path("shared/salesforce"),
)


def main() -> int:
    """Run every proof, or hold the local org and the connector against one folder alone."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument(
        "--recordings",
        type=Path,
        metavar="DIR",
        help="a folder of *.jsonl to judge by; runs nothing else",
    )
    folder = parser.parse_args().recordings
    if folder is not None:
        return 0 if table.show([*recorded.rows(folder), *connector.rows(folder)]) else 1
    rows = [
        *recorded.rows(_SHARED / "recorded"),
        *connector.rows(_SHARED / "recorded"),
        *corpora.rows(_SHARED / "soql"),
        *oracle.rows(),
        *clients.rows(),
    ]
    return 0 if table.show(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
