"""Two ready-made workflows: run an action durably, and watch a trigger.

They run outside of Temporal's sandbox: creating a sandbox costs more than a run, and while a
workflow is active in one, other threads cannot load some compiled modules. So nothing here may use
the time, random numbers or anything else of the system.
"""

import hashlib
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from connector_host.engines.temporal.requests import (
        POLL,
        RUN,
        EventBatch,
        PollRequest,
        RunRequest,
        RunSlice,
        WatchRequest,
    )
    from connector_host.hookspecs import Json, JsonObject

HEARTBEAT = timedelta(seconds=30)  # after which a worker without a heartbeat counts as dead
LONGEST = timedelta(hours=24)  # of one activity; a bulk job ends earlier
PAUSE = timedelta(seconds=20)  # between two slices of one run
POLLS_A_RUN = 500  # then the workflow continues as new, so that its history stays small
RETRIES = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5), maximum_attempts=0
)  # unlimited: an error that cannot succeed is not retryable


@workflow.defn(name="connector.RunAction", sandboxed=False)
class RunAction:
    """Runs one action to its end; long waits are timers, which hold no worker."""

    @workflow.run
    async def run(self, request: RunRequest) -> JsonObject:
        while True:
            part: RunSlice = await workflow.execute_activity(
                RUN,
                request,
                result_type=RunSlice,
                start_to_close_timeout=LONGEST,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=RETRIES,
            )
            if part.result is not None:
                return part.result
            request.state = part.state
            await workflow.sleep(PAUSE)


@workflow.defn(name="connector.WatchTrigger", sandboxed=False)
class WatchTrigger:
    """Polls a trigger without end, and starts a workflow for each event."""

    @workflow.run
    async def run(self, request: WatchRequest) -> None:
        for _ in range(POLLS_A_RUN):
            batch: EventBatch = await workflow.execute_activity(
                POLL,
                PollRequest(request.connection, request.trigger, request.inputs, request.cursor),
                result_type=EventBatch,
                start_to_close_timeout=timedelta(minutes=10),
                retry_policy=RETRIES,
            )
            for event in batch.events:
                await self._start(request, event)
            # Only now: after a crash the same events are polled again, and start nothing twice.
            request.cursor = batch.cursor
            if not batch.more:
                await workflow.sleep(timedelta(seconds=request.every))
        workflow.continue_as_new(request)

    async def _start(self, request: WatchRequest, event: Json) -> None:
        source = f"{request.connection}/{request.trigger}/{event['id']}"
        digest = hashlib.sha256(source.encode()).hexdigest()[:32]
        try:
            await workflow.start_child_workflow(
                request.workflow,
                event,
                id=f"{request.workflow}-{digest}",
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("event %s has already started its workflow", event["id"])
