"""Bad input on the command line: one line, the remedy in it, a number of its own, no traceback."""

import os
import sqlite3
from pathlib import Path

import pytest
from host.command_line import CommandLine
from host.connector_site import Site

from connector_host.errors import HostError
from connector_host.exit_codes import BY_KIND, MEANINGS, exit_code
from connector_host.host import Host
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile, new_key

ECHO = ("--connector", "echo")
CONNECT = ("connect", "new", "--connector", "echo", "--method", "token")
CASES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "unknown connection": (("run", "acmee", "say"), 3, "Did you mean 'acme'?"),
    "unknown action": (("run", "acme", "sya"), 3, "Did you mean 'say'?"),
    "unknown action to show": (("actions", "shuot"), 3, "Did you mean 'shout'?"),
    "unknown connector": (("manifest", "ecko"), 3, "Did you mean 'echo'?"),
    "unknown method": (("connect", "new", "--connector", "echo", "--method", "tokn"), 3, "'token'"),
    "no method": (("connect", "new", "--connector", "echo"), 3, "one of: token, browser."),
    "unknown setting": ((*CONNECT, "--set", "rom=x"), 3, "Did you mean 'room'?"),
    "setting without value": ((*CONNECT, "--set", "room"), 3, "Write --set FIELD=VALUE."),
    "missing settings": (CONNECT, 3, "missing: room, token. Give --set room=... --set token=..."),
    "setting of another type": (
        (*CONNECT, "--set", "room=x", "--set", "token=y", "--set", "volume=loud"),
        3,
        "The value for 'volume' is not integer.",
    ),
    "setting from no file": ((*CONNECT, "--set", "room=@/no/such"), 3, "No such file"),
    "name taken": (("connect", "acme", "--connector", "echo", "--method", "token"), 3, "already"),
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
    "a user's group and no user": (("--group", "sales", "audit"), 3, "Add --as USER."),
    "no such user": (("--as", "", "audit"), 3, "cannot be the name of a user"),
    "somebody else's": (("run", "anns", "say"), 6, "Name the user: --as USER"),
    "not shared": (("--as", "eve", "test", "anns"), 6, "Ask 'ann' to share it."),
    "not to be changed": (("--as", "eve", "connections", "rename", "anns", "x"), 6, "Ask 'ann',"),
    "not to be signed in to": (("--as", "eve", "reconnect", "anns"), 6, "Ask 'ann',"),
    "not to be removed": (("connections", "remove", "anns", "--yes"), 6, "Name the user"),
    "not to be shown": (("--as", "eve", "connections", "show", "anns"), 6, "Ask 'ann'"),
    "shared with nobody": (("connections", "share", "acme"), 3, "Give --user or --group."),
    "shared by all": (("connections", "share", "acme", "--user", "b"), 3, "Give it one first:"),
    "no owner and one": (("connections", "owner", "acme", "ann", "--anyone"), 2, "or --anyone"),
    "a sign-in is needed": (("run", "revoked", "say", "--input", '{"text": "x"}'), 5, "Reconnect"),
    "no such profile": ((*CONNECT, "--app", "oours"), 3, "Did you mean 'ours'?"),
    "a profile of that name": (("apps", "add", "ours", "--set", "token=x", *ECHO), 3, "already"),
    "a profile of nothing": (("apps", "add", "new", *ECHO), 3, "Give --set FIELD=VALUE."),
    "no field of a profile": (("apps", "add", "new", "--set", "tken=x", *ECHO), 3, "mean 'token'?"),
    "a profile's bad value": (
        ("apps", "add", "x", "--set", "volume=1.5", *ECHO),
        3,
        "whole number",
    ),
    "a profile in use": (
        ("apps", "remove", "ours"),
        3,
        "used by with-app. Remove these connections first.",
    ),
    "not a profile's secret": (("apps", "rotate", "ours", "--set", "room=x"), 3, "add another"),
    "no secret to change": (("apps", "rotate", "ours"), 3, "Give --set FIELD=VALUE."),
    "unknown source": (("options", "acme", "romos"), 3, "Did you mean 'rooms'?"),
    "a schema of nothing": (("schema", "acme", "sya"), 3, "Did you mean 'say'?"),
    "a schema for a misspelt input": (
        ("schema", "acme", "say", "--input", '{"txet": "x"}'),
        3,
        "did you mean 'text'?",
    ),
    "unknown trigger": (("triggers", "add", "t", "acme", "siad"), 3, "Did you mean 'said'?"),
    "a trigger's input": (("triggers", "add", "t", "acme", "said"), 3, "input lacks 'sentence'"),
    "a poll of nothing": (("poll", "wrods"), 3, "There are none yet."),
    "no passphrase": (("connections", "export", "--to", "/no/x"), 6, "belongs to 'ann'"),
    "no passphrase to ask for": (
        ("connections", "export", "acme", "--to", "/no/such/x"),
        3,
        "Give --passphrase-file PATH.",
    ),
    "no file to import": (("connections", "import", "/no/such"), 3, "No such file"),
    "rejected": (("run", "acme", "shout", "--input", '{"kind": "rejected"}'), 3, "Whisper."),
    "unauthorized": (("run", "acme", "shout", "--input", '{"kind": "unauthorized"}'), 5, "Wh"),
    "forbidden": (("run", "acme", "shout", "--input", '{"kind": "forbidden"}'), 6, "Whisper."),
    "retryable": (("run", "acme", "shout", "--input", '{"kind": "retryable"}'), 7, "Whisper."),
    "bad reply": (("run", "acme", "shout", "--input", '{"kind": "bad_reply"}'), 8, "Whisper."),
    "a bug of the connector": (
        ("run", "acme", "shout", "--input", '{"kind": "bug"}'),
        70,
        "ZeroDivisionError: division by zero. This is a bug: add --traceback",
    ),
}


