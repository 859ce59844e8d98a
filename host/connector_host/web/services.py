"""What the routes work with: the host's own objects, for whoever asks."""

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
    """Events of a trigger, handed to the application that the API is mounted in.

    Attributes:
        trigger: Name of the stored trigger.
        events: Oldest first.
    """

    trigger: str
    connection: str
    events: list[Json]


class Services:
    """One process's connectors and store, and the application's part in them."""

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
        on_events: Called with what polls and webhooks give; may raise to have it again later.
            None: what polls give is in their response alone, and what is pushed stays stored, for
            `Runner.deliver` or the command `webhook serve`.
        clock: Gives seconds since 1970.
        local_hosts: Whether connections may point at services of this machine; `never` for hosts
            whose users are not all trusted with it.
        """
        self.local_hosts = local_hosts
        self.registry = registry
        self.store = store
        self.on_events = on_events
        self.clock = clock
        self._validators = ValidatorCache()

    def acting_for(self, principal: Principal | None) -> "Actor":
        """Return what one person, or nobody in particular, may do."""
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
    """Who asks, and the objects that check what they may do.

    Attributes:
        principal: None for nobody in particular.
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
