"""A real server, workers in processes of their own, and what dies in the middle."""

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from engines.conftest import EngineSite
from engines.temporal.processes import QUEUE, Server, WorkerProcess
from engines.temporal.worker_process import connect
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import ActivityEnvironment

from connector_host.engines.temporal import RunRequest, WatchRequest
from connector_host.engines.temporal.activities import ConnectorActivities
from connector_host.host import Host
from salesforce_emulator.faults import Fault, faults_of

WORKFLOWS = int(os.environ.get("TEMPORAL_WORKFLOWS", "100"))  # of the tests that kill


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.kill()
    # The SDK's threads must be gone before the interpreter is (temporalio/sdk-python#300).
    gc.collect()


@pytest.fixture
def worker(site: EngineSite, server: Server) -> Iterator[WorkerProcess]:
    worker = WorkerProcess(site, server.address)
    yield worker
    worker.kill()


def with_client(server: Server, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await work(await connect(server.address))

    return asyncio.run(run())


async def start(client: Client, request: RunRequest, name: str) -> WorkflowHandle[Any, Any]:
    return await client.start_workflow("connector.RunAction", request, id=name, task_queue=QUEUE)


def cause_of(failure: WorkflowFailureError) -> ApplicationError:
    assert isinstance(failure.cause, ActivityError)
    assert isinstance(failure.cause.cause, ApplicationError)
    return failure.cause.cause


def upsert(number: int) -> RunRequest:
    return RunRequest(
        "acme",
        "upsert_record",
        {
            "sobject": "Account",
            "external_id_field": "Order_Key__c",
            "external_id": f"order-{number}",
            "fields": {"Name": f"Order {number}"},
        },
    )


def saved_orders(site: EngineSite) -> list[str]:
    query = {"soql": "SELECT Order_Key__c FROM Account WHERE Order_Key__c LIKE 'order-%'"}
    output = site.host.runner.run("acme", "query", query)["output"]
    return sorted(record["Order_Key__c"] for record in output["records"])


def test_invalid_input_fails_at_once_without_a_traceback(
    server: Server, worker: WorkerProcess
) -> None:
    async def work(client: Client) -> Any:
        request = RunRequest("acme", "query", {"soql": "SELECT Nmae FROM Account"})
        handle = await start(client, request, "misfit")
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
        return cause_of(failed.value), await handle.fetch_history()

    error, history = with_client(server, work)
    assert error.type == "INVALID_FIELD"
    assert error.non_retryable
    assert error.details[0]["kind"] == "rejected"
    text = "".join(map(str, history.events))
    assert "salesforce_connector/" not in text  # the engine's own frames end it
    assert len(history.to_json()) < 12_000


def test_histories_have_the_connections_name_and_no_secret(
    site: EngineSite, server: Server, worker: WorkerProcess
) -> None:
    async def work(client: Client) -> Any:
        handle = await start(client, upsert(1), "one")
        return await handle.result(), await handle.fetch_history()

    result, history = with_client(server, work)
    stored = site.host.store.get("acme")
    assert result["output"]["created"] is True
    text = "".join(map(str, history.events))  # payloads readable, not in base64
    assert "acme" in text
    for secret in (stored.settings["consumer_secret"], stored.credentials["access_token"]):
        assert secret not in text


def test_each_action_is_an_activity_of_its_own_name(server: Server, worker: WorkerProcess) -> None:
    async def work(client: Client) -> Any:
        return await client.execute_activity(
            "connector.test_connection",
            "acme",
            id="test",
            task_queue=QUEUE,
            start_to_close_timeout=timedelta(seconds=60),
        )

    assert with_client(server, work)["ok"] is True


def test_a_trigger_starts_one_workflow_an_event(
    site: EngineSite, server: Server, worker: WorkerProcess
) -> None:
    async def work(client: Client) -> Any:
        watch = WatchRequest(
            "acme", "record_created", "NoteEvent", {"sobject": "Account"}, every=0.2
        )
        await client.start_workflow("connector.WatchTrigger", watch, id="watch", task_queue=QUEUE)
        await asyncio.sleep(2)  # the first poll says from where
        fields = {"sobject": "Account", "fields": {"Name": "New"}}
        await asyncio.to_thread(site.host.runner.run, "acme", "create_record", fields)
        site.org.clock.advance(timedelta(minutes=30))
        for _ in range(200):
            listed = [
                workflow async for workflow in client.list_workflows("WorkflowType = 'NoteEvent'")
            ]
            if listed:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)  # for a second one to come, if it did
        return [workflow async for workflow in client.list_workflows("WorkflowType = 'NoteEvent'")]

    assert len(with_client(server, work)) == 1


