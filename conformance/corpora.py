"""The rows of the table that SOQL corpora give: statements taken and refused as they should be."""

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
    for name, right in _CORPORA.items():
        file = folder / name
        if not file.exists():
            yield Row("SOQL", name, skipped=f"there is no {file}")
            continue
        lines = [line for line in file.read_text().splitlines() if line]
        wrong = [line for line in lines if taken(line) is not right]
        what = "refused" if right else "taken"
        notes = [f"{what}: {line[:150]}" for line in wrong]
        yield Row("SOQL", name, len(lines) - len(wrong), len(lines), BAR, notes=notes)


def taken(statement: str) -> bool:
    """Return whether the local org reads a statement."""
    try:
        parse(statement)
    except SalesforceError:
        return False
    return True
