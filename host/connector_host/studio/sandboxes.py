"""Sandboxes: services on this machine that a package provides for trying its connector.

A package registers one in the entry-point group `connector_host.sandboxes`; the studio shows a page
for it and starts it on request. The members of `Sandbox` are the contract; the package imports
nothing from the host.
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
        name: Name of the connection.
        app_settings: The settings for an app profile; may include secrets.
        settings: The other settings.
    """

    name: str
    title: str
    summary: str
    method: str
    settings: JsonObject
    app_settings: JsonObject


class Sandbox(Protocol):
    """A service on this machine that can be started and inspected.

    Attributes:
        name: Its name in URLs.
        connector: Name of the connector that it serves.
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
        """Return `url`, `apps`, `users`, `data` and `faults`, which are empty unless it runs."""

    def samples(self, redirect_uri: str) -> list[Sample]:
        """Return the connections to offer, whose apps accept `redirect_uri`."""

    def requests(self, after: int) -> list[JsonObject]:
        """Return the requests with a number above `after`, oldest first, with masked tokens."""

    def set_fault(self, kind: str, on: bool) -> None:
        """Switch a fault on or off.

        Raises:
            ValueError: There is no fault of this kind.
        """


class Sandboxes:
    """The installed sandboxes, created when they are first needed."""

    def __init__(self, entries: Iterable[EntryPoint] | None = None) -> None:
        available = entry_points(group=GROUP) if entries is None else entries
        self._sandboxes: dict[str, Sandbox] = {}
        for entry in available:
            try:
                sandbox: Sandbox = entry.load()()
            except (Exception, SystemExit):  # noqa: BLE001 - a package's import may raise anything
                _log.exception("The sandbox %s cannot be loaded.", entry.name)
                continue
            self._sandboxes[sandbox.name] = sandbox

    @property
    def names(self) -> list[str]:
        return sorted(self._sandboxes)

    def get(self, name: str) -> Sandbox:
        """Return the sandbox of this name.

        Raises:
            UnknownName: There is none; the error suggests the nearest.
        """
        if name not in self._sandboxes:
            raise unknown("sandbox", name, self._sandboxes)
        return self._sandboxes[name]

    def stop(self) -> None:
        """Stop all that run."""
        for sandbox in self._sandboxes.values():
            if sandbox.running:
                sandbox.stop()
