"""The command line: each command, what it writes where, and how it ends."""

import json
import os
import pty
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from host.command_line import CommandLine
from host.connector_site import TINY, Site

COMMANDS = [
    ("plugins",),
    ("manifest",),
    ("guide",),
    ("connect",),
    ("reconnect",),
    ("connections", "list"),
    ("connections", "show"),
    ("connections", "rename"),
    ("connections", "remove"),
    ("connections", "share"),
    ("connections", "unshare"),
    ("connections", "owner"),
    ("connections", "export"),
    ("connections", "import"),
    ("apps", "add"),
    ("apps", "list"),
    ("apps", "show"),
    ("apps", "rotate"),
    ("apps", "remove"),
    ("options",),
    ("schema",),
    ("triggers", "add"),
    ("triggers", "list"),
    ("triggers", "show"),
    ("triggers", "remove"),
    ("poll",),
    ("audit",),
    ("keys", "show"),
    ("keys", "new"),
    ("keys", "rotate"),
    ("test",),
    ("actions",),
    ("run",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_examples_in_its_help(
    command: CommandLine, words: tuple[str, ...]
) -> None:
    ended = command(*words, "--help")

    assert ended.code == 0
    examples = ended.out.partition(" Examples:")[2]
    assert "$ prog " in examples
    assert " ".join(words) in examples


def test_help_wraps_whole_paragraphs(command: CommandLine) -> None:
    """However the docstring breaks its lines: no line ends early because the source did."""
    text = (
        command("run", "--help", COLUMNS="80")
        .out.partition("Progress and warnings")[2]
        .partition("╭")[0]
    )
    lines = [line.strip() for line in f"Progress and warnings{text}".strip().splitlines()]

    assert len(lines) > 1
    for line, following in pairwise(lines):
        assert len(f"{line} {following.split()[0]}") > max(map(len, lines))


def test_help_opens_no_store_and_lists_the_exit_codes(command: CommandLine) -> None:
    ended = command()

    assert ended.code == 0
    assert "7  try again later" in ended.out
    assert not command.store.parent.exists()


def test_plugins_shows_what_is_broken_and_why(command: CommandLine, site: Site) -> None:
    site.module("broken_module", "import nothing_of_this_name")
    site.install("broken-dist", {"workflow_connectors": {"broken": "broken_module"}})

    table = command("plugins").out
    records = json.loads(command("plugins", "--json").out)

    assert "broken: broken_module cannot be imported: ModuleNotFoundError" in table
    by_name = {(record["group"], record["name"]): record for record in records}
    assert by_name["connector", "echo"]["status"] == "ok"
    assert by_name["connector", "broken"]["status"] == "broken"
    assert by_name["connector", "broken"]["distribution"] == "broken-dist"


def test_manifest_is_json_on_stdout(command: CommandLine) -> None:
    ended = command("manifest", "echo")

    assert json.loads(ended.out)["name"] == "echo"
    assert ended.err == ""


def test_connects_and_shows_all_but_secrets(command: CommandLine) -> None:
    command.connect()

    listed = command("connections", "list")
    shown = command("connections", "show", "acme")
    as_json = json.loads(command("connections", "show", "acme", "--json").out)

    assert "acme" in listed.out
    assert "(sealed)" in shown.out
    assert as_json["settings"] == {"room": "open", "token": "(sealed)"}
    assert json.loads(command("connections", "list", "--json").out)[0]["name"] == "acme"
    assert "hush" not in listed.out + shown.out + json.dumps(as_json)


def test_settings_come_from_files_and_stdin_too(command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("from a file\n")
    head = ("connect", "acme", "--connector", "echo", "--method", "token", "--set", "volume=3")

    ended = command(
        *head, "--set", "room=-", "--set", f"token=@{tmp_path / 'token.txt'}", stdin="from stdin\n"
    )

    assert ended.code == 0
    shown = json.loads(command("connections", "show", "acme", "--json").out)
    assert shown["settings"] == {"room": "from stdin", "token": "(sealed)", "volume": 3}


def test_two_at_signs_stand_for_one(command: CommandLine) -> None:
    words = ("connect", "acme", "--connector", "echo", "--method", "token")

    assert command(*words, "--set", "room=@@home", "--set", "token=t").code == 0

    shown = json.loads(command("connections", "show", "acme", "--json").out)
    assert shown["settings"]["room"] == "@home"


def test_a_person_at_a_terminal_is_prompted_and_secrets_are_not_echoed(
    site: Site, tmp_path: Path
) -> None:
    """FlowRun through a pseudo-terminal, as a shell would."""
    site.install_tiny_connector()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site.folder), str(TINY)]),
        "CONNECTOR_HOST_KEY_FILE": str(tmp_path / "key"),
    }
    start = "from connector_host.main import main; main()"
    words = ("--store", tmp_path / "c.sqlite3", "connect", "acme", "--connector", "echo")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", start, *map(str, words), "--method", "token"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    observed = _read_until(ours, b"Room: ")
    os.write(ours, b"my-room\n")
    observed += _read_until(ours, b"Token: ")
    os.write(ours, b"hush-hush\n")
    observed += _read_until(ours, b"Stored as 'acme'")
    assert process.wait() == 0
    os.close(ours)

    assert b"my-room" in observed
    assert b"hush" not in observed


