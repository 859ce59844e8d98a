"""A long chaos that is interrupted goes on where it was."""

from pathlib import Path

import pytest
from chaos.chaos_plan import Row
from chaos.chaos_record import OtherChaos, Record
from chaos.chaos_scenarios import Outcome

SIZES = {"kills": 120}
HERE = {"date": "2026-11-22"}


def _portion(number: int, kills: int) -> Outcome:
    return Outcome("kill -9: somewhere", kills, kills, kills + 1, number)


ROW = Row("killed somewhere", (50, 50, 20), _portion)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "record.jsonl"


def _with(path: Path, *numbers: int) -> Record:
    record = Record(path, SIZES, HERE)
    for number in numbers:
        record.add(ROW, number, ROW.run(number, ROW.portions[number]))
    return record


def test_a_record_of_other_sizes_is_refused(path: Path) -> None:
    _with(path, 0)

    with pytest.raises(OtherChaos, match="'kills': 120"):
        Record(path, {"kills": 10}, HERE)


def test_what_is_done_is_known_by_the_next_run(path: Path) -> None:
    _with(path, 0, 2)

    again = Record(path, SIZES, {"date": "2026-11-23"})

    assert [again.has(ROW, number) for number in range(3)] == [True, False, True]
    assert again.ran_on == HERE


def test_a_truncated_line_is_repeated_and_affects_no_other(path: Path) -> None:
    _with(path, 0, 1)
    path.write_bytes(path.read_bytes()[:-10])

    _with(path, 1)

    again = Record(path, SIZES, HERE)
    assert [again.has(ROW, number) for number in range(3)] == [True, True, False]


def test_a_row_is_the_sum_of_its_portions(path: Path) -> None:
    record = _with(path, 0, 1, 2)

    assert record.outcome(ROW) == Outcome("kill -9: somewhere", 120, 120, 123, 3)


def test_an_unfinished_row_reports_its_progress(path: Path) -> None:
    record = _with(path)
    assert record.outcome(ROW) is None

    record.add(ROW, 1, ROW.run(1, 50))
    result = record.outcome(ROW)
    assert result is not None
    assert result.note == "50 of 120"
