"""Bad input on the command line: one line, the remedy in it, a number of its own, no traceback."""

import os
import sqlite3
from pathlib import Path

import pytest
from host.command_line import CommandLine
from host.connector_site import Site

from connector_host.connections import ConnectionStore
from connector_host.errors import HostError
from connector_host.exit_codes import HOST, SERVICE, exit_code, table
from connector_host.host import Host
from connector_host.keys import KeyFile, new_key

CONNECT = ("connect", "new", "--connector", "echo", "--method", "token")
CASES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "unknown connection": (("run", "acmee", "say"), 4, "Did you mean 'acme'?"),
    "unknown action": (("run", "acme", "sya"), 4, "Did you mean 'say'?"),
    "unknown action to show": (("actions", "shuot"), 4, "Did you mean 'shout'?"),
    "unknown connector": (("manifest", "ecko"), 4, "Did you mean 'echo'?"),
    "unknown method": (("connect", "new", "--connector", "echo", "--method", "tokn"), 4, "'token'"),
    "no method": (("connect", "new", "--connector", "echo"), 3, "one of: token, browser."),
    "unknown setting": ((*CONNECT, "--set", "rom=x"), 3, "Did you mean 'room'?"),
    "setting without value": ((*CONNECT, "--set", "room"), 3, "Write --set FIELD=VALUE."),
    "missing settings": (CONNECT, 3, "Missing: room, token. Give --set room=... --set token=..."),
    "setting of another type": (
        (*CONNECT, "--set", "room=x", "--set", "token=y", "--set", "volume=loud"),
        3,
        "The value for 'volume' is not integer.",
    ),
    "setting from no file": ((*CONNECT, "--set", "room=@/no/such"), 3, "No such file"),
    "name taken": (("connect", "acme", "--connector", "echo", "--method", "token"), 5, "already"),
    "bad name": (("connect", "a/b", "--connector", "echo", "--method", "token"), 3, "cannot be"),
    "missing input": (("run", "acme", "say"), 3, "input lacks 'text'"),
    "unknown field": (("run", "acme", "say", "--input", '{"txt": 1}'), 3, "did you mean 'text'?"),
    "input that is no JSON": (("run", "acme", "say", "--input", "{text}"), 3, "is not JSON: Exp"),
    "input that is no object": (("run", "acme", "say", "--input", "[1]"), 3, "not a JSON object"),
    "input from no file": (("run", "acme", "say", "--input", "@/no/such"), 3, "No such file"),
    "unknown command": (("connectons",), 2, "connections"),
    "a store of another kind": (
        ("--store", "mysql://h/d", "connections", "list"),
        3,
        "Give the path of a file (SQLite) or a postgresql:// URL.",
    ),
    "rejected": (("run", "acme", "shout", "--input", '{"kind": "rejected"}'), 20, "Whisper."),
    "unauthorized": (("run", "acme", "shout", "--input", '{"kind": "unauthorized"}'), 21, "Wh"),
    "forbidden": (("run", "acme", "shout", "--input", '{"kind": "forbidden"}'), 22, "Whisper."),
    "retryable": (("run", "acme", "shout", "--input", '{"kind": "retryable"}'), 23, "Whisper."),
    "bad reply": (("run", "acme", "shout", "--input", '{"kind": "bad_reply"}'), 24, "Whisper."),
    "a bug of the connector": (
        ("run", "acme", "shout", "--input", '{"kind": "bug"}'),
        70,
        "ZeroDivisionError: division by zero. --traceback shows where",
    ),
}


@pytest.mark.parametrize(("words", "code", "said"), CASES.values(), ids=CASES.keys())
def test_bad_input_ends_with_one_line_and_its_number(
    command: CommandLine, words: tuple[str, ...], code: int, said: str
) -> None:
    command.connect()

    ended = command(*words)

    assert ended.code == code
    assert ended.out == ""
    assert said in ended.err
    assert "Traceback" not in ended.err
    if code != 2:  # how typer says it is typer's
        assert ended.err.startswith("error: ")
        assert len(ended.err.splitlines()) == 1


def test_traceback_shows_where_an_error_comes_from(command: CommandLine) -> None:
    command.connect()

    with pytest.raises(ZeroDivisionError):
        command("--traceback", "run", "acme", "shout", "--input", '{"kind": "bug"}')


def test_a_damaged_store(command: CommandLine) -> None:
    command.store.parent.mkdir()
    command.store.write_bytes(os.urandom(2048))

    ended = command("connections", "list")

    assert ended.code == 11
    assert "Restore it from a backup" in ended.err


def test_a_locked_store(command: CommandLine) -> None:
    command.connect()
    impatient = Host(environment={})
    key = KeyFile(command.store.parent / "key")
    impatient.store = ConnectionStore(command.store, key, busy_timeout=0.01)
    holder = sqlite3.connect(command.store, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    ended = command("connections", "rename", "acme", "other", host=impatient)
    holder.close()
    impatient.store.close()

    assert ended.code == 10
    assert "Another program holds the store" in ended.err


def test_a_wrong_key_and_what_is_no_key(command: CommandLine, tmp_path: Path) -> None:
    command.connect()

    other = command("test", "acme", CONNECTOR_HOST_KEY=new_key())
    none = command("test", "acme", CONNECTOR_HOST_KEY="password1")

    assert (other.code, none.code) == (13, 13)
    assert "Set CONNECTOR_HOST_KEY or the key file" in other.err
    assert "password1" not in none.err


def test_a_store_that_cannot_be_made(command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = command("--store", tmp_path / "file" / "c.sqlite3", "connections", "list")

    assert ended.code == 9
    assert "Choose another place" in ended.err


def test_a_broken_connector(command: CommandLine, site: Site) -> None:
    site.module("broken_module", "1 / 0")
    site.install("broken-dist", {"workflow_connectors": {"broken": "broken_module"}})

    ended = command("manifest", "broken")

    assert ended.code == 6
    assert "broken-dist 1.0 cannot be used" in ended.err


def test_every_error_of_the_host_has_a_number_of_its_own() -> None:
    """A new error without a line in the table is found here."""
    classes, todo = set(), [HostError]
    while todo:
        children = todo.pop().__subclasses__()
        classes.update(children)
        todo += children

    assert set(HOST) == classes
    codes = [code for code, _ in table()]
    assert len(codes) == len(set(codes))
    assert all(each.code != HostError.code for each in classes)


def test_an_error_of_no_known_kind_is_a_bug() -> None:
    class Odd(Exception):
        kind = "odd"

    assert exit_code(Odd()) is None
    assert exit_code(ValueError()) is None
    assert set(SERVICE) == {"rejected", "unauthorized", "forbidden", "retryable", "bad_reply"}
