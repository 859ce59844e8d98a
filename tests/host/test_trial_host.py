"""What a command of another package may rely on in `ctx.obj`."""

from pathlib import Path

from connector_host.host import Host


def test_a_trial_host_has_a_store_and_key_of_its_own(host: Host, tmp_path: Path) -> None:
    """A demo leaves nothing among a person's own connections."""
    trial = host.trial(tmp_path / "trial")

    trial.runner.connect("demo", "echo", "token", {"room": "open", "token": "t"})

    assert [connection.name for connection in trial.store.list()] == ["demo"]
    assert host.store.list() == []
    assert (tmp_path / "trial" / "key").exists()
    assert trial.registry is host.registry
    trial.store.close()


def test_the_locations_come_from_the_environment(tmp_path: Path) -> None:
    message = Host(environment={"CONNECTOR_HOST_STORE": "postgresql://h/d"})
    inputs = Host(store=tmp_path / "x", environment={"CONNECTOR_HOST_STORE": "postgresql://h/d"})
    default = Host(environment={})

    assert message.location == "postgresql://h/d"
    assert inputs.location == tmp_path / "x"
    assert Path(default.location).name == "connections.sqlite3"
