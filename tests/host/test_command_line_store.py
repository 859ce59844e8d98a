"""The commands that keep things: sharing, app profiles, keys, exports, audit, triggers."""

import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from host.command_line import CommandLine

ECHO = ("--connector", "echo")
SENTENCE = '{"sentence": "a b c"}'


def test_connection_is_shared_and_unshared(command: CommandLine) -> None:
    command.connect("anns", user="ann")
    run = ("run", "anns", "say", "--input", '{"text": "hi"}')

    shared = command("--as", "ann", "connections", "share", "anns", "--group", "sales")
    as_bob = command("--as", "bob", "--group", "sales", *run)
    listed = command("--as", "bob", "--group", "sales", "connections", "list", "--json")
    ended = command("--as", "ann", "connections", "unshare", "anns", "--group", "sales")
    refused = command("--as", "bob", "--group", "sales", *run)

    assert "'anns' belongs to ann and is shared with the group sales." in shared.err
    assert json.loads(as_bob.out)["output"]["heard"] == 1
    assert [load["name"] for load in json.loads(listed.out)] == ["anns"]
    assert "is not shared" in ended.err
    assert (refused.code, refused.out) == (6, "")


def test_owner_of_a_connection_is_set_and_removed(command: CommandLine) -> None:
    command.connect()

    command("connections", "owner", "acme", "ann")
    shown = json.loads(command("--as", "ann", "connections", "show", "acme", "--json").out)
    hidden = command("--as", "eve", "connections", "list")
    ended = command("--as", "ann", "connections", "owner", "acme", "--anyone")

    assert shown["owner"] == "ann"
    assert "acme" not in hidden.out
    assert "Anyone on this machine" in ended.err
    assert command("test", "acme").code == 0


def test_needed_sign_in_is_shown_until_it_is_resolved(command: CommandLine) -> None:
    command.connect()
    first = command("run", "acme", "shout", "--input", '{"kind": "unauthorized"}')

    again = command("run", "acme", "say", "--input", '{"text": "hi"}')
    table, shown = command("connections", "list"), command("connections", "show", "acme")
    as_json = json.loads(command("connections", "list", "--json").out)[0]["needs_sign_in"]
    tested = command("test", "acme")

    assert (first.code, again.code) == (5, 5)
    assert "Too loud. Whisper." in again.err
    assert "needs sign-in" in table.out
    assert "Too loud" in shown.out
    assert (as_json["code"], as_json["reason"]) == ("ECHO", "Too loud. Whisper.")
    assert "needed a new sign-in since" in tested.err
    assert "can be used again" in tested.err
    assert command("run", "acme", "say", "--input", '{"text": "hi"}').code == 0


def test_an_app_profile_is_added_used_changed_and_removed(
    command: CommandLine, tmp_path: Path
) -> None:
    tmp_path.joinpath("secret").write_text("hush-two\n")
    added = command("apps", "add", "ours", *ECHO, "--set", "token=hush-one", "--set", "volume=3")
    command("connect", "acme", *ECHO, "--method", "token", "--app", "ours", "--set", "room=open")
    shown = command("apps", "show", "ours")
    as_json = json.loads(command("apps", "show", "ours", "--json").out)
    rotated = command("apps", "rotate", "ours", "--set", f"token=@{tmp_path / 'secret'}")
    listed = json.loads(command("apps", "list", "--json").out)
    again = command("reconnect", "acme", "--set", "room=hall")
    of_acme = json.loads(command("connections", "show", "acme", "--json").out)

    assert added.code == 0, added.err
    assert as_json["settings"] == {"token": "(sealed)", "volume": 3}
    assert as_json["used_by"] == ["acme"]
    assert "Connections that use it: acme." in rotated.err
    assert [entry["name"] for entry in listed] == ["ours"]
    assert again.code == 0, again.err
    assert of_acme["app"] == "ours"
    assert of_acme["settings"] == {"room": "hall", "token": "(sealed)", "volume": 3}
    assert "hush" not in shown.out + rotated.err + json.dumps(of_acme)
    command("connections", "remove", "acme", "--yes")
    assert command("apps", "remove", "ours").code == 0
    assert "no app profiles" in command("apps", "list").out


def test_the_audit_trail_says_who_did_what(command: CommandLine) -> None:
    command.connect("anns", user="ann")
    command("--as", "eve", "run", "anns", "say", "--input", '{"text": "secret words"}')
    command("--as", "ann", "run", "anns", "say", "--input", '{"text": "secret words"}')

    entries = json.loads(command("audit", "--json").out)
    table = command("audit", "--connection", "anns", "--newest", "2")

    assert [(entry["who"], entry["what"]) for entry in entries] == [
        ("ann", "connected"),
        ("eve", "refused"),
        ("ann", "ran"),
        ("", "credentials_saved"),
    ]
    assert "ran" in table.out
    assert "refused" not in table.out
    assert "secret words" not in json.dumps(entries)


