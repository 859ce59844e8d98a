"""The security page: each of its lines names a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
LINES = re.findall(r"^\| (.+) \| `(tests/[\w/]+\.py)::(\w+)` \|$", PAGE, re.MULTILINE)


def test_each_line_names_a_test_that_is_there() -> None:
    missing = [
        f"{path}::{name}"
        for _, path, name in LINES
        if not (ROOT / path).exists()
        or not re.search(rf"def {name}\(", (ROOT / path).read_text("utf-8"))
    ]

    assert missing == []
    assert len(LINES) > 40


def test_no_row_of_its_tables_is_without_a_test() -> None:
    """Of the tables that say what somebody cannot do."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    names = [line for line in rows if "::" in line]

    assert len(names) == len(LINES)
    plain = [line for line in rows if "::" not in line and not line.startswith("| asset")]
    heads = [line for line in plain if line.endswith("| test |")]
    assets = [line for line in plain if line not in heads]
    assert len(assets) == 4
