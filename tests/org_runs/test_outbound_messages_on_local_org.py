"""Outbound messages end to end: the local org sends them, hosts receive them, processes are killed.

Each process is one of its own, with a store in a file that the next one takes up.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from local_apps import app_settings

from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from salesforce_emulator.org.state import Org
from salesforce_emulator.outbound_messages.message import OutboundMessage, outbound_messages_of
from salesforce_emulator.outbound_messages.sender import send_due, sending
from salesforce_emulator.serving.server import serve

PATIENCE = 30.0  # seconds

COMMAND = "from connector_host.main import main; main()"

# The command's own server, over a trigger that ends the process once events are stored.
KILLED_BEFORE_ACK = """
import os, signal, sys
from connector_host.host import Host
from connector_host.web.webhook_server import WebhookServer

host = Host()
stored = host.store.triggers.get("shipped")

class Killed:
    connection, trigger, lock = stored.connection, stored.trigger, stored.lock
    list_waiting, mark_delivered = stored.list_waiting, stored.mark_delivered

    def receive(self, events):
        stored.receive(events)
        os.kill(os.getpid(), signal.SIGKILL)

server = WebhookServer(host.runner, Killed(), f"/webhooks/{stored.id}", int(sys.argv[1]))
print(server.url, file=sys.stderr, flush=True)
server.run(print)
"""

# An application that mounts the API and keeps events in a file of its own.
APPLICATION = """
import json, os, signal, sys
import uvicorn
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.web import Services, create_app
from pathlib import Path

folder, kill = Path(sys.argv[2]), sys.argv[3]

def keep(events):
    if kill == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    with open(folder / "kept.jsonl", "a") as file:
        for event in events.events:
            file.write(json.dumps(event) + "\\n")
    if kill == "after":
        os.kill(os.getpid(), signal.SIGKILL)

store = ConnectionStore.in_folder(folder)
app = create_app(Services(Registry.load(), store, on_events=keep),
                 authenticate=lambda request: None, allowed_hosts=["127.0.0.1"])
