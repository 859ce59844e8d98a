"""What each action and trigger is proven by, read off the tests themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO = "**no**"

HEAD = """# What each action is proven by

Written by `make schemas` from the tests themselves. "Local org" is a run of the connector against
the local org; no real org was reached. A cassette holds what went over the wire then, for one
success and one failure.

| action | flow test | cassette: success | cassette: failure | local org | page | example |
|---|---|---|---|---|---|---|
"""


def page(actions: Iterator[str]) -> str:
    """Give the page: one row an action."""
    flows = _texts("tests/actions/*_flow.py")
    runs = _texts("tests/org_runs/*.py")
    lines = []
    for name in actions:
        cells = (
            any(re.search(rf"\b{name}\b", text) for text in flows),
            (ROOT / "cassettes" / name / "succeeds.yaml").exists(),
            _failure(name),
            any(f'"{name}"' in text for text in runs),
            True,  # written beside this page
            True,  # the contract's tests hold every action to one
        )
        marks = " | ".join(cell if isinstance(cell, str) else _mark(cell) for cell in cells)
        lines.append(f"| [{name}](actions/{name}.md) | {marks} |")
    return HEAD + "\n".join(lines) + "\n"


def _mark(proven: bool) -> str:
    return "yes" if proven else NO


def _failure(name: str) -> str:
    """Say how a failure is proven; what is refused before it is sent leaves no cassette."""
    if (ROOT / "cassettes" / name / "fails.yaml").exists():
        return "yes"
    test = ROOT / "tests" / "cassette" / f"test_{name}_cassette.py"
    if test.exists() and "def test_fails" in test.read_text(encoding="utf-8"):
        return "refused before it is sent"
    return NO


def _texts(pattern: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern))]
