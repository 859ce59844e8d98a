"""The service's quotas of a connection: by the runner and on the command line."""

import json
from importlib import import_module

import pytest
from host.command_line import CommandLine

from connector_host.errors import BadInput
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore


def test_shows_used_left_and_reserved_calls(command: CommandLine) -> None:
    command.connect()
    shown = command("limits", "acme")
    assert shown.code == 0, shown.err
    for text in ("Words a day", "1,950", "2,000", "50", "40"):
        assert text in shown.out
    (limit,) = json.loads(command("limits", "acme", "--json").out)
    assert limit["left"] == 50


def test_connector_without_limits_is_an_input_error(command: CommandLine) -> None:
    command.connect(room="endless")
    shown = command("limits", "acme")
    assert shown.code != 0
    assert "limits" in shown.err


def test_background_option_reaches_the_connector(
    registry: Registry, file_store: ConnectionStore
) -> None:
    runner = Runner(registry, file_store)
    runner.connect("acme", "echo", "token", {"room": "endless", "token": "t"})
    heard: list[object] = []
    runner.run("acme", "say", {"text": "hi"}, background=True, progress=heard.append)
    runner.run("acme", "say", {"text": "hi"}, progress=heard.append)
    first, second = import_module("echo_connector").plugin.contexts[-2:]
    assert first["background"] is True
    assert "background" not in second
    with pytest.raises(BadInput):
        runner.limits("acme")