config = uvicorn.Config(app, port=int(sys.argv[1]), log_config=None)
server = uvicorn.Server(config)
print("http://127.0.0.1:" + sys.argv[1] + "/", file=sys.stderr, flush=True)
server.run()
"""


class Setup:
    """An org that is served, a store with a connection to it, and a stored trigger."""

    def __init__(self, org: Org, folder: Path, url: str) -> None:
        self.org, self.folder, self.out = org, folder, folder / "events.jsonl"
        settings = app_settings(org, "automation") | {"my_domain_url": url, "local_org": True}
        store = ConnectionStore.in_folder(folder)
        runner = Runner(Registry.load(), store)
        stored = runner.connect("acme", "salesforce", "client_credentials", settings)
        assert runner.test("acme")["ok"]
        store.triggers.add(
            "shipped", connection_id=stored.id, trigger="outbound_message", inputs={}
        )
        self.path = f"/webhooks/{store.triggers.get('shipped').id}"
        store.close()
        self.port = free_port()

    def send_to(self, path: str) -> None:
        """Have the org send a message for each account that is saved."""
        outbound_messages_of(self.org).add(
            OutboundMessage(
                id=self.org.ids.next("04k"),
                name="Saved",
                sobject="Account",
                fields=("Name", "Phone"),
                endpoint=f"http://127.0.0.1:{self.port}{path}",
            )
        )

    def save(self, *names: str) -> None:
        from salesforce_emulator.records import writing

        access = self.org.access(self.org.admin_id)
        with self.org.transaction():
            for name in names:
                writing.create(self.org, access, access.schema["Account"], {"Name": name})

    @contextmanager
    def running(self, code: str, *words: object) -> Generator["subprocess.Popen[str]"]:
        """Run Python code in a process of its own, and wait until it says where it listens."""
        environment = os.environ | {
            "CONNECTOR_HOST_STORE": str(self.folder / "connections.sqlite3"),
            "CONNECTOR_HOST_KEY_FILE": str(self.folder / "key"),
        }
        command = [sys.executable, "-c", code, *map(str, words)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as process:
            try:
                assert process.stderr is not None
                line = process.stderr.readline()
                assert "127.0.0.1" in line, line + process.stderr.read()
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def serving(self, *options: object) -> Any:
        """Run the command `webhook serve`."""
        words = ("webhook", "serve", "shipped", "--port", self.port, *options)
        return self.running(COMMAND, *words)

    def waiting(self) -> int:
        return len(outbound_messages_of(self.org).queue.waiting())


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true"
        threading.Event().wait(0.02)


def names_in(path: Path) -> list[str]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line)["fields"]["Name"] for line in lines]


def stop(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGINT) -> int:
    process.send_signal(number)
    return process.wait(PATIENCE)


@pytest.fixture
def setup(local_org: Org, tmp_path: Path) -> Iterator[Setup]:
    folder = tmp_path / "host"
    folder.mkdir()
    with serve(local_org) as url:
        yield Setup(local_org, folder, url)


def test_a_kill_between_store_and_ack_loses_nothing_and_gives_nothing_twice(setup: Setup) -> None:
    setup.send_to(setup.path)
    setup.save("a", "b")
    with setup.running(KILLED_BEFORE_ACK, setup.port) as process:
        assert send_due(setup.org) == 0
        assert process.wait(PATIENCE) == -signal.SIGKILL
    assert setup.waiting() == 2

    setup.save("c")
    with setup.serving("--append", setup.out) as process, sending(setup.org):
        outbound_messages_of(setup.org).queue.retry_all()
        until(lambda: setup.waiting() == 0 and len(names_in(setup.out)) >= 3)
        assert stop(process) == 0

    assert sorted(names_in(setup.out)) == ["a", "b", "c"]


def test_a_kill_while_events_are_written_gives_none_of_them_twice_in_the_file(
    setup: Setup,
) -> None:
    """The file has some that the store does not know to be delivered, and half a line."""
    setup.send_to(setup.path)
    with setup.running(KILLED_BEFORE_ACK, setup.port) as process:
        setup.save("a", "b")
        send_due(setup.org)
        process.wait(PATIENCE)
    store = ConnectionStore.in_folder(setup.folder)
    first, second = store.triggers.get("shipped").list_waiting(10)
    store.close()
    setup.out.write_text(f"{json.dumps(first.event)}\n{json.dumps(second.event)[:30]}")

    with setup.serving("--append", setup.out) as process:
        until(lambda: len(names_in_whole_lines(setup.out)) == 2)
        assert stop(process, signal.SIGTERM) == 0

    assert names_in(setup.out) == ["a", "b"]


def names_in_whole_lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.endswith("}")]


def test_events_go_to_stdout_and_ctrl_c_ends_it_without_loss(setup: Setup) -> None:
    setup.send_to(setup.path)
    with sending(setup.org):
        with setup.serving() as process:
            setup.save("a", "b", "c")
            until(lambda: setup.waiting() == 0)
            assert stop(process) == 0
            assert process.stdout is not None
            events = [json.loads(line) for line in process.stdout.read().splitlines()]
        assert sorted(event["fields"]["Name"] for event in events) == ["a", "b", "c"]
        assert events[0]["sobject"] == "Account"

        with setup.serving() as process:  # nothing comes again
            assert stop(process) == 0
            assert process.stdout is not None
            assert process.stdout.read() == ""


def test_a_stranger_and_a_wrong_path_are_refused(setup: Setup) -> None:
    with setup.serving() as process:
        base = f"http://127.0.0.1:{setup.port}"
        assert httpx.post(f"{base}{setup.path}", content=b"<x/>").status_code == 400
        assert httpx.get(f"{base}{setup.path}").status_code == 400
        assert httpx.post(f"{base}/webhooks/other", content=b"<x/>").status_code == 404
        assert httpx.post(base + setup.path, content=b" " * 17_000_000).status_code == 413
        stop(process)
        assert process.stdout is not None
        assert process.stdout.read() == ""


def test_three_hundred_saves_and_two_kills_give_each_event_once_in_the_file(setup: Setup) -> None:
    """The server is killed at any moment, and started again."""
    setup.send_to(setup.path)
    expected: list[str] = []
    with sending(setup.org):
        for turn in range(3):
            with setup.serving("--append", setup.out) as process:
                for number in range(20):
                    names = [f"{turn}-{number}-{item}" for item in range(5)]
                    setup.save(*names)
                    expected += names
                outbound_messages_of(setup.org).queue.retry_all()
                if turn < 2:
                    until(lambda: len(names_in_whole_lines_or_none(setup.out)) > 10)
                    process.kill()
                else:
                    until(lambda: setup.waiting() == 0)
                    assert stop(process) == 0

    assert sorted(names_in(setup.out)) == sorted(expected)


def names_in_whole_lines_or_none(path: Path) -> list[str]:
    return names_in_whole_lines(path) if path.exists() else []


@pytest.mark.parametrize(("kill", "times"), [("before", 1), ("after", 2)])
def test_an_application_gets_each_event_and_none_twice_but_after_a_crash(
    setup: Setup, kill: str, times: int
) -> None:
    """Killed within its own function, before it kept the event or after it, and never answered."""
    setup.send_to(setup.path)
    setup.save("a")
    with setup.running(APPLICATION, setup.port, setup.folder, kill) as process:
        until(lambda: is_up(setup.port))
        assert send_due(setup.org) == 0
        assert process.wait(PATIENCE) == -signal.SIGKILL
    outbound_messages_of(setup.org).queue.retry_all()

    with setup.running(APPLICATION, setup.port, setup.folder, "never"):
        until(lambda: is_up(setup.port))
        assert send_due(setup.org) == 1
        setup.save("b")
        assert send_due(setup.org) == 1

    log = setup.folder / "kept.jsonl"
    assert names_in(log) == ["a"] * times + ["b"]
    ids = [json.loads(line)["id"] for line in log.read_text().splitlines()]
    assert len(set(ids)) == 2


def is_up(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/openapi.json")
    except httpx.HTTPError:
        return False
    return True
