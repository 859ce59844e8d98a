"""Server-sent events: reports the progress of long work, and cancels it without a listener.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from starlette.responses import StreamingResponse

from connector_host.hookspecs import Json
from connector_host.web.problems import problem_of

MEDIA_TYPE: Final = "text/event-stream"
KEEP_ALIVE: Final = (
    10.0  # seconds without an event after which a comment keeps proxies from closing
)

Tell = Callable[[str, Json], None]
"""Sends an event by its name; may be called from any thread."""


def stream(work: Callable[[Tell], Awaitable[Json]]) -> StreamingResponse:
    """Return a response with the events of some work, the last of them `result` or `error`.

    The work is cancelled when the client disconnects.
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(work), headers=headers, media_type=MEDIA_TYPE)


async def _events(work: Callable[[Tell], Awaitable[Json]]) -> AsyncIterator[str]:
    queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(name: str, data: Json) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, (name, data))

    async def run() -> None:
        try:
            queue.put_nowait(("result", await work(tell)))
        except asyncio.CancelledError:
            queue.put_nowait(("error", CANCELLED))
        except Exception as exc:
            queue.put_nowait(("error", problem_of(exc)))

    task = asyncio.create_task(run())
    try:
        while True:
            try:
                name, data = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
            except TimeoutError:
                yield ": still working\n\n"
                continue
            yield f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
            if name in {"result", "error"}:
                return
    finally:
        task.cancel()


CANCELLED: Final = {
    "title": "Cancelled",
    "status": 499,
    "detail": "The run was cancelled. What was sent before that may have taken effect.",
    "kind": "rejected",
    "code": "CANCELLED",
    "remedy": "",
    "fields": [],
    "retry_after": None,
    "sent": True,
}