def test_key_is_rotated_and_everything_opens(command: CommandLine) -> None:
    command.connect()
    before = command("keys", "show").out.strip()

    done = command("keys", "rotate")
    after = command("keys", "show").out.strip()

    assert done.code == 0, done.err
    assert f"with key {after}" in done.err
    assert f"need key {before}, which is no longer stored here" in done.err
    assert before != after
    assert command("run", "acme", "say", "--input", '{"text": "hi"}').code == 0
    assert json.loads(command("audit", "--json").out)[1]["detail"] == f"{before} to {after}"


def test_key_in_the_environment_is_rotated_in_three_steps(command: CommandLine) -> None:
    old, new = command("keys", "new").out.strip(), command("keys", "new").out.strip()

    def with_key(text: str, *words: str) -> int:
        return command(*words, CONNECTOR_HOST_KEY=text).code

    connect = ("connect", "acme", *ECHO, "--method", "token", "--set", "room=x", "--set", "token=t")
    run = ("run", "acme", "say", "--input", '{"text": "hi"}')
    assert with_key(old, *connect) == 0
    assert with_key(old, "keys", "rotate") == 3
    assert with_key(f"{new},{old}", *run) == 0
    assert with_key(f"{new},{old}", "keys", "rotate") == 0
    assert with_key(new, *run) == 0
    assert with_key(old, *run) == 9


def test_connections_are_exported_and_imported(command: CommandLine, tmp_path: Path) -> None:
    tmp_path.joinpath("phrase").write_text("correct horse battery\n")
    phrase = ("--passphrase-file", tmp_path / "phrase")
    there = ("--store", tmp_path / "other.sqlite3")
    command.connect()
    command("run", "acme", "say", "--input", '{"text": "hi"}')

    out = command("connections", "export", "--to", tmp_path / "acme.export", *phrase)
    over = command("connections", "export", "--to", tmp_path / "acme.export", *phrase)
    key = command("keys", "new").out.strip()
    done = command(
        *there, "connections", "import", tmp_path / "acme.export", *phrase, CONNECTOR_HOST_KEY=key
    )
    run = command(*there, "run", "acme", "say", "--input", '{"text": "hi"}', CONNECTOR_HOST_KEY=key)

    assert out.code == 0, out.err
    assert stat.S_IMODE((tmp_path / "acme.export").stat().st_mode) == 0o600
    assert (over.code, "already exists" in over.err) == (3, True)
    assert done.code == 0, done.err
    assert json.loads(run.out)["output"]["heard"] == 2  # the credentials came with it
    whats = [load["what"] for load in json.loads(command("audit", "--json").out)]
    assert whats[-1] == "exported"


def test_choices_and_schemas_for_a_form(command: CommandLine) -> None:
    command.connect()

    table = command("options", "acme", "rooms")
    body = json.loads(command("options", "acme", "rooms", "--search", "hall", "--json").out)
    schema = json.loads(command("schema", "acme", "say", "--input", '{"tone": "loud"}').out)

    assert "Attic" in table.out
    assert "--page 2" in table.err
    assert body == {"options": [{"value": "hall", "label": "Hall"}], "next_page": None}
    assert schema["input"]["tone"] == {"const": "loud"}


def test_a_trigger_is_added_polled_and_removed(command: CommandLine) -> None:
    command.connect()
    added = command("triggers", "add", "words", "acme", "said", "--input", SENTENCE)
    once = command("poll", "words", "--once")
    shown = json.loads(command("triggers", "show", "words").out)
    rest = command("poll", "words")
    none = command("poll", "words")

    assert added.code == 0, added.err
    assert [json.loads(line)["word"] for line in once.out.splitlines()] == ["a", "b"]
    assert "There are more." in once.err
    assert (shown["cursor"], shown["inputs"]) == ({"word": 2}, json.loads(SENTENCE))
    assert [json.loads(line)["word"] for line in rest.out.splitlines()] == ["c"]
    assert (none.out, none.err) == ("", "0 events.\n")
    assert [load["name"] for load in json.loads(command("triggers", "list", "--json").out)] == [
        "words"
    ]
    assert "said" in command("triggers", "list").out
    assert command("triggers", "remove", "words").code == 0
    assert "no triggers" in command("triggers", "list").out


@pytest.mark.parametrize("module", ["sqlalchemy", "jsonschema", "cryptography", "keyring"])
def test_help_waits_for_nothing_that_is_slow_to_import(module: str) -> None:
    source = f"import sys, connector_host.cli; sys.exit({module!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", source], check=False).returncode == 0


def test_a_connection_that_was_changed_in_the_database_is_shown_with_a_warning_and_removed(
    command: CommandLine,
) -> None:
    command.connect()
    with sqlite3.connect(command.store) as db:
        db.execute("UPDATE connections SET owner = 'eve'")
    db.close()

    shown = command("connections", "show", "acme")
    run = command("run", "acme", "say", "--input", '{"text": "hi"}')
    removed = command("connections", "remove", "acme", "--yes")

    assert (shown.code, run.code, removed.code) == (0, 9, 0)
    assert "'acme' was changed or moved in the database" in shown.err
    assert "owner" in run.err
    assert "were not revoked" in removed.err
    assert command("connections", "show", "acme").code == 3