def test_workflows_of_a_users_own_burst_on_a_fresh_worker(
    server: Server, worker: WorkerProcess
) -> None:
    """Their sandboxes are at work while activities load what they need for the first time."""

    async def work(client: Client) -> Any:
        runs = (
            client.execute_workflow("QueryAccounts", "acme", id=f"own-{n}", task_queue=QUEUE)
            for n in range(30)
        )
        return await asyncio.gather(*runs)

    assert with_client(server, work) == [[]] * 30


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_a_worker_and_the_server_are_killed(
    site: EngineSite, server: Server
) -> None:
    with ExitStack() as stack:
        first, second = (WorkerProcess(site, server.address) for _ in range(2))
        stack.callback(second.kill)

        async def begin(client: Client) -> None:
            limit = asyncio.Semaphore(20)  # a busy server refuses more calls at a time

            async def one(number: int) -> None:
                async with limit:
                    await start(client, upsert(number), f"order-{number}")

            await asyncio.gather(*map(one, range(WORKFLOWS)))

        async def wait(client: Client) -> None:
            handles = [client.get_workflow_handle(f"order-{n}") for n in range(WORKFLOWS)]
            await asyncio.gather(*(handle.result() for handle in handles))

        with_client(server, begin)
        first.kill()
        server.kill()
        server.start()
        with_client(server, wait)

    assert saved_orders(site) == sorted(f"order-{number}" for number in range(WORKFLOWS))


@pytest.mark.timeout(180)
def test_create_of_a_killed_worker_is_not_repeated(site: EngineSite, server: Server) -> None:
    """The org takes the record and answers late; the worker dies before the answer."""
    worker = WorkerProcess(site, server.address)
    faults_of(site.org).order(
        Fault(kind="slow_body", method="POST", path="/sobjects/Account$", seconds=30.0)
    )
    inputs = {"sobject": "Account", "fields": {"Name": "Once"}}

    async def begin(client: Client) -> None:
        await start(client, RunRequest("acme", "create_record", inputs), "once")
        query = 'SELECT COUNT(*) FROM "Account" WHERE "Name" = ?'
        while True:
            with site.org.lock:
                if site.org.db.execute(query, ("Once",)).fetchone()[0]:
                    return
            await asyncio.sleep(0.05)

    async def end(client: Client) -> Any:
        with pytest.raises(WorkflowFailureError) as failed:
            await client.get_workflow_handle("once").result()
        return cause_of(failed.value)

    with_client(server, begin)
    worker.kill()
    another = WorkerProcess(site, server.address)
    try:
        error = with_client(server, end)
    finally:
        another.kill()
    assert error.type == "INTERRUPTED"
    result = site.host.runner.run(
        "acme", "query", {"soql": "SELECT Id FROM Account WHERE Name = 'Once'"}
    )
    assert len(result["output"]["records"]) == 1


def test_the_second_connector_is_there_unchanged(tiny_host: Callable[[], Host]) -> None:
    host = tiny_host()
    activities = ConnectorActivities(host.runner, host.registry).all()
    names = [activity.__temporal_activity_definition.name for activity in activities]  # type: ignore[attr-defined]
    say = activities[names.index("echo.say")]

    result = asyncio.run(ActivityEnvironment().run(say, "echo", {"text": "hello"}))
    host.store.close()
    assert result["output"]