def furnish(command: CommandLine) -> None:
    """Keep what the cases name."""
    store = ConnectionStore(command.store, KeyFile(command.store.parent / "key"))
    store.apps.add("ours", connector="echo", settings={}, secrets={"token": "t"})
    for name, app, owner in (
        ("acme", None, None),
        ("anns", None, "ann"),
        ("revoked", None, None),
        ("with-app", "ours", None),
    ):
        store.add(
            name,
            connector="echo",
            method="token",
            settings={"room": "open"},
            secrets={} if app else {"token": "t"},
            credentials={},
            app=app,
            owner=owner,
        )
    store.get("revoked").mark("ECHO", "The key was taken back.")
    store.close()


@pytest.mark.parametrize(("words", "code", "message"), CASES.values(), ids=CASES.keys())
def test_bad_input_ends_with_one_line_and_its_number(
    command: CommandLine, words: tuple[str, ...], code: int, message: str
) -> None:
    furnish(command)

    ended = command(*words)

    assert ended.code == code
    assert ended.out == ""
    assert message in ended.err
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

    assert ended.code == 9
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

    assert ended.code == 9
    assert "Another program has locked the store" in ended.err


def test_wrong_and_invalid_keys(command: CommandLine, tmp_path: Path) -> None:
    command.connect()

    other = command("test", "acme", CONNECTOR_HOST_KEY=new_key())
    none = command("test", "acme", CONNECTOR_HOST_KEY="password1")

    assert (other.code, none.code) == (9, 9)
    assert "Set CONNECTOR_HOST_KEY or the key file" in other.err
    assert "password1" not in none.err


def test_store_that_cannot_be_created(command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = command("--store", tmp_path / "file" / "c.sqlite3", "connections", "list")

    assert ended.code == 9
    assert "Choose another location" in ended.err


def test_a_broken_connector(command: CommandLine, site: Site) -> None:
    site.module("broken_module", "1 / 0")
    site.install("broken-dist", {"workflow_connectors": {"broken": "broken_module"}})

    ended = command("manifest", "broken")

    assert ended.code == 8
    assert "broken-dist 1.0 cannot be used" in ended.err


def test_every_error_of_the_host_has_an_exit_code() -> None:
    """Finds a new error whose kind has no exit code."""
    classes, todo = set(), [HostError]
    while todo:
        children = todo.pop().__subclasses__()
        classes.update(children)
        todo += children
    errors = [cls.__new__(cls) for cls in classes]

    assert {exit_code(error) for error in errors} <= {*MEANINGS}
    assert len({cls.code for cls in classes} | {HostError.code}) == len(classes) + 1
    assert len(MEANINGS) <= 13


@pytest.mark.parametrize(
    ("status", "sent", "records", "code"),
    [
        (None, False, (), 3),  # the connector itself: INVALID_INPUT, UNKNOWN_FIELD
        (400, False, (), 4),
        (None, True, (), 4),
        (None, False, ({"index": 0, "ok": False},), 4),
    ],
)
def test_error_before_sending_exits_as_invalid_input(
    status: int | None, sent: bool, records: tuple[object, ...], code: int
) -> None:
    """Who runs it from a script can tell a mistake in the input from a no of the org's."""
    refusal = type("Refusal", (Exception,), {"kind": "rejected", "code": "X"})()
    refusal.status, refusal.sent, refusal.records = status, sent, records

    assert exit_code(refusal) == code


def test_an_error_of_no_known_kind_is_a_bug() -> None:
    class Odd(Exception):
        kind = "odd"

    assert exit_code(Odd()) is None
    assert exit_code(ValueError()) is None
    assert set(BY_KIND) == {"rejected", "unauthorized", "forbidden", "retryable", "bad_reply"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_input_file_may_have_any_encoding_of_editors(
    command: CommandLine, tmp_path: Path, encoding: str, ending: str
) -> None:
    """Windows PowerShell sends output into files as UTF-16."""
    furnish(command)
    text = '{"text":\n "h\u00e9llo"}\n'.replace("\n", ending)
    path = tmp_path / "input.json"
    if encoding == "utf-16-le-mark":
        path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    else:
        path.write_bytes(text.encode(encoding))

    ended = command("run", "acme", "say", "--input", f"@{path}")

    assert (ended.code, "h\u00e9llo" in ended.out or "h\\u00e9llo" in ended.out) == (0, True), (
        ended.err
    )


def test_error_names_a_file_that_is_not_text(command: CommandLine, tmp_path: Path) -> None:
    furnish(command)
    path = tmp_path / "input.json"
    path.write_bytes("h\u00e9llo".encode("latin-1"))

    ended = command("run", "acme", "say", "--input", f"@{path}")

    assert (ended.code, "not UTF-8" in ended.err) == (3, True)