def _read_until(terminal: int, mark: bytes) -> bytes:
    observed = b""
    while mark not in observed:
        observed += os.read(terminal, 1024)
    return observed


def test_runs_an_action_with_json_on_stdout_and_all_else_on_stderr(command: CommandLine) -> None:
    command.connect()

    ended = command("run", "acme", "say", "--input", '{"text": "hé"}')

    result = json.loads(ended.out)
    assert result["output"] == {"text": "hé", "heard": 1}
    assert ended.err.splitlines() == ["progress: half: 1 of 2", "warning: The echo is faint."]


def test_partial_failure_prints_the_result_of_each_record(
    command: CommandLine,
) -> None:
    command.connect()

    ended = command("run", "acme", "shout", "--input", '{"kind": "records"}')

    assert ended.code == 4
    assert ended.err == "error: 1 of 2 records failed.\n"
    rows = [{"index": 0, "ok": True}, {"index": 1, "ok": False}]
    assert json.loads(ended.out) == {"error": {"code": "ECHO", "records": rows}}


def test_a_list_fits_a_terminal_of_80_columns(command: CommandLine) -> None:
    command.connect("a-connection-of-ours", user="ann.example@example.com")

    shown = command("connections", "list", COLUMNS="80")

    assert "…" not in shown.out
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d", shown.out)
    assert all(len(line) <= 80 for line in shown.out.splitlines())


@pytest.mark.parametrize("mode", ["file", "stdin"])
def test_input_comes_from_a_file_or_stdin(command: CommandLine, tmp_path: Path, mode: str) -> None:
    command.connect()
    (tmp_path / "input.json").write_text('{"text": "big"}')
    source = f"@{tmp_path / 'input.json'}" if mode == "file" else "-"

    ended = command("run", "acme", "say", "--input", source, stdin='{"text": "big"}')

    assert json.loads(ended.out)["output"]["text"] == "big"


def test_explain_shows_the_calls_and_sends_nothing(command: CommandLine) -> None:
    command.connect()

    ended = command("run", "acme", "say", "--input", '{"text": "x"}', "--explain")

    assert json.loads(ended.out)["output"]["calls"] == [{"method": "SAY", "text": "x"}]
    assert (
        json.loads(command("run", "acme", "say", "--input", '{"text": "x"}').out)["output"]["heard"]
        == 1
    )


def test_deprecated_action_names_its_replacement(command: CommandLine) -> None:
    assert "deprecated; use say" in command("actions", "shout").out


@pytest.mark.parametrize(("room", "code"), [("open", 0), ("locked", 1)])
def test_connect_tests_the_connection_and_keeps_one_that_fails(
    command: CommandLine, room: str, code: int
) -> None:
    words = ("connect", "acme", "--connector", "echo", "--method", "token", "--set", f"room={room}")

    ended = command(*words, "--set", "token=hush-hush")

    assert ended.code == code
    assert ("Open the [door]." in ended.out) is (code == 1)
    assert command("connections", "show", "acme").code == 0


@pytest.mark.parametrize(("room", "code"), [("open", 0), ("locked", 1)])
def test_connection_test_exit_code_matches_result(
    command: CommandLine, room: str, code: int
) -> None:
    command.connect(room=room)

    table = command("test", "acme")
    report = command("test", "acme", "--json")

    assert (table.code, report.code) == (code, code)
    assert "Close it." in table.out
    assert ("Open the [door]." in table.out) is (code == 1)  # brackets are text, not colours
    assert json.loads(report.out)["ok"] is (code == 0)


