"""Records that come page by page: through the runner, and into a file by the command line."""

import asyncio
import csv
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from host.command_line import CommandLine
from host.connector_site import Site

from connector_host.errors import BadInput, UnknownName
from connector_host.hookspecs import Progress
from connector_host.progress_meter import ProgressMeter, duration
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore

TEN = {"text": "hello", "times": 10}


@pytest.fixture
def plugin(site: Site) -> Any:
    """The tiny connector's plugin object."""
    return import_module("echo_connector").plugin


@pytest.fixture
def runner(registry: Registry, file_store: ConnectionStore) -> Runner:
    runner = Runner(registry, file_store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    return runner


def test_pages_come_one_by_one_and_the_run_is_recorded(
    runner: Runner, file_store: ConnectionStore
) -> None:
    pages = list(runner.stream("acme", "say", TEN))
    numbers = [record["number"] for page in pages for record in page["records"]]
    assert numbers == list(range(10))
    (run,) = file_store.history.runs()
    assert (run.action, run.outcome, run.calls) == ("say", "ok", 9)


def test_pages_come_on_an_event_loop_too(runner: Runner, file_store: ConnectionStore) -> None:
    async def read() -> list[Any]:
        stream = runner.stream_async("acme", "say", TEN)
        return [record["number"] async for page in stream for record in page["records"]]

    assert asyncio.run(read()) == list(range(10))
    (run,) = file_store.history.runs()
    assert run.outcome == "ok"


def test_closing_a_stream_ends_the_work_and_is_recorded_as_cancelled(
    runner: Runner, file_store: ConnectionStore, plugin: Any
) -> None:
    stream = runner.stream("acme", "say", TEN)
    next(stream)
    assert plugin.open_streams == 1
    stream.close()
    assert plugin.open_streams == 0
    (run,) = file_store.history.runs()
    assert run.outcome == "cancelled"


def test_closing_a_stream_of_a_loop_ends_the_work(
    runner: Runner, file_store: ConnectionStore, plugin: Any
) -> None:
    async def read_one() -> None:
        stream = runner.stream_async("acme", "say", TEN)
        await anext(stream)
        await stream.aclose()

    asyncio.run(read_one())
    assert plugin.open_streams == 0
    (run,) = file_store.history.runs()
    assert run.outcome == "cancelled"


@pytest.mark.parametrize(
    ("action", "inputs", "error"),
    [("say", {}, BadInput), ("shout", {"kind": "x"}, BadInput), ("sya", {}, UnknownName)],
)
def test_what_is_wrong_is_raised_before_the_first_page(
    runner: Runner, action: str, inputs: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        runner.stream("acme", action, inputs)


def test_a_sign_in_that_is_gone_is_noted_on_the_connection(
    runner: Runner, file_store: ConnectionStore
) -> None:
    with pytest.raises(Exception, match="taken back"):
        list(runner.stream("acme", "say", {"text": "locked", "times": 4}))
    assert file_store.get("acme").needs_sign_in is not None


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_records_are_written_to_a_file(command: CommandLine, tmp_path: Path, name: str) -> None:
    command.connect()
    path = tmp_path / name
    ended = command("run", "acme", "say", "--input", json.dumps(TEN), "--output", path)
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    assert result["output"] == {"path": str(path), "records": 10}
    assert result["warnings"] == ["The echo is faint."]
    assert "said: 0 of 10" in ended.err
    text = path.read_text()
    if name.endswith("csv"):
        read = csv.DictReader(text.splitlines())
        rows: list[Any] = [{**row, "number": int(row["number"])} for row in read]
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    assert rows == [{"number": number, "text": "hello"} for number in range(10)]
    assert path.stat().st_mode & 0o077 == 0


def test_an_interrupt_leaves_no_half_of_a_file(command: CommandLine, tmp_path: Path) -> None:
    command.connect()
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "rows.jsonl"
    path.write_text("what was there before\n")
    inputs = json.dumps({"text": "interrupt", "times": 10})
    ended = command("run", "acme", "say", "--input", inputs, "--output", path)
    assert ended.code == 130
    assert path.read_text() == "what was there before\n"
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("words", [["rows.xlsx"], ["rows.csv", "--explain"], ["."]])
def test_an_output_that_cannot_be_is_refused_before_anything_is_sent(
    command: CommandLine, tmp_path: Path, words: list[str], plugin: Any
) -> None:
    command.connect()
    plugin.contexts.clear()
    path = tmp_path / words[0]
    ended = command("run", "acme", "say", "--input", json.dumps(TEN), "--output", path, *words[1:])
    assert ended.code != 0
    assert plugin.contexts == []
    assert not path.is_file()


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


ROWS = [{"name": "Acme", "size": "7"}, {"name": 'So "quoted"\nInc.'}]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.parquet"])
def test_records_of_a_file_are_passed_to_an_action(
    command: CommandLine, tmp_path: Path, name: str
) -> None:
    """An empty cell is no value; a null of Parquet is one."""
    command.connect()
    path = tmp_path / name
    if name.endswith("parquet"):
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pytest.importorskip("pyarrow").Table.from_pylist(ROWS), path)
    elif name.endswith("csv"):
        path.write_text('name,size\nAcme,7\n"So ""quoted""\nInc.",\n')
    else:
        path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    ended = command("run", "acme", "say", "--input", json.dumps(TEN), "--records", path)

    assert ended.code == 0, ended.err
    missing = {"size": None} if name.endswith("parquet") else {}
    assert json.loads(ended.out)["output"]["records"] == [ROWS[0], {**ROWS[1], **missing}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.txt", "x"),
        ("gone.csv", None),
        ("rows.csv", "a\n1,2\n"),
        ("rows.jsonl", "[1]\n"),
        ("rows.jsonl", "{"),
    ],
)
def test_records_that_cannot_be_read_are_refused(
    command: CommandLine, tmp_path: Path, name: str, text: str | None
) -> None:
    command.connect()
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    ended = command("run", "acme", "say", "--input", json.dumps(TEN), "--records", path)

    assert ended.code != 0
    assert ended.out == ""
    assert "error" in ended.err


def test_an_action_that_takes_no_records_is_not_given_any(runner: Runner) -> None:
    with pytest.raises(BadInput, match="takes no records"):
        runner.run("acme", "shout", {"kind": "x"}, records=[{}])


def test_an_error_that_may_pass_says_how_to_take_the_work_up(command: CommandLine) -> None:
    command.connect()
    ended = command("run", "acme", "say", "--input", '{"text": "busy"}')

    assert ended.code != 0
    assert """--resume '{"said": 1}'""" in ended.err
