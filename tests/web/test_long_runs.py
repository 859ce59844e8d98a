"""Runs that take long: cancelled by their id, or by a client that goes away; and pushed events."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from host.connector_site import Site
from web.conftest import HOST, Api, known_user, served

from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile
from connector_host.web import Services, create_app

SLOW = """
import asyncio
import pluggy

hookimpl = pluggy.HookimplMarker("workflow_connectors")
PART = {"title": "Part", "description": "A part.", "input": {"type": "object"}, "output": {}}
MANIFEST = {
    "manifest_version": 1, "name": "slow", "title": "Slow", "version": "1", "description": "Slow.",
    "auth_methods": [{"name": "none", "type": "none", "title": "None", "description": "None.",
                      "interactive": False, "schema": {"type": "object"}}],
    "actions": [{**PART, "name": "wait"}],
    "triggers": [{**PART, "name": "pushed", "delivery": "webhook"}],
}
started, ended = [], []


class Refused(Exception):
    kind, code, remedy, status, retry_after, fields, sent = (
        "forbidden", "NOT_OURS", "", None, None, (), False)


class Slow:
    contract_version = 1

    @hookimpl
    def connector_manifest(self):
        return MANIFEST

    @hookimpl
    def run_action_async(self, connector, action, connection, inputs, context):
        if connector != "slow":
            return None

        async def run():
            started.append(context["run_id"])
            context["progress"]({"done": 1, "total": None, "message": "begun", "state": {"job": 7}})
            try:
                await asyncio.sleep(60)
            finally:
                ended.append(context["run_id"])

        return run()

    @hookimpl
    def receive_webhook(self, connector, trigger, connection, request):
        if connector != "slow":
            return None
        if request["body"] != b"ours":
            raise Refused("The secret is s3cret.")
        response = {"status": 202, "headers": {"x-taken": "yes"}, "body": "<ok/>"}
        return {"events": [{"id": request["query"] or "1"}], "response": response}


