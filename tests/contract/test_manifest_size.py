"""What a host must read to show the picker, one action or one sign-in; the page says how much."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from salesforce_actions.plugin import plugin

PAGE = (Path(__file__).parents[2] / "docs" / "schemas.md").read_text("utf-8")

SUMMARY = plugin.connector_summary("salesforce") or {}
PARTS = [entry["name"] for kind in ("actions", "triggers") for entry in SUMMARY[kind]]
METHODS = [entry["name"] for entry in SUMMARY["auth_methods"]]


def kilobytes(value: Any) -> float:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode()) / 1_000


def documented(start: str) -> tuple[int, int]:
    """Return the least and the most kB that the page tells of a line of its table."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {start}"))
    numbers = [int(number) for number in re.findall(r"(\d+)(?: to (\d+))? kB", line)[0] if number]
    return numbers[0], numbers[-1]


def test_the_picker_is_shown_by_a_few_kilobytes() -> None:
    assert kilobytes(SUMMARY) < documented("the list of actions")[0] <= 15
    assert not any("input" in entry for kind in ("actions", "triggers") for entry in SUMMARY[kind])


@pytest.mark.parametrize("name", PARTS)
def test_an_action_or_trigger_is_read_alone(name: str) -> None:
    entry = plugin.describe_action("salesforce", name)
    least, most = documented("one action or trigger")

    assert entry is not None
    assert {"input", "output"} <= entry.keys()
    assert least <= round(kilobytes(entry)) <= most <= 20


@pytest.mark.parametrize("name", METHODS)
def test_an_auth_method_is_read_alone(name: str) -> None:
    entry = plugin.describe_auth_method("salesforce", name)
    least, most = documented("one auth method")

    assert entry is not None
    assert entry["schema"]
    assert least <= round(kilobytes(entry)) <= most <= 60


def test_what_is_not_there_is_none() -> None:
    assert plugin.describe_auth_method("salesforce", "password") is None
    assert plugin.describe_auth_method("other", "jwt_bearer") is None


def test_all_at_once_is_as_large_as_the_page_says() -> None:
    whole, _ = documented("everything at once")
    assert whole * 0.9 <= kilobytes(plugin.connector_manifest()) <= whole * 1.1
