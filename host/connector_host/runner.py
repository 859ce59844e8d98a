"""Runs what a workflow asks for: finds the connection, checks the input, calls the connector.

It knows no connector by name, sends nothing itself, and keeps nothing but prepared schemas. Errors
of connectors pass through as they are; all others are `errors`. One that says that a person must
sign in again is noted on the connection, and later callers are told without a call.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from connector_host import manifest as manifests
from connector_host.access import Principal
from connector_host.authorization import Gate, note_failure, noting
from connector_host.connection_setup import Keeper
from connector_host.hookspecs import (
    ActionResult,
    ActionSchemas,
    Json,
    JsonObject,
    OptionsPage,
    ProgressCallback,
    RunContext,
    TestReport,
    TriggerBatch,
)
from connector_host.registry import Registry
from connector_host.run_recorder import RunRecorder, history_of, logged
from connector_host.schema_validation import Doors
from connector_host.store.protocol import Kept, KeptTrigger, Store


@dataclass(frozen=True)
class Polled:
    """What a poll did.

    Attributes:
        events: How many were handed on.
        more: Another poll would give events at once.
        warnings: Sentences for the builder, such as that events may have been missed.
    """

    events: int
    more: bool
    warnings: tuple[str, ...] = ()


class Runner:
    """One host's way to its connectors; safe to use from threads and event loops.

    Attributes:
        keeper: Makes connections, and signs in; its four methods are here too.
    """

    def __init__(
        self,
        registry: Registry,
        store: Store,
        *,
        principal: Principal | None = None,
        clock: Callable[[], float] = time.time,
        doors: Doors | None = None,
    ) -> None:
        """Args:
        principal: Who asks; None for connections that are for anyone. See `acting_for`.
        clock: Gives seconds since 1970.
        """
        self._registry = registry
        self._store = store
        self._clock = clock
        self._gate = Gate(store, principal)
        self._doors = doors or Doors()
        self.keeper = Keeper(registry, store, principal=principal, clock=clock, doors=self._doors)
        self.connect = self.keeper.connect
        self.reconnect = self.keeper.reconnect
        self.begin = self.keeper.begin
        self.finish = self.keeper.finish

    def acting_for(self, principal: Principal | None) -> "Runner":
        """Give a runner for what somebody asks; cheap, so make one for each request."""
        return Runner(
            self._registry,
            self._store,
            principal=principal,
            clock=self._clock,
            doors=self._doors,
        )

    def run(
        self,
        connection: str | Kept,
        action: str,
        inputs: Mapping[str, Json],
        *,
        run_id: str = "",
        explain: bool = False,
        progress: ProgressCallback | None = None,
        resume: JsonObject | None = None,
        retry_for: float | None = None,
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

        Raises:
            UnknownName: No such connection or action; names the nearest.
            BadInput: The inputs do not fit; `fields` says where. Nothing was sent.
            NotAllowed: The connection is not for who asks. Nothing was sent.
            NeedsSignIn: A call before met that a person must sign in again. Nothing was sent.
            PluginBroken: The connector is not there, or does not answer.
        """
        kept = self._found(connection, explain)
        context = _context(run_id, explain, progress, resume, retry_for)
        arguments = self._arguments(kept, action, inputs, context)
        recorder = self._record_run(kept, action, explain)
        try:
            with noting(kept):
                answer = self._registry.call(kept.connector, "run_action", **arguments)
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
        connection: str | Kept,
        action: str,
        inputs: Mapping[str, Json],
        *,
        run_id: str = "",
        explain: bool = False,
        progress: ProgressCallback | None = None,
        resume: JsonObject | None = None,
        retry_for: float | None = None,
    ) -> ActionResult:
        """Run an action on the caller's event loop; else as `run`."""
        import asyncio  # 30 ms to import, and the loop that runs this has it

        # A store may be across a network.
        kept = await asyncio.to_thread(self._found, connection, explain)
        context = _context(run_id, explain, progress, resume, retry_for)
        arguments = self._arguments(kept, action, inputs, context)
        recorder = await asyncio.to_thread(self._record_run, kept, action, explain)
        try:
            answer = await self._registry.call(kept.connector, "run_action_async", **arguments)
        except BaseException as exc:
            await asyncio.to_thread(note_failure, kept, exc)
            if recorder:
                await asyncio.to_thread(recorder.fail, exc)
            raise
        result = cast("ActionResult", answer)
        if recorder:
            await asyncio.to_thread(recorder.finish, result["usage"])
        return result

    def test(self, connection: str | Kept) -> TestReport:
        """Test a connection; what fails is in the report, not raised.

        It is tested also when it needs a sign-in: that may have been put right at the service. A
        test without a failure says that it has been; one that fails because a person must sign in
        is noted as a call's failure would be.
        """
        kept = self._gate.allowed(connection)
        self._gate.record("tested", kept.name)
        with noting(kept):
            answer = self._registry.call(kept.connector, "test_connection", connection=kept)
        report = cast("TestReport", answer)
        if history := history_of(self._store):
            with logged("test"):
                history.record_test(kept.id, cast("JsonObject", report))
        if report["ok"]:
            kept.unmark()
        for check in report["checks"]:
            if check["status"] == "failed" and check.get("kind") == "unauthorized":
                kept.mark(check.get("code", ""), f"{check['message']} {check['remedy']}".rstrip())
                break
        return report

    def schema(
        self, connection: str | Kept, action: str, inputs: Mapping[str, Json]
    ) -> ActionSchemas:
        """Give an action's schemas for what is chosen so far.

        Args:
            inputs: May be incomplete, and is not checked.
        """
        kept = self._gate.usable(connection)
        manifests.part(self._registry.manifest(kept.connector), "actions", action)
        with noting(kept):
            answer = self._registry.call(
                kept.connector,
                "resolve_schema",
                action=action,
                connection=kept,
                inputs=dict(inputs),
            )
        return cast("ActionSchemas", answer)

    def options(
        self,
        connection: str | Kept,
        source: str,
        *,
        inputs: Mapping[str, Json] | None = None,
        search: str = "",
        page: str | None = None,
    ) -> OptionsPage:
        """Give a page of choices for a field.

        Args:
            source: As the field's `x-dynamic-options` names it.
            inputs: What is chosen so far; may be incomplete, and is not checked.
            search: What the builder has typed; empty for all.
            page: `next_page` of the page before; None for the first.

        Raises:
            UnknownName: No field of the connector's has this source; names the nearest.
        """
        kept = self._gate.usable(connection)
        manifests.check_source(self._registry.manifest(kept.connector), source)
        with noting(kept):
            answer = self._registry.call(
                kept.connector,
                "list_options",
                source=source,
                connection=kept,
                inputs=dict(inputs or {}),
                search=search,
                page=page,
            )
        return cast("OptionsPage", answer)

    def check_trigger(
        self, connection: str | Kept, trigger: str, inputs: Mapping[str, Json]
    ) -> Kept:
        """Check what a trigger is to be set up with, and give its connection."""
        kept = self._gate.allowed(connection)
        about = manifests.part(self._registry.manifest(kept.connector), "triggers", trigger)
        self._doors.of(kept.connector, "trigger", about, "input").check(dict(inputs), "input")
        return kept

    def poll(self, trigger: KeptTrigger, hand_on: Callable[[list[Json]], object]) -> Polled:
        """Ask for the events since the last poll, hand them on, and store how far it came.

        The cursor is stored once `hand_on` has returned. If that raises, or this process ends in
        it, the same events come again at the next poll: each has an `id` to tell by.

        Args:
            hand_on: Called with the events, oldest first; not called when there are none.
        """
        with trigger.lock():
            kept = self._gate.usable(trigger.connection)
            self.check_trigger(kept, trigger.trigger, trigger.inputs)
            with noting(kept):
                answer = self._registry.call(
                    kept.connector,
                    "poll_trigger",
                    trigger=trigger.trigger,
                    connection=kept,
                    inputs=dict(trigger.inputs),
                    cursor=trigger.cursor,
                )
            batch = cast("TriggerBatch", answer)
            if batch["events"]:
                self._gate.record("polled", kept.name, trigger.trigger)
                hand_on(batch["events"])
            trigger.save(batch["cursor"])
        return Polled(len(batch["events"]), batch["more"], tuple(batch.get("warnings", ())))

    def close(self, connection: str | Kept, *, revoke: bool = False) -> None:
        """Free what the connector pools for a connection; with `revoke`, end its tokens too."""
        kept = self._gate.allowed(connection)
        if revoke:
            self._gate.record("closed", kept.name, "tokens revoked")
        self._registry.call(kept.connector, "close_connection", connection=kept, revoke=revoke)

    def _found(self, connection: str | Kept, explain: bool) -> Kept:
        return self._gate.allowed(connection) if explain else self._gate.usable(connection)

    def _arguments(
        self,
        kept: Kept,
        action: str,
        inputs: Mapping[str, Json],
        context: RunContext,
    ) -> dict[str, Any]:
        """Check a run at the door and give what the hook takes."""
        about = manifests.part(self._registry.manifest(kept.connector), "actions", action)
        self._doors.of(kept.connector, "action", about, "input").check(inputs, "input")
        return {"action": action, "connection": kept, "inputs": inputs, "context": context}

    def actions(self, connection: str | Kept) -> list[JsonObject]:
        """List the manifest's entries of the actions that a connection may run. Sends nothing.

        What the connection's own settings forbid is left out; what the service forbids its user is
        not known here.
        """
        kept = self._gate.allowed(connection)
        entries: list[JsonObject] = self._registry.manifest(kept.connector)["actions"]
        names = self._registry.call_optional(
            kept.connector, "list_allowed_actions", connection=kept
        )
        return entries if names is None else [each for each in entries if each["name"] in names]

    def describe(self, connection: str | Kept, action: str | None = None) -> JsonObject:
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
        kept = self._gate.allowed(connection)
        manifest = self._registry.manifest(kept.connector)
        if action is not None:
            return manifests.part(manifest, "actions", action)
        needed = kept.needs_sign_in
        return {
            "id": kept.id,
            "name": kept.name,
            "connector": kept.connector,
            "title": manifest["title"],
            "version": manifest["version"],
            "method": kept.method,
            "owner": kept.access.owner,
            "needs_sign_in": asdict(needed) if needed else None,
        }

    def _record_run(self, kept: Kept, action: str, explain: bool) -> RunRecorder | None:
        """Write that a run begins, and give what records how it ends; None when nothing is sent."""
        if explain:
            return None
        self._gate.record("ran", kept.name, action)
        return RunRecorder(self._store, self._gate.who, kept.name, action)


def _context(
    run_id: str,
    explain: bool,
    progress: ProgressCallback | None,
    resume: JsonObject | None,
    retry_for: float | None,
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
    return context
