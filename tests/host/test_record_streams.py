"""Records that come page by page: through the runner, and into a file by the command line."""

import asyncio
import csv
import gzip
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from host.command_line import CommandLine
from host.connector_site import Site

from connector_host.errors import BadInput, UnknownName
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
def test_invalid_inputs_raise_before_the_first_page(
    runner: Runner, action: str, inputs: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        runner.stream("acme", action, inputs)


def test_ended_authorization_is_stored_on_the_connection(
    runner: Runner, file_store: ConnectionStore
) -> None:
    with pytest.raises(Exception, match="taken back"):
        list(runner.stream("acme", "say", {"text": "locked", "times": 4}))
    assert file_store.get("acme").needs_sign_in is not None


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.jsonl.gz", "rows.csv.gz"])
def test_records_are_written_to_a_file(command: CommandLine, tmp_path: Path, name: str) -> None:
    command.connect()
    path = tmp_path / name
    ended = command("run", "acme", "say", "--input", json.dumps(TEN), "--output", path)
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    assert result["output"] == {"path": str(path), "records": 10}
    assert result["warnings"] == ["The echo is faint."]
    assert "said: 0 of 10" in ended.err
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith("gz") else content).decode()
    if ".csv" in name:
        read = csv.DictReader(text.splitlines())
        rows: list[Any] = [{**row, "number": int(row["number"])} for row in read]
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    assert rows == [{"number": number, "text": "hello"} for number in range(10)]
    assert path.stat().st_mode & 0o077 == 0


def test_interrupted_write_leaves_no_file(command: CommandLine, tmp_path: Path) -> None:
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


@pytest.mark.parametrize(
    "words",
    [["rows.xlsx"], ["rows.gz"], ["rows.csv", "--state", "x"], ["rows.csv", "--explain"], ["."]],
)
def test_invalid_output_path_fails_before_the_run(
    command: CommandLine, tmp_path: Path, words: list[str], plugin: Any
) -> None:
    command.connect()
    plugin.contexts.clear()
    path = tmp_path / words[0]
    ended = command("run", "acme", "say", "--input", json.dumps(TEN), "--output", path, *words[1:])
    assert ended.code != 0
    assert plugin.contexts == []
    assert not path.is_file()


ROWS = [{"name": "Acme", "size": "7"}, {"name": 'So "quoted"\nInc.'}]


@pytest.mark.parametrize(
    "name", ["rows.jsonl", "rows.csv", "rows.parquet", "rows.jsonl.gz", "rows.csv.gz"]
)
def test_records_of_a_file_are_passed_to_an_action(
    command: CommandLine, tmp_path: Path, name: str
) -> None:
    """An empty cell is no value; a null of Parquet is one."""
    command.connect()
    path = tmp_path / name
    if name.endswith("parquet"):
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pytest.importorskip("pyarrow").Table.from_pylist(ROWS), path)
    else:
        lines = "".join(f"{json.dumps(row)}\n" for row in ROWS)
        table = 'name,size\nAcme,7\n"So ""quoted""\nInc.",\n'
        content = (table if ".csv" in name else lines).encode()
        path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
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
        ("rows.csv.gz", "a,b\n"),
        ("rows.gz", "a,b\n"),
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


def test_action_without_records_rejects_them(runner: Runner) -> None:
    with pytest.raises(BadInput, match="takes no records"):
        runner.run("acme", "shout", {"kind": "x"}, records=[{}])
