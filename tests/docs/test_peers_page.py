"""The page of peers: no empty cell, no name of ours that is not there, and none left out."""

import re
from pathlib import Path

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "peers.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| What ")
]


def test_each_row_says_something_of_each_peer() -> None:
    assert [row for row in ROWS if len(row) != 7 or not all(row)] == []
    assert len(ROWS) > 80


def test_ours_is_never_blank() -> None:
    """What we have not is said in words, below the tables."""
    assert [row[0] for row in ROWS if row[1] in {"\N{EN DASH}", "?"}] == []


def test_each_action_and_trigger_has_its_row() -> None:
    linked = set(re.findall(r"\((?:actions|triggers)/(\w+)\.md\)", PAGE))

    assert linked - {*ACTIONS, *TRIGGERS} == set()
    assert {*ACTIONS, *TRIGGERS} - linked == set()
