"""`webhook serve`: what it refuses before it listens. What it does then is in tests/org_runs."""

import json
import os
import signal
import socket
from contextlib import closing
from pathlib import Path

import pytest
from host.command_line import CommandLine
from host.connector_site import Site
from host.test_received_events import BELL

from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from connector_host.web.webhook_server import WebhookServer


@pytest.fixture
def bell(site: Site, command: CommandLine) -> CommandLine:
    """The command line with a connector that is pushed to, and a stored trigger of it."""
    site.module("bell_plugin", BELL)
    site.install("bell-connector", {"workflow_connectors": {"bell": "bell_plugin:plugin"}})
    made = command("connect", "acme", "--connector", "bell", "--method", "none", "--no-test")
    assert made.code == 0, made.err
    assert "webhook serve rings" in command("triggers", "add", "rings", "acme", "rung").err
    return command


def test_an_unknown_trigger_is_named(bell: CommandLine) -> None:
    ended = bell("webhook", "serve", "ring")

    assert (ended.code, ended.out) == (3, "")
    assert "Did you mean 'rings'" in ended.err


def test_a_polled_trigger_is_not_served(bell: CommandLine) -> None:
    added = bell("triggers", "add", "slow", "acme", "polled")
    assert "poll slow" in added.err

    ended = bell("webhook", "serve", "slow")

    assert ended.code == 3
    assert "is polled" in ended.err


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_received(
    bell: CommandLine, tmp_path: Path
) -> None:
    ended = bell("webhook", "serve", "rings", "--append", tmp_path / "no" / "events.jsonl")

    assert ended.code == 3
    assert "cannot be written" in ended.err


def test_busy_port_is_an_error(bell: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = bell("webhook", "serve", "rings", "--port", taken.getsockname()[1])

    assert ended.code == 7
    assert "--port" in ended.err


def test_it_is_for_who_may_use_the_connection(bell: CommandLine) -> None:
    assert bell("--as", "ann", "connections", "owner", "acme", "ann").code == 0

    ended = bell("--as", "eve", "webhook", "serve", "rings")

    assert ended.code == 6


@pytest.mark.parametrize("text", ["0", "-1", "many"])
def test_error_names_an_invalid_maximum(bell: CommandLine, text: str) -> None:
    ended = bell("triggers", "list", CONNECTOR_HOST_MAX_WAITING_EVENTS=text)

    assert ended.code == 3
    assert "CONNECTOR_HOST_MAX_WAITING_EVENTS" in ended.err


def test_show_counts_the_events_that_wait(bell: CommandLine) -> None:
    ended = bell("triggers", "show", "rings", CONNECTOR_HOST_MAX_WAITING_EVENTS="5")

    assert json.loads(ended.out)["waiting"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_early_signal_stops_the_server(
    bell: CommandLine, site: Site, number: signal.Signals
) -> None:
    handler = signal.getsignal(number)
    with closing(ConnectionStore.in_folder(bell.store.parent)) as store:
        runner, trigger = Runner(site.load(), store), store.triggers.get("rings")
        server = WebhookServer(runner, trigger, "/webhooks/rings", 0)

        server.run(print, ready=lambda: os.kill(os.getpid(), number))

    assert signal.getsignal(number) is handler
