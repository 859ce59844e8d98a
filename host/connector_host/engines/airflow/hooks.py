"""The hooks: convert Airflow's connection to the contract's, and test it.

Airflow needs a class for each connection type, so there is one for each installed connector, with
its name.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

from airflow.sdk.bases.hook import BaseHook

from connector_host.engines.airflow import CONNECTION_TYPE_SUFFIX, shown_name
from connector_host.engines.airflow.fields import (
    hook_class_name,
    settings_of,
    stored_connection,
)
from connector_host.engines.stateless import StatelessConnection
from connector_host.errors import BadInput, HostError
from connector_host.hookspecs import Json, TestReport
from connector_host.host import Host
from connector_host.registry import Registry


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Return the connectors of this process."""
    return Registry.load(validate=False)


@lru_cache(maxsize=1)
def host() -> Host:
    """Return the host with the stored connections; its store is opened on first use."""
    return Host()


class ConnectorHook(BaseHook):
    """Runs a connector's actions with one of Airflow's connections."""

    conn_name_attr = "conn_id"
    connector: ClassVar[str]

    def __init__(self, conn_id: str) -> None:
        super().__init__()
        self.conn_id = conn_id

    @classmethod
    def of(cls, conn_id: str) -> "ConnectorHook":
        """Return the hook for a connection, by its type.

        Raises:
            BadInput: No installed connector has that type.
        """
        conn_type = cls.get_connection(conn_id).conn_type or ""
        connector = conn_type.removesuffix(CONNECTION_TYPE_SUFFIX)
        if connector not in HOOKS:
            installed = ", ".join(f"{name}{CONNECTION_TYPE_SUFFIX}" for name in HOOKS)
            raise BadInput(
                f"The connection {conn_id!r} has the type {conn_type!r}.",
                f"Use a connection of one of these types: {installed}.",
            )
        return HOOKS[connector](conn_id)

    def get_conn(self) -> Any:
        """Return the contract's connection; its id is the same in all tasks.

        Raises:
            BadInput: A field of the connection is not valid; the message names it.
        """
        connection = self.get_connection(self.conn_id)
        if name := stored_connection(connection):
            return host().store.get(name)
        method, settings = settings_of(registry().manifest(self.connector), connection)
        return StatelessConnection(self.connector, method["name"], settings)

    def test_connection(self) -> tuple[bool, str]:
        """Test the connection, and return success and a message with each check that is not ok."""
        try:
            report = self._report()
        except HostError as error:
            return False, str(error)
        except Exception as error:
            self.log.exception("the test failed unexpectedly")
            return False, f"The test failed unexpectedly: {type(error).__name__}."
        return report["ok"], test_message(report)

    def _report(self) -> TestReport:
        connection = self.get_conn()
        report: TestReport = registry().call(
            self.connector, "test_connection", connection=connection
        )
        return report


def test_message(report: TestReport) -> str:
    """Format a report as one paragraph: user and org, then the faults and their remedies."""
    lines = []
    if report["ok"]:
        who = _facts(report["identity"], ("username", "name"))
        where = _facts(report["org"], ("name", "id"))
        lines.append(f"Connected as {who} to {where}." if who and where else "Connected.")
    lines += [
        f"{check['message']} {check['remedy']}".strip()
        for check in report["checks"]
        if check["status"] in ("failed", "warning")
    ]
    return " ".join(lines)


def _facts(facts: Mapping[str, Json], names: tuple[str, ...]) -> str:
    return next((str(facts[name]) for name in names if facts.get(name)), "")


def _hook(connector: str) -> type[ConnectorHook]:
    manifest = registry().manifest(connector)
    attributes = {
        "__module__": __name__,
        "__doc__": f"Runs actions of {manifest['title']}.",
        "connector": connector,
        "conn_type": f"{connector}{CONNECTION_TYPE_SUFFIX}",
        "hook_name": shown_name(connector, manifest["title"]),
        "default_conn_name": f"{connector}_default",
    }
    return type(hook_class_name(connector), (ConnectorHook,), attributes)


HOOKS: dict[str, type[ConnectorHook]] = {name: _hook(name) for name in registry().names}
globals().update({hook.__name__: hook for hook in HOOKS.values()})
