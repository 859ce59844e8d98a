"""Reads the pages of an action that streams, and records the run."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from typing import Any

from connector_host.authorization import record_auth_failure, recording_auth_failure
from connector_host.hookspecs import JsonObject, StreamPage
from connector_host.registry import Registry
from connector_host.runner.run_recorder import RunRecorder
from connector_host.store.protocol import StoredConnection

StartRecorder = Callable[[], RunRecorder | None]


def read_pages(
    registry: Registry, stored: StoredConnection, arguments: dict[str, Any], start: StartRecorder
) -> Generator[StreamPage, None, None]:
    """Yield pages as they arrive; the run starts with the first and ends when this is closed."""
    recorder, usage = start(), JsonObject()
    try:
        with recording_auth_failure(stored):
            pages = registry.call(stored.connector, "stream_action", **arguments)
            with closing(pages):
                for page in pages:
                    usage = page.get("usage", usage)
                    yield page
    except BaseException as exc:
        if recorder:
            recorder.fail(exc)
        raise
    if recorder:
        recorder.finish(usage)


async def read_pages_async(
    registry: Registry, stored: StoredConnection, arguments: dict[str, Any], start: StartRecorder
) -> AsyncGenerator[StreamPage, None]:
    """Yield pages on the caller's event loop; see `read_pages`."""
    import asyncio  # 30 ms to import, and the loop that runs this has it

    recorder, usage = await asyncio.to_thread(start), JsonObject()
    try:
        pages = registry.call(stored.connector, "stream_action_async", **arguments)
        async with aclosing(pages):
            async for page in pages:
                usage = page.get("usage", usage)
                yield page
    except BaseException as exc:
        record_auth_failure(stored, exc)
        if recorder:
            recorder.fail(exc)
        raise
    if recorder:
        await asyncio.to_thread(recorder.finish, usage)
