"""A worker in a process of its own: `python worker_process.py ADDRESS QUEUE`."""

import asyncio
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from connector_host.engines.temporal import ConnectorPlugin
from connector_host.host import Host


@workflow.defn(name="NoteEvent")
class NoteEvent:
    """What a trigger starts in the tests."""

    @workflow.run
    async def run(self, event: dict[str, object]) -> object:
        return event["id"]


@workflow.defn(name="QueryAccounts")
class QueryAccounts:
    """A workflow of a user's own, in Temporal's sandbox."""

    @workflow.run
    async def run(self, connection: str) -> object:
        result = await workflow.execute_activity(
            "salesforce.query",
            args=[connection, {"soql": "SELECT Id FROM Account LIMIT 1"}],
            start_to_close_timeout=timedelta(minutes=2),
        )
        return result["output"]["records"]


async def connect(address: str) -> Client:
    """Connect to a server that may still be starting: its port answers before it does."""
    for _ in range(600):
        try:
            return await Client.connect(address)
        except RuntimeError:
            await asyncio.sleep(0.1)
    raise AssertionError("no server")


async def main(address: str, queue: str) -> None:
    host = Host()
    client = await connect(address)
    plugin = ConnectorPlugin(host.runner, host.registry)
    own = [NoteEvent, QueryAccounts]
    async with Worker(client, task_queue=queue, workflows=own, plugins=[plugin]):
        print("ready", flush=True)  # noqa: T201 - what the test waits for
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
