"""Sandboxes: services on this machine that a package brings to try its connector on.

A package names one by the entry-point group `connector_host.sandboxes`; the studio shows a panel
for it and starts it when somebody asks. The names of `Sandbox` are the contract; the package
imports nothing of the host's.
"""

import logging
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Final, Protocol, TypedDict

from connector_host.errors import unknown
from connector_host.hookspecs import JsonObject

GROUP: Final = "connector_host.sandboxes"

_log = logging.getLogger("connector_host.studio")


class Sample(TypedDict):
    """A connection to the sandbox that the studio offers to add.

    Attributes:
        name: Of the connection.
        app_settings: What of its settings an app profile holds; may hold secrets.
        settings: The others.
    """

    name: str
    title: str
    summary: str
    method: str
    settings: JsonObject
    app_settings: JsonObject


class Sandbox(Protocol):
    """A service on this machine that can be started and looked into.

    Attributes:
        name: In URLs.
        connector: Name of the connector that it is for.
    """

    name: str
    title: str
    connector: str
    description: str

    @property
    def running(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def describe(self) -> JsonObject:
        """Return `url`, `apps`, `users`, `data` and `faults`; empty ones while it does not run."""

    def samples(self, redirect_uri: str) -> list[Sample]:
        """Return connections to add, with `redirect_uri` let in by their apps."""

    def requests(self, after: int) -> list[JsonObject]:
        """Return the requests whose number is above `after`, oldest first, tokens masked."""

    def set_fault(self, kind: str, on: bool) -> None:
        """Switch a fault on or off.

        Raises:
            ValueError: There is none of this kind.
        """


class Sandboxes:
    """The sandboxes that are installed, made when they are first asked for."""

    def __init__(self, entries: Iterable[EntryPoint] | None = None) -> None:
        available = entry_points(group=GROUP) if entries is None else entries
        self._sandboxes: dict[str, Sandbox] = {}
        for entry in available:
            try:
                sandbox: Sandbox = entry.load()()
            except (Exception, SystemExit):  # noqa: BLE001 - a package's import may raise anything
                _log.exception("The sandbox %s does not load.", entry.name)
                continue
            self._sandboxes[sandbox.name] = sandbox

    @property
    def names(self) -> list[str]:
        return sorted(self._sandboxes)

    def get(self, name: str) -> Sandbox:
        """Return the sandbox of this name.

        Raises:
            UnknownName: There is none; names the nearest.
        """
        if name not in self._sandboxes:
            raise unknown("sandbox", name, self._sandboxes)
        return self._sandboxes[name]

    def stop(self) -> None:
        """Stop those that run."""
        for sandbox in self._sandboxes.values():
            if sandbox.running:
                sandbox.stop()
