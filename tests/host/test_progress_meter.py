"""Progress as the command line shows it: how far, how fast, how long still."""

import pytest

from connector_host.hookspecs import Progress
from connector_host.progress_meter import ProgressMeter, duration


def test_progress_has_a_rate_and_the_time_left() -> None:
    now = [0.0]
    meter = ProgressMeter(lambda: now[0])

    def line(seconds: float, done: int, total: int | None) -> str:
        now[0] = seconds
        return meter.line(Progress(done=done, total=total, message="rows", state={}))

    assert line(0, 0, None) == "rows"
    assert line(0, 0, 10_000) == "rows: 0 of 10,000"
    assert line(0.5, 500, 10_000) == "rows: 500 of 10,000"
    assert line(2, 2_000, 10_000) == "rows: 2,000 of 10,000 (1,000 a second, 8 s left)"
    assert line(4, 2_000, None) == "rows: 2,000 (500 a second)"
    assert line(5, 10_000, 10_000) == "rows: 10,000 of 10,000 (2,000 a second)"


def test_a_new_phase_has_a_rate_of_its_own() -> None:
    """Rows are read once the job has them all: its time says nothing of theirs."""
    now = [0.0]
    meter = ProgressMeter(lambda: now[0])

    def line(seconds: float, done: int) -> str:
        now[0] = seconds
        return meter.line(Progress(done=done, total=1_000, message="rows", state={}))

    assert line(0, 0) == "rows: 0 of 1,000"
    assert line(100, 1_000) == "rows: 1,000 of 1,000 (10 a second)"
    assert line(101, 100) == "rows: 100 of 1,000"
    assert line(103, 500) == "rows: 500 of 1,000 (200 a second, 2 s left)"


def test_progress_is_worth_a_line_a_second() -> None:
    now = [10.0]
    meter = ProgressMeter(lambda: now[0])

    def due(seconds: float, done: int, message: str = "rows") -> bool:
        now[0] = seconds
        return meter.is_due(Progress(done=done, total=100, message=message, state={}))

    assert [due(10, 1), due(10.5, 2), due(11.1, 3), due(11.2, 4, "closing"), due(11.3, 100)] == [
        True,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (7_500, "2 h 5 min")]
)
def test_durations_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
