"""Runs what a workflow asks for: finds the connection, checks the input, calls the connector.

It knows no connector by name, sends nothing itself, and keeps nothing but prepared schemas. Errors
of connectors pass through as they are; all others are `errors`. One that says that a person must
sign in again is recorded on the connection, and later runs are refused without a call.
"""

import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing
from dataclasses import asdict
from functools import partial
from typing import Any, cast

from connector_host import manifest as manifests
from connector_host.access import Principal
from connector_host.authorization import Authorizer, record_auth_failure, recording_auth_failure
from connector_host.connection_setup import ConnectionSetup
from connector_host.errors import BadInput
from connector_host.hookspecs import (
    ActionResult,
    ActionSchemas,
    CheckCallback,
    Json,
    JsonObject,
    Limit,
    OptionsPage,
    ProgressCallback,
    RowForm,
    RunContext,
    StreamPage,
    TestReport,
)
from connector_host.record_streams import read_pages, read_pages_async
from connector_host.registry import Registry
from connector_host.run_recorder import RunRecorder, history_of, log_failures
from connector_host.schema_validation import ValidatorCache
from connector_host.secret_hosts import LocalHosts
from connector_host.store.protocol import Store, StoredConnection
from connector_host.trigger_runner import TriggerRunner


class Runner:
    """One host's way to its connectors; safe to use from threads and event loops.

    Attributes:
        setup: Makes connections, and signs in; its four methods are here too.
        triggers: Polls triggers, and receives what is pushed to them; its methods are here too.
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
        principal: Who asks; None for connections that are for anyone. See `acting_for`.
        clock: Gives seconds since 1970.
        local_hosts: Whether connections may point at services of this machine; see
            `secret_hosts`.
        """
        self._local_hosts = local_hosts
        self._registry = registry
        self._store = store
        self._clock = clock
        self._authorizer = Authorizer(store, principal)
        self._validators = validators or ValidatorCache()
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
        self.triggers = TriggerRunner(registry, store, self._authorizer, self._validators)
        self.check_trigger = self.triggers.check_trigger
        self.poll = self.triggers.poll
        self.poll_async = self.triggers.poll_async
        self.poll_once = self.triggers.poll_once
        self.poll_once_async = self.triggers.poll_once_async
        self.receive_webhook = self.triggers.receive_webhook
        self.deliver = self.triggers.deliver

    def acting_for(self, principal: Principal | None) -> "Runner":
        """Return a runner for what somebody asks; cheap, so make one for each request."""
        return Runner(
            self._registry,
            self._store,
            principal=principal,
            clock=self._clock,
            validators=self._validators,
            local_hosts=self._local_hosts,
        )

    def run(
        self,
        connection: str | StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        *,
        run_id: str = "",
        explain: bool = False,
        progress: ProgressCallback | None = None,
        resume: JsonObject | None = None,
        retry_for: float | None = None,
        background: bool = False,
        records: object = None,
    ) -> ActionResult:
        """Run an action.

        Args:
            connection: Its name, or itself.
            action: Its name in the manifest.
            inputs: What fits the action's input schema.
            run_id: For logs.
            explain: Send nothing; the output is the calls that would be sent.
            progress: Called from time to time in long work; raising from it cancels the run. See
                `hookspecs.ProgressCallback`.
            resume: The last `state` that an interrupted run reported; its work is taken up.
            retry_for: Seconds that the connector may spend on retries by itself; 0 for none, None
                for as long as it sees fit.
            background: The run gives way to others when the service's quota runs out.
            records: Beside the inputs, for an action that takes them: an iterable of mappings, or
                Arrow. Read as they are needed; see `hookspecs.RunContext`.

        Raises:
            UnknownName: No such connection or action; names the nearest.
            BadInput: The inputs do not fit; `fields` says where. Nothing was sent.
            NotAllowed: The connection is not for who asks. Nothing was sent.
            NeedsSignIn: An earlier call found that a person must sign in again. Nothing was sent.
            PluginBroken: The connector is not there, or does not answer.
        """
        stored = self._get_connection(connection, explain)
        context = _context(run_id, explain, progress, resume, retry_for, background, records)
        arguments = self._arguments(stored, action, inputs, context)
        recorder = self._record_run(stored, action, explain)
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
        *,
        run_id: str = "",
        explain: bool = False,
        progress: ProgressCallback | None = None,
        resume: JsonObject | None = None,
        retry_for: float | None = None,
        background: bool = False,
        records: object = None,
    ) -> ActionResult:
        """Run an action on the caller's event loop; else as `run`."""
        import asyncio  # 30 ms to import, and the loop that runs this has it

        # A store may be across a network.
        stored = await asyncio.to_thread(self._get_connection, connection, explain)
        context = _context(run_id, explain, progress, resume, retry_for, background, records)
        arguments = self._arguments(stored, action, inputs, context)
        recorder = await asyncio.to_thread(self._record_run, stored, action, explain)
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
        *,
        rows: RowForm = "records",
        run_id: str = "",
        progress: ProgressCallback | None = None,
        resume: JsonObject | None = None,
        retry_for: float | None = None,
        background: bool = False,
    ) -> Generator[StreamPage, None, None]:
        """Return an action's records page by page, in bounded memory.

        What is wrong with the inputs is raised at once, before the first page is asked for. Close
        the generator, or read it to its end, for the run to be recorded.

        Args:
            rows: In which form; see `hookspecs.StreamPage`.

        Raises:
            BadInput: The inputs do not fit, or the action does not stream. Nothing was sent.
            UnknownName, NotAllowed, NeedsSignIn, PluginBroken: As `run`.
        """
        stored = self._get_connection(connection, explain=False)
        context = _context(run_id, False, progress, resume, retry_for, background)
        arguments = self._stream_arguments(stored, action, inputs, context, rows)
        recorder = partial(self._record_run, stored, action)
        return read_pages(self._registry, stored, arguments, recorder)

    async def stream_async(
        self,
        connection: str | StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        *,
        rows: RowForm = "records",
        run_id: str = "",
        progress: ProgressCallback | None = None,
        resume: JsonObject | None = None,
        retry_for: float | None = None,
        background: bool = False,
    ) -> AsyncGenerator[StreamPage, None]:
        """Return an action's records on the caller's event loop; else as `stream`."""
        import asyncio

        stored = await asyncio.to_thread(self._get_connection, connection, False)
        context = _context(run_id, False, progress, resume, retry_for, background)
        arguments = self._stream_arguments(stored, action, inputs, context, rows)
        recorder = partial(self._record_run, stored, action)
        pages = read_pages_async(self._registry, stored, arguments, recorder)
        async with aclosing(pages):
            async for page in pages:
                yield page

    def _stream_arguments(
        self,
        stored: StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        context: RunContext,
        rows: RowForm,
    ) -> dict[str, Any]:
        """Check a stream at the door and give what the hook takes."""
        arguments = self._arguments(stored, action, inputs, context)
        entry = manifests.get_part(self._registry.manifest(stored.connector), "actions", action)
        if not entry.get("streams"):
            raise BadInput(f"The action {action!r} does not stream its records.", "Run it instead.")
        context["rows"] = rows
        return arguments

    def test(
        self, connection: str | StoredConnection, *, on_check: CheckCallback | None = None
    ) -> TestReport:
        """Test a connection; what fails is in the report, not raised.

        It is tested also when it needs a sign-in: that may have been put right at the service. A
        test without a failure says that it has been; one that fails because a person must sign in
        is noted as a call's failure would be.

        Args:
            on_check: Called with each check as soon as it is known, by connectors that tell.
        """
        stored = self._authorizer.get_for_use(connection)
        self._authorizer.record("tested", stored.name)
        with recording_auth_failure(stored):
            answer = self._call_test(stored, on_check)
        report = cast("TestReport", answer)
        if history := history_of(self._store):
            with log_failures("test"):
                history.record_test(stored.id, cast("JsonObject", report))
        if report["ok"]:
            stored.unmark()
        for check in report["checks"]:
            if check["status"] == "failed" and check.get("kind") == "unauthorized":
                stored.mark(check.get("code", ""), f"{check['message']} {check['remedy']}".rstrip())
                break
        return report

    def _call_test(self, stored: StoredConnection, on_check: CheckCallback | None) -> Json:
        if on_check is not None:
            answer = self._registry.call_optional(
                stored.connector,
                "test_connection_with_progress",
                connection=stored,
                progress=on_check,
            )
            if answer is not None:
                return answer
        return self._registry.call(stored.connector, "test_connection", connection=stored)

    def limits(self, connection: str | StoredConnection) -> list[Limit]:
        """Ask the service for its quotas, those that matter first; may spend a call.

        Raises:
            UnknownName: No such connection; names the nearest.
            BadInput: Its connector does not say.
        """
        stored = self._authorizer.get_ready(connection)
        with recording_auth_failure(stored):
            answer = self._registry.call_optional(
                stored.connector, "list_limits", connection=stored
            )
        if answer is None:
            raise BadInput(f"The connector {stored.connector!r} does not tell its limits.")
        return cast("list[Limit]", answer)

    def schema(
        self, connection: str | StoredConnection, action: str, inputs: Mapping[str, Json]
    ) -> ActionSchemas:
        """Return an action's or a trigger's schemas for what is chosen so far.

        Args:
            inputs: May be incomplete, and values may still be wrong; names may not.

        Raises:
            UnknownName: No such connection, action or trigger; names the nearest.
            BadInput: An input has a name that the action does not take: a form would be given the
                schema of something else.
        """
        stored = self._authorizer.get_ready(connection)
        entry = manifests.get_entry(self._registry.manifest(stored.connector), action)
        validator = self._validators.of(stored.connector, "action", entry, "input")
        validator.check_names(dict(inputs), "input")
        with recording_auth_failure(stored):
            answer = self._registry.call(
                stored.connector,
                "resolve_schema",
                action=action,
                connection=stored,
                inputs=dict(inputs),
            )
        return cast("ActionSchemas", answer)

    def options(
        self,
        connection: str | StoredConnection,
        source: str,
        *,
        inputs: Mapping[str, Json] | None = None,
        search: str = "",
        page: str | None = None,
    ) -> OptionsPage:
        """Return a page of choices for a field.

        Args:
            source: As the field's `x-dynamic-options` names it.
            inputs: What is chosen so far; may be incomplete, and is not checked.
            search: What the builder has typed; empty for all.
            page: `next_page` of the page before; None for the first.

        Raises:
            UnknownName: No field of the connector's has this source; names the nearest.
        """
        stored = self._authorizer.get_ready(connection)
        manifests.check_source(self._registry.manifest(stored.connector), source)
        with recording_auth_failure(stored):
            answer = self._registry.call(
                stored.connector,
                "list_options",
                source=source,
                connection=stored,
                inputs=dict(inputs or {}),
                search=search,
                page=page,
            )
        return cast("OptionsPage", answer)

    def close(self, connection: str | StoredConnection, *, revoke: bool = False) -> None:
        """Free what the connector pools for a connection; with `revoke`, end its tokens too."""
        stored = self._authorizer.get_for_use(connection)
        if revoke:
            self._authorizer.record("closed", stored.name, "tokens revoked")
        self._registry.call(stored.connector, "close_connection", connection=stored, revoke=revoke)

    def _get_connection(
        self, connection: str | StoredConnection, explain: bool
    ) -> StoredConnection:
        return (
            self._authorizer.get_for_use(connection)
            if explain
            else self._authorizer.get_ready(connection)
        )

    def _arguments(
        self,
        stored: StoredConnection,
        action: str,
        inputs: Mapping[str, Json],
        context: RunContext,
    ) -> dict[str, Any]:
        """Check a run at the door and give what the hook takes."""
        entry = manifests.get_part(self._registry.manifest(stored.connector), "actions", action)
        self._validators.of(stored.connector, "action", entry, "input").check(inputs, "input")
        if "records" in context and not entry.get("takes_records"):
            raise BadInput(
                f"The action {action!r} takes no records beside its inputs.",
                "Give the records as an input.",
            )
        return {"action": action, "connection": stored, "inputs": inputs, "context": context}

    def actions(self, connection: str | StoredConnection) -> list[JsonObject]:
        """List the manifest's entries of the actions that a connection may run. Sends nothing.

        What the connection's own settings forbid is left out; what the service forbids its user is
        not known here.
        """
        stored = self._authorizer.get_for_use(connection)
        entries: list[JsonObject] = self._registry.manifest(stored.connector)["actions"]
        names = self._registry.call_optional(
            stored.connector, "list_allowed_actions", connection=stored
        )
        return entries if names is None else [entry for entry in entries if entry["name"] in names]

    def describe(self, connection: str | StoredConnection, action: str | None = None) -> JsonObject:
        """Describe a connection, or one of the actions of its connector. Sends nothing.

        Args:
            action: None for the connection itself: `id`, `name`, `connector`, `title` and `version`
                of the connector, `method`, `owner`, `needs_sign_in` (None, or `code`, `reason` and
                `since`); its settings are not among them. The name of an action for that action's
                entry in the manifest.

        Raises:
            UnknownName: No such connection or action; names the nearest.
            NotAllowed: The connection is somebody else's, and not shared.
        """
        stored = self._authorizer.get_for_use(connection)
        manifest = self._registry.manifest(stored.connector)
        if action is not None:
            return manifests.get_part(manifest, "actions", action)
        needed = stored.needs_sign_in
        return {
            "id": stored.id,
            "name": stored.name,
            "connector": stored.connector,
            "title": manifest["title"],
            "version": manifest["version"],
            "method": stored.method,
            "owner": stored.access.owner,
            "needs_sign_in": asdict(needed) if needed else None,
        }

    def _record_run(
        self, stored: StoredConnection, action: str, explain: bool = False
    ) -> RunRecorder | None:
        """Write that a run begins, and give what records how it ends; None when nothing is sent."""
        if explain:
            return None
        self._authorizer.record("ran", stored.name, action)
        return RunRecorder(self._store, self._authorizer.who, stored.name, action)


def _context(
    run_id: str,
    explain: bool,
    progress: ProgressCallback | None,
    resume: JsonObject | None,
    retry_for: float | None,
    background: bool,
    records: object = None,
) -> RunContext:
    """Write what is known of a run as the contract has it."""
    context = RunContext(explain=explain)
    if run_id:
        context["run_id"] = run_id
    if progress is not None:
        context["progress"] = progress
    if resume is not None:
        context["resume"] = resume
    if retry_for is not None:
        context["retry_for"] = retry_for
    if background:
        context["background"] = True
    if records is not None:
        context["records"] = records
    return context
