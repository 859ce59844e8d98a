"""What services and files say is shown on the terminal, never obeyed by it."""

import doctest
import io
import json

from host.command_line import CommandLine
from rich.table import Table
from rich.text import Text

from connector_host import terminal
from connector_host.console import SafeConsole

ATTACK = "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07\x9b2J\x9d0;x\x9c\r\x08\x7f\u202egnp"
CONTROLS = set(ATTACK) - set("]0;owned52;c;ZXZpbA==2J0;xgnp")


def test_tables_and_lines_escape_control_characters() -> None:
    out = io.StringIO()
    console = SafeConsole(file=out, width=200, force_terminal=True)
    table = Table("Value")
    table.add_row(Text(ATTACK, style="bold"))
    console.print(table)
    console.print(Text(ATTACK))

    written = out.getvalue()
    assert "owned" in written
    assert "\x1b[1m" in written  # its own styles are there
    assert not CONTROLS - {"\x1b"} & set(written)
    assert "\x1b]" not in written


def test_every_stream_of_the_command_line_is_clean(command: CommandLine) -> None:
    command.connect()
    inputs = json.dumps({"text": ATTACK})

    result = command("run", "acme", "say", "--input", inputs)
    refused = command("run", "acme", "say", "--input", json.dumps({ATTACK: 1}))
    unknown = command("run", ATTACK, "say")
    room = command("connect", "two", "--connector", "echo", "--method", "token")
    shown = command("connections", "show", "acme")

    assert json.loads(result.out)["output"]["text"] == ATTACK
    for ended in (result, refused, unknown, room, shown):
        assert not CONTROLS & set(ended.out + ended.err)


def test_control_characters_of_a_setting_are_escaped(command: CommandLine) -> None:
    words = ("connect", "acme", "--connector", "echo", "--method", "token", "--no-test")
    assert command(*words, "--set", f"room={ATTACK}", "--set", "token=t").code == 0

    for ended in (command("connections", "show", "acme"), command("test", "acme")):
        assert "owned" in ended.out
        assert not CONTROLS & set(ended.out + ended.err)


def test_the_examples_are_true() -> None:
    assert doctest.testmod(terminal).failed == 0


def test_interrupt_warns_that_the_action_may_have_taken_effect(command: CommandLine) -> None:
    command.connect()

    writing = command("run", "acme", "shout", "--input", '{"kind": "interrupt"}')
    reading = command("run", "acme", "say", "--input", '{"text": "interrupt"}')

    assert (writing.code, reading.code) == (130, 130)
    assert "may have taken effect" in writing.err
    assert reading.err.splitlines()[-2:] == [
        "Interrupted.",
        "To resume, repeat the command with --resume '{\"said\": 1}'",
    ]
    resumed = command("run", "acme", "say", "--input", '{"text": "x"}', "--resume", '{"said": 1}')
    assert resumed.code == 0


def test_input_nested_too_deeply_is_no_bug(command: CommandLine) -> None:
    command.connect()
    for depth in (500, 900, 100_000):
        deep = '{"text": ' + "[" * depth + "]" * depth + "}"
        ended = command("run", "acme", "say", "--input", "-", stdin=deep)
        assert (ended.code, ended.out) == (3, "")
