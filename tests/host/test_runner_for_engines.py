"""What engines need of the runner beside running: context, cancelling, and what may be run."""

import asyncio
import importlib
import subprocess
import sys
import threading
from typing import Any

import pytest
from host.connector_site import Site

from connector_host.access import Principal
from connector_host.errors import NotAllowed, PluginBroken, UnknownName
from connector_host.hookspecs import Progress
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore


class Cancelled(Exception):
    """An engine's own."""


@pytest.fixture
def runner(registry: Registry, file_store: ConnectionStore) -> Runner:
    runner = Runner(registry, file_store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    runner.connect("quiet", "echo", "token", {"room": "library", "token": "t"})
    return runner


def cancel(progress: Progress) -> None:
    raise Cancelled(progress["state"])


def test_raising_from_progress_cancels_the_run_and_marks_nothing(
    runner: Runner, file_store: ConnectionStore
) -> None:
    """The engine's exception comes back as it is; the service was not called after it."""
    with pytest.raises(Cancelled):
        runner.run("acme", "say", {"text": "hi"}, progress=cancel)
    with pytest.raises(Cancelled):
        asyncio.run(runner.run_async("acme", "say", {"text": "hi"}, progress=cancel))

    assert file_store.get("acme").credentials == {}
    assert file_store.get("acme").needs_sign_in is None


def test_progress_is_called_where_the_action_runs(runner: Runner) -> None:
    threads: list[int] = []

    def note(_: Progress) -> None:
        threads.append(threading.get_ident())

    runner.run("acme", "say", {"text": "hi"}, progress=note)

    assert threads == [threading.get_ident()]


def test_run_passes_its_options_to_the_connector(runner: Runner, registry: Registry) -> None:
    plugin = importlib.import_module("echo_connector").plugin

    runner.run("acme", "say", {"text": "x"}, run_id="r1", resume={"said": 1}, retry_for=0)
    asyncio.run(runner.run_async("acme", "say", {"text": "x"}, resume={"said": 2}, retry_for=9))

    assert plugin.contexts[-2:] == [
        {"run_id": "r1", "resume": {"said": 1}, "retry_for": 0},
        {"resume": {"said": 2}, "retry_for": 9},
    ]


def test_a_host_may_leave_the_context_out(registry: Registry, file_store: ConnectionStore) -> None:
    connection = Runner(registry, file_store).connect(
        "acme", "echo", "token", {"room": "open", "token": "t"}
    )

    result = registry.call(
        "echo", "run_action", action="say", connection=connection, inputs={"text": "hi"}
    )

    assert result["output"]["text"] == "hi"


def test_a_store_is_never_written_on_the_event_loop(
    registry: Registry, file_store: ConnectionStore
) -> None:
    """A run that ends the authorization marks the connection: from a thread of its own."""
    writers: list[int] = []
    runner = Runner(registry, file_store)
    connection = runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    mark = connection.mark

    def record(code: str, reason: str) -> None:
        writers.append(threading.get_ident())
        mark(code, reason)

    connection.mark = record  # type: ignore[method-assign]
    with pytest.raises(Exception, match="Too loud"):
        asyncio.run(runner.run_async(connection, "shout", {"kind": "unauthorized"}))

    assert threading.get_ident() not in writers
    assert len(writers) == 1
    assert file_store.get("acme").needs_sign_in is not None


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["name"] for entry in entries]


def test_lists_the_actions_that_a_connection_allows(runner: Runner) -> None:
    assert names(runner.actions("quiet")) == ["say"]
    assert names(runner.actions("acme")) == ["say", "shout"]


def test_lists_all_actions_of_a_connector_without_the_hook(
    site: Site, registry: Registry, file_store: ConnectionStore
) -> None:
    from host.engines.secretive_connector import secretive

    secretive(site)
    runner = Runner(site.load(), file_store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    file_store.add(
        "other",
        connector="secretive",
        method="browser",
        settings={},
        secrets={},
        credentials={},
    )

    assert runner.actions("other") == []
    assert not site.load().has_hook("secretive", "list_allowed_actions")
    assert site.load().has_hook("echo", "list_allowed_actions")


def test_describes_a_connection_without_its_settings(runner: Runner) -> None:
    described = runner.describe("acme")

    assert described == {
        "id": described["id"],
        "name": "acme",
        "connector": "echo",
        "title": "Echo",
        "version": "1.2.3",
        "method": "token",
        "owner": None,
        "needs_sign_in": None,
    }


def test_describes_an_action(runner: Runner) -> None:
    assert runner.describe("acme", "say")["input"]["required"] == ["text"]
    with pytest.raises(UnknownName, match="Did you mean 'say'"):
        runner.describe("acme", "sya")


def test_describe_rejects_other_users(registry: Registry, file_store: ConnectionStore) -> None:
    runner = Runner(registry, file_store)
    ann, bob = Principal("ann"), Principal("bob")
    runner.acting_for(ann).connect("anns", "echo", "token", {"room": "open", "token": "t"})

    for_bob = runner.acting_for(bob)
    for describe in (for_bob.describe, for_bob.actions):
        with pytest.raises(NotAllowed):
            describe("anns")


def test_an_unknown_option_of_a_run_is_a_type_error(runner: Runner) -> None:
    """Options are checked by name, also where no type checker looks."""
    options: Any = {"retry_fro": 0}
    with pytest.raises(TypeError, match=r"run\(\).*'retry_fro'"):
        runner.run("acme", "say", {"text": "hi"}, **options)
    other: Any = {"explain": True}
    with pytest.raises(TypeError, match=r"stream\(\).*'explain'"):
        runner.stream("acme", "count", {}, **other)


def test_loading_without_validation_imports_no_jsonschema() -> None:
    """0.3 s of a process that lists connectors."""
    program = (
        "import sys; from connector_host.registry import Registry;"
        "assert Registry.load(validate=False).names;"
        "assert 'jsonschema' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_loading_without_validation_still_finds_a_broken_outline(site: Site) -> None:
    site.install_tiny_connector()
    site.module(
        "broken",
        """
        import pluggy
        contract_version = 1
        @pluggy.HookimplMarker("workflow_connectors")
        def connector_manifest():
            return {"name": "broken", "title": "B", "version": "1", "actions": [{}]}
        """,
    )
    site.install("broken-dist", {"workflow_connectors": {"broken": "broken"}})
    registry = Registry.load(site.entry_points(), validate=False)

    assert registry.names == ["echo"]
    with pytest.raises(PluginBroken, match=r"auth_methods: missing.*actions: an entry has"):
        registry.manifest("broken")