def test_lists_actions_and_shows_one(command: CommandLine) -> None:
    listed = command("actions", "--connector", "echo")
    shown = command("actions", "say", "--connector", "echo")
    as_json = json.loads(command("actions", "say", "--connector", "echo", "--json").out)

    assert "say" in listed.out
    assert "shout" in listed.out
    assert "Say hello." in shown.out
    assert as_json["input"]["required"] == ["text"]
    names = [load["name"] for load in json.loads(command("actions", "--json").out)]
    assert {"say", "shout"} <= set(names)


def test_renames_and_removes(command: CommandLine) -> None:
    command.connect()

    assert command("connections", "rename", "acme", "acme-2").code == 0
    assert command("connections", "remove", "acme-2").code == 0

    assert json.loads(command("connections", "list", "--json").out) == []


def test_connection_stays_if_its_tokens_are_not_revoked(command: CommandLine) -> None:
    """Or its tokens would live on where nobody sees them."""
    command.connect(room="far")

    refused = command("connections", "remove", "acme")
    assert refused.code == 7
    assert "--no-revoke" in refused.err
    assert command("connections", "show", "acme").code == 0

    assert command("connections", "remove", "acme", "--no-revoke").code == 0
    assert command("connections", "show", "acme").code == 3


def test_a_connection_outlives_its_connector_and_can_be_removed(
    command: CommandLine, site: Site
) -> None:
    command.connect()
    for file in site.folder.glob("echo_connector-*.dist-info/entry_points.txt"):
        file.unlink()

    assert command("run", "acme", "say").code == 3
    assert command("connections", "show", "acme").code == 0
    removed = command("connections", "remove", "acme")

    assert removed.code == 0
    assert "were not revoked" in removed.err


def test_signs_in_again_with_another_secret(command: CommandLine) -> None:
    command.connect()
    before = json.loads(command("connections", "show", "acme", "--json").out)

    assert command("reconnect", "acme", "--set", "token=new", "--set", "volume=9").code == 0

    after = json.loads(command("connections", "show", "acme", "--json").out)
    assert after["id"] == before["id"]
    assert after["settings"] == {"room": "open", "token": "(sealed)", "volume": 9}


def test_sign_in_with_a_remote_callback_reads_a_pasted_url(command: CommandLine) -> None:
    """Where the app's redirect URI is not of this machine, a person carries the address over."""
    words = ("connect", "acme", "--connector", "echo", "--method", "browser", "--set", "room=open")
    uri = "https://app.example.com/callback"

    ended = command(
        *words, "--redirect-uri", uri, "--no-browser", stdin=f"{uri}?code=c1&state=right\n"
    )

    assert ended.code == 0
    assert ended.out.startswith("https://open.example.com/authorize?state=right")
    assert json.loads(command("connections", "list", "--json").out)[0]["method"] == "browser"


def test_the_store_may_be_named_in_the_command(command: CommandLine, tmp_path: Path) -> None:
    command.connect()

    elsewhere = command("--store", tmp_path / "other.sqlite3", "connections", "list", "--json")

    assert json.loads(elsewhere.out) == []


def test_the_key_may_be_in_the_environment(command: CommandLine) -> None:
    from connector_host.store.keys import new_key

    key: dict[str, Any] = {"CONNECTOR_HOST_KEY": new_key()}
    words = ("connect", "acme", "--connector", "echo", "--method", "token")
    assert command(*words, "--set", "room=x", "--set", "token=y", **key).code == 0

    assert command("test", "acme", **key).code == 0
    assert command("test", "acme").code == 9
    assert not (command.store.parent / "key").exists()


def test_prints_its_version(command: CommandLine) -> None:
    from importlib.metadata import version

    ended = command("--version")

    name, message = ended.out.split()
    assert message == version(name)


def test_verbose_shows_what_is_logged_and_nothing_is_shown_without_it(command: CommandLine) -> None:
    """A line a record, without the control characters that a service may have put into it."""
    command.connect()
    words = ("run", "acme", "say", "--input", '{"text": "logged \\u001b]0;x"}')

    quiet, verbose = command(*words), command("--verbose", *words)

    assert "echo_connector" not in quiet.err
    assert "echo_connector: said logged \\x1b]0;x\n" in verbose.err
    assert json.loads(verbose.out) | {"output": 0} == json.loads(quiet.out) | {"output": 0}
