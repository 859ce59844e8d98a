"""The record of a long chaos: a line of JSON for each portion that is done, so that it can go on.

The first line says what was asked for and where it ran; each other one is a portion's outcome.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from chaos.chaos_plan import Row
from chaos.chaos_scenarios import Outcome


class OtherChaos(Exception):
    """The record is of a chaos that was asked for otherwise; its numbers do not add up to ours."""


class Record:
    """See the module."""

    def __init__(self, path: Path, request: Mapping[str, Any], ran_on: Mapping[str, str]) -> None:
        """Open a record, or begin one.

        Args:
            request: The sizes; a record that is there must be of the same.
            ran_on: Date and machine; kept of the first run.

        Raises:
            OtherChaos: There is a record of other sizes.
        """
        self._path = path
        self._done: dict[tuple[str, int], Outcome] = {}
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self.ran_on = dict(ran_on)
            self._write({"asked": dict(request), "ran_on": self.ran_on})
            return
        head, *lines = _whole_lines(path)
        if head["asked"] != dict(request):
            raise OtherChaos(f"{path} is of a chaos of other sizes: {head['asked']}.")
        self.ran_on = head["ran_on"]
        for line in lines:
            self._done[line["row"], line["number"]] = Outcome(**line["outcome"])

    def has(self, row: Row, number: int) -> bool:
        return (row.name, number) in self._done

    def add(self, row: Row, number: int, outcome: Outcome) -> None:
        """Write down a portion."""
        self._done[row.name, number] = outcome
        self._write({"row": row.name, "number": number, "outcome": asdict(outcome)})

    def outcome(self, row: Row) -> Outcome | None:
        """Return what is known of a row: the sum of its portions; None before the first."""
        done = [self._done[row.name, n] for n in range(len(row.portions)) if self.has(row, n)]
        if not done:
            return None
        result = summed(done)
        if len(done) < len(row.portions):
            result = replace(result, note=f"{result.calls} of {sum(row.portions)}")
        return result

    def _write(self, line: Mapping[str, Any]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def summed(portions: Iterable[Outcome]) -> Outcome:
    """Add up the portions of a row."""
    first, *others = portions
    for item in others:
        first = replace(
            first,
            calls=first.calls + item.calls,
            lost=first.lost + item.lost,
            refreshes=first.refreshes + item.refreshes,
            grants_lost=first.grants_lost + item.grants_lost,
        )
    return first


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read the lines; one that was cut off when its writer was killed is cut away for good."""
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    yield from map(json.loads, whole.splitlines())
