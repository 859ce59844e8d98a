"""The runner: one object by which an engine uses its connections.

It knows no connector by name and sends nothing itself. Errors of connectors pass through unchanged;
all others are `errors`. Its methods are those of its five parts, a module each.
"""

import time
from collections.abc import Callable

from connector_host.access import Principal
from connector_host.authorization import Authorizer
from connector_host.registry import Registry
from connector_host.runner.action_runner import ActionRunner
from connector_host.runner.connection_catalog import ConnectionCatalog
from connector_host.runner.connection_health import ConnectionHealth
from connector_host.runner.connection_setup import ConnectionSetup
from connector_host.runner.trigger_runner import TriggerRunner
from connector_host.schema_validation import ValidatorCache
from connector_host.secret_hosts import LocalHosts
from connector_host.store.protocol import Store


class Runner:
    """The connections of one host; safe to use from threads and event loops.

    Attributes:
        setup: Connects, signs in, closes.
        health: Tests connections and fetches quotas.
        catalog: Describes actions, schemas and options.
        action_runner: Runs actions and streams their records.
        triggers: Polls triggers, receives webhooks and delivers events.
    """

    def __init__(
        self,
        registry: Registry,
        store: Store,
        *,
        principal: Principal | None = None,
        clock: Callable[[], float] = time.time,
        validators: ValidatorCache | None = None,
        local_hosts: LocalHosts = "own",
    ) -> None:
        """Args:
        principal: The user; None for connections that anyone may use. See `acting_for`.
        clock: Returns seconds since 1970.
        local_hosts: Whether connections may point at services of this machine; see
            `secret_hosts`.
        """
        self._registry = registry
        self._store = store
        self._clock = clock
        self._validators = validators or ValidatorCache()
        self._local_hosts = local_hosts
        authorizer = Authorizer(store, principal)

        self.setup = ConnectionSetup(
            registry,
            store,
            principal=principal,
            clock=clock,
            validators=self._validators,
            local_hosts=local_hosts,
        )
        self.connect = self.setup.connect
        self.reconnect = self.setup.reconnect
        self.begin = self.setup.begin
        self.finish = self.setup.finish
        self.close = self.setup.close

        self.health = ConnectionHealth(registry, store, authorizer)
        self.test = self.health.test
        self.limits = self.health.limits

        self.catalog = ConnectionCatalog(registry, authorizer, self._validators)
        self.actions = self.catalog.actions
        self.describe = self.catalog.describe
        self.schema = self.catalog.schema
        self.options = self.catalog.options

        self.action_runner = ActionRunner(registry, store, authorizer, self._validators)
        self.run = self.action_runner.run
        self.run_async = self.action_runner.run_async
        self.stream = self.action_runner.stream
        self.stream_async = self.action_runner.stream_async

        self.triggers = TriggerRunner(registry, store, authorizer, self._validators)
        self.check_trigger = self.triggers.check_trigger
        self.poll = self.triggers.poll
        self.poll_async = self.triggers.poll_async
        self.poll_once = self.triggers.poll_once
        self.poll_once_async = self.triggers.poll_once_async
        self.receive_webhook = self.triggers.receive_webhook
        self.deliver = self.triggers.deliver

    def acting_for(self, principal: Principal | None) -> "Runner":
        """Return a runner for one user; cheap enough to create one for each request."""
        return Runner(
            self._registry,
            self._store,
            principal=principal,
            clock=self._clock,
            validators=self._validators,
            local_hosts=self._local_hosts,
        )
