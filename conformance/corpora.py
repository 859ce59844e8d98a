"""Table rows of SOQL corpora: valid statements are accepted, invalid ones refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conformance.table import Row
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.soql import parse

BAR: Final = 1.0  # each statement

_CORPORA: Final = {"real_accepted.txt": True, "valid.txt": True, "invalid.txt": False}


def rows(folder: Path) -> Iterator[Row]:
    """Read every statement of the corpora in a folder."""
    for name, expected in _CORPORA.items():
        file = folder / name
        if not file.exists():
            yield Row("SOQL", name, skipped=f"there is no {file}")
            continue
        lines = [line for line in file.read_text().splitlines() if line]
        wrong = [line for line in lines if accepts(line) is not expected]
        verdict = "refused" if expected else "accepted"
        notes = [f"{verdict}: {line[:150]}" for line in wrong]
        yield Row("SOQL", name, len(lines) - len(wrong), len(lines), BAR, notes=notes)


def accepts(statement: str) -> bool:
    """Return whether the local org parses a statement."""
    try:
        parse(statement)
    except SalesforceError:
        return False
    return True
