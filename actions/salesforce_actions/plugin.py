"""What the entry point names: the hooks of the contract, each a few lines over the connector.

Importing it imports no HTTP library, so that a host can list its connectors at once; the connector
itself is imported by the first hook that needs it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pluggy

import salesforce_schemas

if TYPE_CHECKING:
    import httpx

    from salesforce_actions.runner import Runner
    from salesforce_connector.connection import Connection
    from salesforce_connector.http.transport import AsyncTransport, SyncTransport

NAME: Final = "salesforce"

hookimpl = pluggy.HookimplMarker("workflow_connectors")


class SalesforceConnector:
    """The connector. What is pooled for connections is its state; `close` frees all of it.

    Attributes:
        contract_version: Of the contract that its hooks fit.
    """

    contract_version: Final = 1

    def __init__(
        self,
        transport: httpx.BaseTransport | SyncTransport | None = None,
        async_transport: httpx.AsyncBaseTransport | AsyncTransport | None = None,
    ) -> None:
        """Make a connector.

        Args:
            transport: Where requests of sync hooks go; the network when None.
            async_transport: Where requests of async hooks go; the network when None.
        """
        self._transport = transport
        self._async_transport = async_transport
        self._runner_or_none: Runner | None = None

    @hookimpl
    def connector_manifest(self) -> dict[str, Any]:
        return salesforce_schemas.manifest()

    @hookimpl
    def connector_summary(self, connector: str) -> dict[str, Any] | None:
        return salesforce_schemas.summary() if connector == NAME else None

    @hookimpl
    def describe_action(self, connector: str, action: str) -> dict[str, Any] | None:
        return salesforce_schemas.describe(action) if connector == NAME else None

    @hookimpl
    def describe_auth_method(self, connector: str, method: str) -> dict[str, Any] | None:
        return salesforce_schemas.describe_auth_method(method) if connector == NAME else None

    @hookimpl
    def check_settings(
        self, connector: str, method: str, settings: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        from salesforce_connector.auth import read_settings

        _, secrets = read_settings(method, settings)
        return {"hosts": [urlsplit(secrets.base_url).hostname or ""]}

    @hookimpl
    def begin_authorization(
        self, connector: str, method: str, settings: Mapping[str, Any], redirect_uri: str
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        from salesforce_actions import sign_in

        return sign_in.begin(method, settings, redirect_uri)

    @hookimpl
    def finish_authorization(
        self,
        connector: str,
        method: str,
        settings: Mapping[str, Any],
        pending: Mapping[str, Any],
        callback_url: str,
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        from salesforce_actions import sign_in

        used_states = self._runner.pool.used_states
        return sign_in.finish(method, settings, pending, callback_url, self._transport, used_states)

    @hookimpl
    def refresh_connection(self, connector: str, connection: Connection) -> dict[str, Any] | None:
        return self._runner.refresh(connection) if connector == NAME else None

    @hookimpl
    def list_allowed_actions(self, connector: str, connection: Connection) -> list[str] | None:
        if connector != NAME:
            return None
        from salesforce_actions import allowed_actions

        return allowed_actions.list_allowed(connection)

    @hookimpl
    def list_limits(self, connector: str, connection: Connection) -> list[dict[str, Any]] | None:
        return self._runner.limits(connection) if connector == NAME else None

    @hookimpl
    def test_connection(self, connector: str, connection: Connection) -> dict[str, Any] | None:
        return self._runner.test(connection, None) if connector == NAME else None

    @hookimpl
    def test_connection_with_progress(
        self,
        connector: str,
        connection: Connection,
        progress: Callable[[dict[str, str]], object],
    ) -> dict[str, Any] | None:
        return self._runner.test(connection, progress) if connector == NAME else None

    @hookimpl
    def run_action(
        self,
        connector: str,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        return self._runner.run(action, connection, inputs, context or {})

    @hookimpl
    def run_action_async(
        self,
        connector: str,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> Awaitable[dict[str, Any]] | None:
        if connector != NAME:
            return None
        return self._runner.run_async(action, connection, inputs, context or {})

    @hookimpl
    def stream_action(
        self,
        connector: str,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> Iterator[dict[str, Any]] | None:
        if connector != NAME:
            return None
        return self._runner.stream(action, connection, inputs, context or {})

    @hookimpl
    def stream_action_async(
        self,
        connector: str,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any] | None,
    ) -> AsyncIterator[dict[str, Any]] | None:
        if connector != NAME:
            return None
        return self._runner.stream_async(action, connection, inputs, context or {})

    @hookimpl
    def resolve_schema(
        self, connector: str, action: str, connection: Connection, inputs: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        return self._runner.resolve(action, connection, inputs) if connector == NAME else None

    @hookimpl
    def list_options(
        self,
        connector: str,
        source: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        search: str,
        page: str | None,
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        return self._runner.options(source, connection, inputs, search, page)

    @hookimpl
    def poll_trigger(
        self,
        connector: str,
        trigger: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        return self._runner.poll(trigger, connection, inputs, cursor)

    @hookimpl
    def poll_trigger_async(
        self,
        connector: str,
        trigger: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> Awaitable[dict[str, Any]] | None:
        if connector != NAME:
            return None
        return self._runner.poll_async(trigger, connection, inputs, cursor)

    @hookimpl
    def receive_webhook(
        self,
        connector: str,
        trigger: str,
        connection: Connection,
        request: Mapping[str, Any],
    ) -> dict[str, Any] | None:
        if connector != NAME:
            return None
        from salesforce_actions.trigger_catalog import TRIGGERS

        definition = TRIGGERS.get(trigger)
        return (
            definition.receive(connection, request) if definition and definition.receive else None
        )

    @hookimpl
    def close_connection(self, connector: str, connection: Connection, revoke: bool) -> bool | None:
        if connector != NAME:
            return None
        self._runner.close(connection, revoke=revoke)
        return True

    def close(self) -> None:
        """Free all that is pooled; a call after it begins anew."""
        if self._runner_or_none is not None:
            self._runner_or_none.pool.empty()

    @property
    def _runner(self) -> Runner:
        if self._runner_or_none is None:
            from salesforce_actions.client_pool import ClientPool
            from salesforce_actions.runner import Runner

            pool = ClientPool(self._transport, self._async_transport)
            self._runner_or_none = Runner(pool)
        return self._runner_or_none


plugin = SalesforceConnector()
