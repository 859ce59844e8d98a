"""What each hook of the plugin does, with the clients of a connection."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from salesforce_actions.catalog import find_action
from salesforce_actions.client_pool import ClientPool
from salesforce_actions.page_writer import PageWriter
from salesforce_actions.polls import as_trigger_batch, begin_poll
from salesforce_actions.trigger_catalog import TRIGGERS, find_trigger
from salesforce_connector.auth import tokens
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.http.exchange import send_token_request
from salesforce_connector.http.result import Result

if TYPE_CHECKING:
    from salesforce_connector.connection_test import Report


class Runner:
    """The work of one plugin object; each method is what one hook does.

    Attributes:
        pool: The clients that it works with.
    """

    def __init__(self, pool: ClientPool) -> None:
        self.pool = pool

    def run(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Run an action; see `Client.run` for what it raises."""
        definition, client = find_action(action), self.pool.client(connection)
        if context.get("explain"):
            return client.explain(definition, inputs).as_json()
        result = Result.in_context(context)
        client.run(definition, inputs, result, connection=connection)
        result.warnings += client.session.warnings
        return result.as_json()

    async def run_async(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Run an action on the running event loop; see `run`."""
        definition, client = find_action(action), await self.pool.async_client(connection)
        if context.get("explain"):
            return client.explain(definition, inputs).as_json()
        result = Result.in_context(context)
        await client.run(definition, inputs, result, connection=connection)
        result.warnings += client.session.warnings
        return result.as_json()

    def stream(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> Iterator[dict[str, Any]]:
        """Return an action's records page by page; see `Client.stream` for what it raises."""
        definition, client = find_action(action), self.pool.client(connection)
        stream, result = PageWriter.begin(context), Result.in_context(context)
        pages = client.stream(definition, inputs, result, connection=connection)
        return stream.write_all(pages, result, client.session.warnings)

    async def stream_async(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield an action's records on the running event loop; see `stream`."""
        definition, stream = find_action(action), PageWriter.begin(context)
        client, result = await self.pool.async_client(connection), Result.in_context(context)
        pages = client.stream(definition, inputs, result, connection=connection)
        written = stream.write_all_async(pages, result, client.session.warnings)
        async with aclosing(written):
            async for page in written:
                yield page

    def poll(
        self,
        trigger: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """Poll a trigger once; see `Client.run` for what it raises."""
        definition, client = find_trigger(trigger), self.pool.client(connection)
        result = Result()
        flow = begin_poll(definition, client, inputs, cursor)
        return as_trigger_batch(client.drive(flow, result, connection=connection), result)

    async def poll_async(
        self,
        trigger: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """Poll a trigger once on the running event loop; see `poll`."""
        definition, client = find_trigger(trigger), await self.pool.async_client(connection)
        result = Result()
        flow = begin_poll(definition, client, inputs, cursor)
        return as_trigger_batch(await client.drive(flow, result, connection=connection), result)

    def resolve(
        self, action: str, connection: Connection, inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the schemas of an action or a trigger for what has been chosen so far."""
        from salesforce_actions import live_schema  # for builders; runs never need it

        definition = TRIGGERS[action] if action in TRIGGERS else find_action(action)
        flow = live_schema.flow(definition, inputs)
        return self.pool.client(connection).drive(flow, Result(), connection=connection)

    def options(
        self,
        source: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        search: str,
        page: str | None,
    ) -> dict[str, Any]:
        """Return a page of choices for a field."""
        from salesforce_connector.metadata import option_sources

        flow = option_sources.flow(source, inputs, search, page)
        return self.pool.client(connection).drive(flow, Result(), connection=connection)

    def limits(self, connection: Connection) -> list[dict[str, Any]]:
        """Ask for the org's quotas; see `limit_list`."""
        from salesforce_actions import limit_list  # runs never need it

        client = self.pool.client(connection)
        # Trusted: it reads numbers of its own org alone.
        limits = client.drive(
            limit_list.read_limits(), Result(), trusted=True, connection=connection
        )
        return limit_list.add_own(limits, client.state, connection)

    def refresh(self, connection: Connection) -> dict[str, Any]:
        """Refresh a connection now; see `scheduled_refresh`."""
        from salesforce_actions import scheduled_refresh  # runs never need it

        transport = self.pool.sync_transport()
        session = self.pool.client(connection).session
        return scheduled_refresh.refresh(session, transport, connection)

    def test(
        self, connection: Connection, on_check: Callable[[dict[str, str]], object] | None = None
    ) -> dict[str, Any]:
        """Test a connection. Never raises: every failure is a check of the report.

        Args:
            connection: The host's.
            on_check: Called with each check as soon as it is done.
        """
        from salesforce_connector import connection_test  # for builders; runs never need it

        # A person waits: outages that pass are left to the next test.
        result = Result(retry_for=connection_test.RETRY_FOR)
        report = connection_test.Report(on_check=on_check)
        try:
            self._test(connection, result, report)
        except ConnectorError as error:
            connection_test.fail_before_start(report, error)
        except Exception as error:  # noqa: BLE001 - of the host's objects, or a bug of ours
            report.fail_unexpectedly(error)
        return report.as_json(result.usage.as_json())

    def _test(self, connection: Connection, result: Result, report: "Report") -> None:
        from salesforce_connector import connection_test

        client = self.pool.client(connection)
        session = client.session
        session.forget_failure()
        host = urlsplit(session.base_url).hostname or ""
        proxy = self.pool.proxy_for(host)

        def facts() -> connection_test.Facts:
            return connection_test.Facts(
                session.method,
                session.settings,
                session.credentials,
                session.base_url,
                session.rotates,
                client.state.version,
                result.usage,
            )

        flow = connection_test.with_facts(connection_test.flow(report, proxy=proxy), facts)
        # Trusted: it reads its own user and org alone.
        client.drive(flow, result, trusted=True, connection=connection)

    def close(self, connection: Connection, *, revoke: bool) -> None:
        """Forget the clients of a connection; with `revoke`, revoke its tokens first.

        Raises:
            Unavailable: Salesforce did not confirm it; the tokens may still be good there.
        """
        try:
            if revoke:
                self._revoke(connection)
        finally:
            self.pool.forget(connection)

    def _revoke(self, connection: Connection) -> None:
        session, transport = self.pool.client(connection).session, self.pool.sync_transport()
        with connection.lock():
            credentials = session.load(connection)
            for request in tokens.revocations(session.settings.base_url, credentials):
                if not tokens.is_revoked(send_token_request(request, transport)):
                    raise Unavailable(
                        "Salesforce did not confirm that the tokens are revoked.",
                        code="REVOKE_FAILED",
                        remedy="Revoke them in Setup > Connected Apps OAuth Usage.",
                        sent=True,
                    )
            connection.save({})