plugin = Slow()
"""


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An API over a connector whose action takes a minute, with the connection `acme`."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    site = Site(folder)
    site.module("slow_plugin", SLOW)
    site.install("slow-connector", {"workflow_connectors": {"slow": "slow_plugin:plugin"}})
    (tmp_path / "store").mkdir()
    store = ConnectionStore.in_folder(tmp_path / "store")
    events: list[Any] = []
    failures: list[Exception] = []

    def take(pushed: Any) -> None:
        if failures:
            raise failures.pop()
        events.append(pushed)

    registry = site.load()
    services = Services(registry, store, on_events=take)
    app = create_app(services, authenticate=known_user, allowed_hosts=[HOST])
    headers = {"x-user": "anyone", "host": HOST}
    with served(app) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        body = {"name": "acme", "connector": "slow", "method": "none", "settings": {}}
        assert client.post("/api/connections", json=body).status_code == 201
        yield Api(client, store, registry, events, failures)
    store.close()


def outcomes(api: Api) -> list[str]:
    """Wait until a run has ended, and give how all did."""
    for _ in range(200):
        if runs := api.store.history.runs():
            return [run.outcome for run in runs]
        threading.Event().wait(0.05)
    return []


def begin(api: Api) -> Any:
    request = api.client.build_request(
        "POST",
        "/api/connections/acme/actions/wait/runs",
        json={"inputs": {}},
        headers={"accept": "text/event-stream"},
    )
    return api.client.send(request, stream=True)


def test_run_is_cancelled_by_its_id(slow: Api) -> None:
    answer = begin(slow)
    lines = answer.iter_lines()
    run_id = next(line for line in lines if "run_id" in line).split('"')[3]
    progress = next(line for line in lines if line.startswith("data: ") and "begun" in line)
    assert "job" not in progress

    other = httpx.delete(
        f"{slow.client.base_url}/api/runs/{run_id}", headers={"host": HOST, "x-user": "eve"}
    )
    assert other.status_code == 404
    slow.call("DELETE", f"/api/runs/{run_id}")

    rest = list(lines)
    assert any("event: error" in line for line in rest)
    assert any('"CANCELLED"' in line for line in rest)
    assert outcomes(slow) == ["cancelled"]


def test_disconnected_client_cancels_its_run(slow: Api) -> None:
    answer = begin(slow)
    next(line for line in answer.iter_lines() if "begun" in line)
    answer.close()

    assert outcomes(slow) == ["cancelled"]


def test_pushed_events_are_delivered_before_the_response(slow: Api) -> None:
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    url = slow.call("POST", "/api/triggers", body)["webhook_url"]
    path = url.removeprefix(f"http://{HOST}")

    # A service knows no session and no origin of ours.
    answer = httpx.post(f"{slow.client.base_url}{path}", content=b"ours", headers={"host": HOST})

    assert (answer.status_code, answer.text) == (202, "<ok/>")
    assert answer.headers["x-taken"] == "yes"
    (event,) = slow.events
    assert (event.trigger, event.connection, event.events) == ("pushes", "acme", [{"id": "1"}])


def test_rejected_events_are_pushed_again(slow: Api) -> None:
    """It is not answered then, so the service sends them again; they are handed on once."""
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    url = slow.call("POST", "/api/triggers", body)["webhook_url"]
    path = url.removeprefix(f"http://{HOST}")
    slow.failures.append(OSError("the application's queue is full"))

    def push() -> int:
        address = f"{slow.client.base_url}{path}"
        return httpx.post(address, content=b"ours", headers={"host": HOST}).status_code

    assert push() >= 500
    assert slow.events == []
    assert [push(), push()] == [202, 202]
    assert [event.events for event in slow.events] == [[{"id": "1"}]]


def test_pushed_events_without_a_handler_stay_stored(slow: Api) -> None:
    """An application without a function for events loses none: another process delivers them."""
    registry = slow.registry
    runner = Runner(registry, slow.store)
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    slow.call("POST", "/api/triggers", body)
    trigger = slow.store.triggers.get("pushes")
    app = create_app(Services(registry, slow.store), authenticate=known_user, allowed_hosts=[HOST])
    with served(app) as url:
        address = f"{url}/webhooks/{trigger.id}"
        answer = httpx.post(address, content=b"ours", headers={"host": HOST})
    handed: list[Any] = []

    assert answer.status_code == 202
    assert runner.deliver(trigger, handed.extend) == 1
    assert handed == [{"id": "1"}]


@pytest.fixture
def full(slow: Api, tmp_path: Path) -> Iterator[Api]:
    """The API over a store of which each trigger holds one event; nobody takes events."""
    folder = tmp_path / "store"
    place, keys = folder / "connections.sqlite3", KeyFile(folder / "key")
    with closing(ConnectionStore(place, keys, max_waiting_events=1)) as store:
        app = create_app(
            Services(slow.registry, store), authenticate=known_user, allowed_hosts=[HOST]
        )
        headers = {"x-user": "anyone", "host": HOST}
        with served(app) as url, httpx.Client(base_url=url, headers=headers) as client:
            yield Api(client, store, slow.registry, [], [])


def test_push_beyond_the_limit_is_rejected_until_delivery(full: Api) -> None:
    """So the service sends it again, and nothing is lost."""
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    path = full.call("POST", "/api/triggers", body)["webhook_url"].removeprefix(f"http://{HOST}")

    def push(event: str) -> httpx.Response:
        return full.client.post(f"{path}?{event}", content=b"ours")

    assert push("a").status_code == 202
    refused = push("b")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    assert refused.json()["code"] == "TOO_MANY_WAITING_EVENTS"
    handed: list[Any] = []
    runner, trigger = Runner(full.registry, full.store), full.store.triggers.get("pushes")
    runner.deliver(trigger, handed.extend)
    assert push("b").status_code == 202
    runner.deliver(trigger, handed.extend)
    assert handed == [{"id": "a"}, {"id": "b"}]


def test_recovered_application_makes_room_for_events(slow: Api, full: Api) -> None:
    """Its function failed once, so one event waits; the next push hands that on, and fits then."""
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    path = slow.call("POST", "/api/triggers", body)["webhook_url"].removeprefix(f"http://{HOST}")
    full.client.post(f"{path}?a", content=b"ours")
    handed: list[Any] = []
    services = Services(
        slow.registry, full.store, on_events=lambda some: handed.extend(some.events)
    )
    app = create_app(services, authenticate=known_user, allowed_hosts=[HOST])
    with served(app) as url:
        answers = [
            httpx.post(f"{url}{path}?b", content=b"ours", headers={"host": HOST}).status_code
            for _ in range(2)
        ]

    assert answers == [503, 202]
    assert handed == [{"id": "a"}, {"id": "b"}]


def test_stored_events_are_listed_without_being_delivered(full: Api) -> None:
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    path = full.call("POST", "/api/triggers", body)["webhook_url"].removeprefix(f"http://{HOST}")
    full.client.post(f"{path}?a", content=b"ours")

    for _ in range(2):
        stored = full.call("GET", "/api/triggers/pushes/events")
        assert stored == {"events": [{"id": "a"}], "waiting": 1}


def test_stored_events_are_for_who_may_use_the_connection(full: Api) -> None:
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    full.call("POST", "/api/triggers", body)
    full.call("PUT", "/api/connections/acme/access", {"owner": "ann", "users": [], "groups": []})

    answer = full.client.get("/api/triggers/pushes/events", headers={"x-user": "eve"})

    assert answer.status_code == 403


def test_unknown_push_is_rejected_without_a_reason(slow: Api) -> None:
    body = {"name": "pushes", "connection": "acme", "trigger": "pushed", "inputs": {}}
    url = slow.call("POST", "/api/triggers", body)["webhook_url"]
    path = url.removeprefix(f"http://{HOST}")
    base = str(slow.client.base_url)

    refused = httpx.post(base + path, content=b"theirs", headers={"host": HOST})
    unknown = httpx.post(f"{base}/webhooks/nothing", content=b"ours", headers={"host": HOST})

    assert refused.status_code == 403
    assert "s3cret" not in refused.text
    assert unknown.status_code == 404
    assert slow.events == []


def test_incomplete_request_harms_nothing(slow: Api) -> None:
    host, port = slow.client.base_url.host, slow.client.base_url.port or 80
    with socket.create_connection((host, port)) as connection:
        connection.sendall(
            f"POST /api/connections HTTP/1.1\r\nhost: {HOST}\r\nx-user: anyone\r\n"
            "content-length: 100\r\n\r\n{".encode()
        )

    assert len(slow.call("GET", "/api/connections")) == 1
