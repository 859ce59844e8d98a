"""The objects that the routes use, for one process and for the user of one request."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from connector_host.access import Principal
from connector_host.connection_admin import ConnectionAdmin
from connector_host.hookspecs import Json
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.schema_validation import ValidatorCache
from connector_host.secret_hosts import LocalHosts
from connector_host.store.connection_store import ConnectionStore


@dataclass(frozen=True)
class Events:
    """Events of a trigger, for the application that mounts the API.

    Attributes:
        trigger: Name of the stored trigger.
        events: Oldest first.
    """

    trigger: str
    connection: str
    events: list[Json]


class Services:
    """The connectors and the store of one process, and the application's event handler."""

    def __init__(
        self,
        registry: Registry,
        store: ConnectionStore,
        *,
        on_events: Callable[[Events], object] | None = None,
        clock: Callable[[], float] = time.time,
        local_hosts: LocalHosts = "own",
    ) -> None:
        """Args:
        on_events: Called with the events of polls and webhooks; if it raises, they are delivered
            again later. None: events of polls are only in the response, and pushed events stay
            stored, for `Runner.deliver` or the command `webhook serve`.
        clock: Returns seconds since 1970.
        local_hosts: Whether connections may point at services of this machine; use `never`
            unless all users are trusted with these services.
        """
        self.local_hosts = local_hosts
        self.registry = registry
        self.store = store
        self.on_events = on_events
        self.clock = clock
        self._validators = ValidatorCache()

    def acting_for(self, principal: Principal | None) -> "Actor":
        """Return the objects for one user; None for an unnamed one."""
        runner = Runner(
            self.registry,
            self.store,
            principal=principal,
            clock=self.clock,
            validators=self._validators,
            local_hosts=self.local_hosts,
        )
        return Actor(self, principal, runner, ConnectionAdmin(self.store, principal))


@dataclass(frozen=True)
class Actor:
    """The user of a request, and the objects that authorize the user's operations.

    Attributes:
        principal: None for an unnamed user.
        runner: Runs, tests, signs in.
        admin: Renames, shares, removes.
    """

    services: Services
    principal: Principal | None
    runner: Runner
    admin: ConnectionAdmin

    @property
    def registry(self) -> Registry:
        return self.services.registry

    @property
    def store(self) -> ConnectionStore:
        return self.services.store

    @property
    def who(self) -> str:
        return self.principal.user if self.principal else ""
