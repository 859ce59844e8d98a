"""A file of events: each is in it once, whatever was cut off."""

import json
from pathlib import Path
from typing import Any

import pytest

from connector_host.json_lines import JsonLines


def events(*ids: Any) -> list[Any]:
    return [{"id": record_id, "text": f"line\n{record_id}\x1b"} for record_id in ids]


def ids_in(path: Path) -> list[Any]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


def test_incomplete_line_is_replaced(tmp_path: Path) -> None:
    """The process or the machine ended within a write."""
    path = tmp_path / "events.jsonl"
    JsonLines(path, 10).append(events(1, 2, 3))
    path.write_bytes(path.read_bytes()[:-9])

    JsonLines(path, 10).append(events(2, 3, 4))

    assert ids_in(path) == [1, 2, 3, 4]


@pytest.mark.parametrize("size", [1, 70_000])
def test_repeated_events_are_skipped(tmp_path: Path, size: int) -> None:
    """Also when the newest lines are longer than what is read at a time."""
    path = tmp_path / "events.jsonl"
    lines = JsonLines(path, 3)
    lines.append([{"id": number, "text": "x" * size} for number in range(5)])
    lines.append([{"id": number, "text": "x" * size} for number in (2, 3, 4, 5)])

    assert ids_in(path) == [0, 1, 2, 3, 4, 5]


def test_lines_without_events_are_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("not JSON\n[1]\n{}\n")

    JsonLines(path, 10).append(events("a"))

    assert path.read_text().startswith("not JSON\n[1]\n{}\n{")


def test_new_file_is_private_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    JsonLines(path, 10).append(events(1))

    assert path.stat().st_mode & 0o077 == 0
    assert "\x1b" not in path.read_text()
