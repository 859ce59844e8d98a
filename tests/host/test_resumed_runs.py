"""`run --resume` and `run --state`: runs of the command line that continue an interrupted one."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from host.command_line import CommandLine

BUSY = json.dumps({"text": "busy"})


def last_context() -> Any:
    """Return the context of the tiny connector's last run."""
    return import_module("echo_connector").plugin.contexts[-1]


def test_retryable_error_prints_how_to_resume(command: CommandLine) -> None:
    command.connect()
    ended = command("run", "acme", "say", "--input", BUSY)

    assert ended.code != 0
    assert """--resume '{"said": 1}'""" in ended.err


@pytest.mark.parametrize(("text", "code"), [("busy", 7), ("interrupt", 130)])
def test_a_run_resumes_from_the_file_that_an_interrupted_one_left(
    command: CommandLine, tmp_path: Path, text: str, code: int
) -> None:
    command.connect()
    path = tmp_path / "export.state"
    run = ["run", "acme", "say", "--input", json.dumps({"text": text}), "--state", path]

    ended = command(*run)
    assert (ended.code, path.exists()) == (code, True)
    assert f"--state {path}" in ended.err
    assert path.stat().st_mode & 0o077 == 0
    assert text not in path.read_text()

    command(*run)
    assert last_context()["resume"] == {"said": 1}


def test_a_run_that_ends_leaves_no_state(command: CommandLine, tmp_path: Path) -> None:
    command.connect()
    for text in ("hello", "locked"):
        inputs = json.dumps({"text": text})
        command("run", "acme", "say", "--input", inputs, "--state", tmp_path / "export.state")
        assert last_context().get("resume") is None
        assert not (tmp_path / "export.state").exists()


@pytest.mark.parametrize("content", [None, "{", "[]", '{"run": {}, "state": {}}'])
def test_a_state_that_is_not_of_this_run_is_refused(
    command: CommandLine, tmp_path: Path, content: str | None
) -> None:
    """Of another run, or of none: what it did would be taken for done here."""
    command.connect()
    path = tmp_path / "export.state"
    if content is None:
        command("run", "acme", "say", "--input", BUSY, "--state", path)
    else:
        path.write_text(content)
    before = path.read_text()

    ended = command("run", "acme", "say", "--input", '{"text": "hello"}', "--state", path)

    assert (ended.code, ended.out) == (3, "")
    assert str(path) in ended.err
    assert path.read_text() == before


@pytest.mark.parametrize("option", [["--explain"], ["--resume", "{}"]])
def test_state_option_excludes_resume(
    command: CommandLine, tmp_path: Path, option: list[str]
) -> None:
    command.connect()
    path = tmp_path / "export.state"
    ended = command("run", "acme", "say", "--input", BUSY, "--state", path, *option)
    assert ended.code == 3
    assert "--state" in ended.err


@pytest.mark.parametrize("option", ["--state", "--output"])
def test_a_file_in_a_folder_that_is_missing_is_refused(
    command: CommandLine, tmp_path: Path, option: str
) -> None:
    command.connect()
    path = tmp_path / "missing" / "rows.jsonl"

    ended = command("run", "acme", "say", "--input", BUSY, option, path)

    assert (ended.code, ended.out) == (3, "")
    assert str(path) in ended.err
