"""Runs actions and streams their records: checks the inputs, calls the connector, records the run.

Everything that does not depend on threads or event loops is in `_prepare` and `_start_recorder`;
`run` and `stream` call it directly, their twins in a thread where it uses the store.
"""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, Unpack, cast

from connector_host import manifest as manifests
from connector_host.authorization import Authorizer, record_auth_failure, recording_auth_failure
from connector_host.errors import BadInput
from connector_host.hookspecs import ActionResult, Json, JsonObject, RunContext, StreamPage
from connector_host.registry import Registry
from connector_host.runner.record_streams import read_pages, read_pages_async
from connector_host.runner.run_options import RunOptions, StreamOptions, run_context, stream_context
from connector_host.runner.run_recorder import RunRecorder
from connector_host.schema_validation import ValidatorCache
from connector_host.store.protocol import Store, StoredConnection


class ActionRunner:
    """The actions of one `Runner`; its methods are the runner's too."""

    def __init__(
        self, registry: Registry, store: Store, authorizer: Authorizer, validators: ValidatorCache
    ) -> None:
        self._registry = registry
        self._store = store
        self._authorizer = authorizer
        self._validators = validators

    def run(
        self,
        connection: str | StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        **options: Unpack[RunOptions],
    ) -> ActionResult:
        """Run an action.

        Args:
            connection: Its name, or the connection itself.
            action: Its name in the manifest.
            inputs: Valid against the action's input schema.
            options: See `run_options.RunOptions`.

        Raises:
            UnknownName: There is no such connection or action; the error suggests the nearest name.
            BadInput: The inputs are not valid; `fields` names them. Nothing was sent.
            NotAllowed: The principal may not use the connection. Nothing was sent.
            NeedsSignIn: An earlier call failed because a person must sign in again. Nothing was
                sent.
            PluginBroken: The connector is not installed, or does not implement the hook.
        """
        context = run_context(options)
        stored = self._get_connection(connection, context)
        arguments = self._prepare(stored, action, inputs, context)
        recorder = self._start_recorder(stored, action, context)
        try:
            with recording_auth_failure(stored):
                answer = self._registry.call(stored.connector, "run_action", **arguments)
        except BaseException as exc:
            if recorder:
                recorder.fail(exc)
            raise
        result = cast("ActionResult", answer)
        if recorder:
            recorder.finish(result["usage"])
        return result

    async def run_async(
        self,
        connection: str | StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        **options: Unpack[RunOptions],
    ) -> ActionResult:
        """Run an action on the caller's event loop; see `run`."""
        import asyncio  # 30 ms to import, and the loop that runs this has it

        context = run_context(options)
        # In threads, because the store may be across a network.
        stored = await asyncio.to_thread(self._get_connection, connection, context)
        arguments = self._prepare(stored, action, inputs, context)
        recorder = await asyncio.to_thread(self._start_recorder, stored, action, context)
        try:
            answer = await self._registry.call(stored.connector, "run_action_async", **arguments)
        except BaseException as exc:
            await asyncio.to_thread(record_auth_failure, stored, exc)
            if recorder:
                await asyncio.to_thread(recorder.fail, exc)
            raise
        result = cast("ActionResult", answer)
        if recorder:
            await asyncio.to_thread(recorder.finish, result["usage"])
        return result

    def stream(
        self,
        connection: str | StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        **options: Unpack[StreamOptions],
    ) -> Generator[StreamPage, None, None]:
        """Return an action's records page by page, in bounded memory.

        Invalid inputs raise at once, before the first page is requested. Close the generator or
        read it to its end, so that the run is recorded.

        Args:
            connection, action, inputs: See `run`.
            options: See `run_options.StreamOptions`.

        Raises:
            BadInput: The inputs are not valid, or the action does not stream. Nothing was sent.
            UnknownName, NotAllowed, NeedsSignIn, PluginBroken: See `run`.
        """
        context = stream_context(options)
        stored = self._get_connection(connection, context)
        arguments = self._prepare_stream(stored, action, inputs, context)
        start = partial(self._start_recorder, stored, action, context)
        return read_pages(self._registry, stored, arguments, start)

    async def stream_async(
        self,
        connection: str | StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        **options: Unpack[StreamOptions],
    ) -> AsyncGenerator[StreamPage, None]:
        """Return an action's records on the caller's event loop; see `stream`."""
        import asyncio

        context = stream_context(options)
        stored = await asyncio.to_thread(self._get_connection, connection, context)
        arguments = self._prepare_stream(stored, action, inputs, context)
        start = partial(self._start_recorder, stored, action, context)
        pages = read_pages_async(self._registry, stored, arguments, start)
        async with aclosing(pages):
            async for page in pages:
                yield page

    def _get_connection(
        self, connection: str | StoredConnection, context: RunContext
    ) -> StoredConnection:
        """Return a connection that may be used; to explain a run, it need not be signed in."""
        if context.get("explain"):
            return self._authorizer.get_for_use(connection)
        return self._authorizer.get_ready(connection)

    def _prepare(
        self,
        stored: StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        context: RunContext,
    ) -> dict[str, Any]:
        """Check the inputs and return the arguments of the hook."""
        entry = self._get_entry(stored, action)
        self._validators.of(stored.connector, "action", entry, "input").check(inputs, "input")
        if "records" in context and not entry.get("takes_records"):
            raise BadInput(
                f"The action {action!r} takes no records beside its inputs.",
                "Pass the records as an input.",
            )
        return {"action": action, "connection": stored, "inputs": inputs, "context": context}

    def _prepare_stream(
        self,
        stored: StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        context: RunContext,
    ) -> dict[str, Any]:
        arguments = self._prepare(stored, action, inputs, context)
        if not self._get_entry(stored, action).get("streams"):
            raise BadInput(f"The action {action!r} does not stream its records.", "Run it instead.")
        return arguments

    def _get_entry(self, stored: StoredConnection, action: str) -> JsonObject:
        return manifests.get_part(self._registry.manifest(stored.connector), "actions", action)

    def _start_recorder(
        self, stored: StoredConnection, action: str, context: RunContext
    ) -> RunRecorder | None:
        """Write the start of a run to the audit trail; None for a run that sends nothing."""
        if context.get("explain"):
            return None
        self._authorizer.record("ran", stored.name, action)
        return RunRecorder(self._store, self._authorizer.who, stored.name, action)
