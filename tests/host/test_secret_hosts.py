"""Where the secrets of an app profile may go, whoever uses it."""

import doctest
from typing import Any

import pytest
from host.command_line import CommandLine

from connector_host import secret_hosts
from connector_host.errors import BadInput
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.secret_hosts import LocalHosts, is_local
from connector_host.store.connection_store import ConnectionStore

LOOPBACK = ["127.0.0.1", "127.1.2.3", "a.localhost.", "0.0.0.0"]  # noqa: S104


@pytest.fixture
def store(file_store: ConnectionStore) -> ConnectionStore:
    file_store.apps.add("ours", connector="echo", settings={}, secrets={"token": "hush"})
    file_store.apps.add(
        "bound",
        connector="echo",
        settings={},
        secrets={"token": "hush"},
        hosts=["acme.example.com", "*.sandbox.example.com"],
    )
    file_store.apps.add(
        "near", connector="echo", settings={"nearby": True}, secrets={"token": "hush"}
    )
    file_store.apps.add(
        "named", connector="echo", settings={}, secrets={"token": "hush"}, hosts=["127.0.0.1"]
    )
    return file_store


def connect(
    registry: Registry, store: ConnectionStore, room: str, app: str | None, **options: Any
) -> None:
    settings = {"room": room} if app else {"room": room, "token": "own"}
    Runner(registry, store, **options).connect("acme", "echo", "token", settings, app=app)


@pytest.mark.parametrize("host", LOOPBACK)
def test_profile_secret_is_not_sent_to_this_machine(
    registry: Registry, store: ConnectionStore, host: str
) -> None:
    """Any local user can listen on a port here."""
    with pytest.raises(BadInput, match="this machine"):
        connect(registry, store, host, "ours")
    assert store.list() == []


@pytest.mark.parametrize(
    "host", ["evil.example.com", "acme.example.com.evil.com", "sandbox.example.com", "127.0.0.1"]
)
def test_a_profile_is_bound_to_its_hosts(
    registry: Registry, store: ConnectionStore, host: str
) -> None:
    with pytest.raises(BadInput, match="may not be used with"):
        connect(registry, store, host, "bound")


def test_a_connection_cannot_leave_its_profiles_hosts_later(
    registry: Registry, store: ConnectionStore
) -> None:
    connect(registry, store, "acme.example.com", "bound")

    with pytest.raises(BadInput, match="may not be used with"):
        Runner(registry, store).reconnect("acme", {"room": "evil.example.com"})
    assert store.get("acme").settings["room"] == "acme.example.com"


def test_a_connection_cannot_allow_what_its_profile_does_not(
    registry: Registry, store: ConnectionStore
) -> None:
    settings = {"room": "127.0.0.1", "nearby": True}

    with pytest.raises(BadInput, match="this machine"):
        Runner(registry, store).connect("acme", "echo", "token", settings, app="ours")


def test_a_bound_profile_needs_a_connector_that_names_its_hosts(
    registry: Registry, store: ConnectionStore
) -> None:
    with pytest.raises(BadInput, match="does not say"):
        connect(registry, store, "hall", "bound")


@pytest.mark.parametrize(
    ("host", "app", "local_hosts"),
    [
        ("acme.example.com", "ours", "own"),
        ("acme.example.com", "bound", "own"),
        ("dev.sandbox.example.com", "bound", "never"),
        ("127.0.0.1", "near", "own"),
        ("127.0.0.1", "named", "own"),
        ("127.0.0.1", "ours", "always"),
        ("127.0.0.1", None, "own"),
    ],
)
def test_allowed_hosts_are_connected_to(
    registry: Registry,
    store: ConnectionStore,
    host: str,
    app: str | None,
    local_hosts: LocalHosts,
) -> None:
    connect(registry, store, host, app, local_hosts=local_hosts)

    assert store.get("acme").settings["room"] == host


def test_a_host_may_forbid_connections_to_this_machine_altogether(
    registry: Registry, store: ConnectionStore
) -> None:
    with pytest.raises(BadInput, match="not allowed here"):
        connect(registry, store, "127.0.0.1", None, local_hosts="never")


def test_the_command_line_binds_profiles_and_takes_the_switch(command: CommandLine) -> None:
    add = ("apps", "add", "ours", "--connector", "echo", "--set", "token=hush")
    assert command(*add, "--host", "acme.example.com").code == 0
    assert "acme.example.com" in command("apps", "show", "ours").out
    assert command(*add[:2], "other", *add[3:], "--host", "https://x/").code == 3
    connect = ("connect", "acme", "--connector", "echo", "--method", "token", "--no-test")

    refused = command(*connect, "--app", "ours", "--set", "room=evil.example.com")
    assert (refused.code, "may not be used with" in refused.err) == (3, True)
    own = (*connect, "--set", "room=127.0.0.1", "--set", "token=t")
    assert command(*own, CONNECTOR_HOST_LOCAL_HOSTS="never").code == 3
    assert command(*own, CONNECTOR_HOST_LOCAL_HOSTS="sometimes").code == 3
    assert command(*own).code == 0


def test_recognizes_local_hosts() -> None:
    assert doctest.testmod(secret_hosts).failed == 0
    assert [is_local(host) for host in ("[::1]", "::ffff:127.0.0.1", "169.254.1.1")] == [True] * 3
    assert not any(is_local(host) for host in ("8.8.8.8", "localhost.example.com", ""))


def test_web_api_applies_the_local_hosts_setting(
    registry: Registry, store: ConnectionStore
) -> None:
    from connector_host.web.services import Services

    actor = Services(registry, store, local_hosts="never").acting_for(None)
    settings = {"room": "127.0.0.1", "token": "own"}

    with pytest.raises(BadInput, match="not allowed here"):
        actor.runner.connect("acme", "echo", "token", settings)
