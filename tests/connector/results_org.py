"""An org with one finished bulk query, and what runs `bulk_query` on it by the plugin's hooks."""

import asyncio
import gzip
import threading
import zlib
from collections.abc import Callable
from typing import Any

import httpx
from connector.acme_connection import AcmeConnection
from connector.scripted_org import PATIENCE, ScriptedOrg, answer, error

from salesforce_actions.plugin import SalesforceConnector

JOB = "750000000000000001"
ROOT = f"/services/data/v68.0/jobs/query/{JOB}"


class ResultsOrg(ScriptedOrg):
    """An org with one finished query of many rows.

    Attributes:
        rows: Of all pages.
        fetched: Numbers of the pages that were requested.
        bodies: Of the pages that were sent, as they went over the wire, by number.
    """

    def __init__(
        self,
        sizes: list[int],
        *,
        version: float = 68.0,
        first_after: int | None = None,
        fails_once: int | None = None,
        promised: int | None = None,
        named: bool = True,
        encoding: str = "",
        damaged: int | None = None,
        mislabelled: bool = False,
    ) -> None:
        super().__init__(self._reply)
        self.rows = [[f"{number}", f'Acme "{number}"\nInc.'] for number in range(sum(sizes))]
        self.fetched: list[int] = []
        self.bodies: dict[int, bytes] = {}
        self._encoding = encoding
        self._mislabelled = mislabelled  # whether pages are plain, whatever their headers say
        self._damaged = damaged  # page whose body is cut in transit, though HTTP calls it complete
        self._sizes = sizes
        self._named = named  # whether the first page's address has a locator too
        self._version = version
        self._promised = len(self.rows) if promised is None else promised
        self._fails_once = fails_once
        self._first_after = first_after  # page that is requested before the first one comes
        self._others_came = threading.Event()
        self._others_came_on_loop = asyncio.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._waits(request):
            assert self._others_came.wait(PATIENCE), "the first page was fetched alone"
        return super().handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._waits(request):
            async with asyncio.timeout(PATIENCE):
                await self._others_came_on_loop.wait()
        return await super().handle_async_request(request)

    def _waits(self, request: httpx.Request) -> bool:
        """Return whether this is the first page, which comes after those that follow it."""
        if self._first_after is None or not request.url.path.endswith("/results"):
            return False
        return self._number(request) == 0

    def _number(self, request: httpx.Request) -> int:
        return int(request.url.params.get("locator", "page-0").removeprefix("page-"))

    def _reply(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/resultPages"):
            return self._list(request)
        if path.endswith("/results"):
            return self._page(self._number(request))
        job = {
            "id": JOB,
            "operation": "query",
            "object": "Account",
            "state": "JobComplete",
            "apiVersion": self._version,
            "numberRecordsProcessed": self._promised,
        }
        return answer(200, job)

    def _list(self, request: httpx.Request) -> httpx.Response:
        start, count = self._number(request), len(self._sizes)
        pages = [
            {
                "resultUrl": f"{ROOT}/results"
                + (f"?locator=page-{item}" if item or self._named else "")
            }
            for item in range(start, min(start + 5, count))
        ]
        more = start + 5 < count
        following = f"{ROOT}/resultPages?locator=page-{start + 5}" if more else None
        return answer(200, {"resultPages": pages, "nextRecordsUrl": following, "done": not more})

    def _page(self, number: int) -> httpx.Response:
        self.fetched.append(number)
        if number == self._first_after:
            self._others_came.set()
            self._others_came_on_loop.set()
        if number == self._fails_once:
            self._fails_once = None
            return error(400, "INVALID_LOCATOR", "gone")
        start = sum(self._sizes[:number])
        rows = self.rows[start : start + self._sizes[number]]
        lines = "".join(f'"{key}","{name.replace(chr(34), chr(34) * 2)}"\n' for key, name in rows)
        last = number + 1 == len(self._sizes)
        headers = {
            "Sforce-NumberOfRecords": str(len(rows)),
            "Sforce-Locator": "null" if last else f"page-{number + 1}",
            "Content-Type": "text/csv",
        }
        compress = _COMPRESS["" if self._mislabelled else self._encoding]
        body = compress(f'"Id","Name"\n{lines}'.encode())
        if self._encoding:
            headers["Content-Encoding"] = self._encoding
        if number == self._damaged:
            body = body[:-12]
        self.bodies[number] = body
        return httpx.Response(200, stream=httpx.ByteStream(body), headers=headers)


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
}


class Engine:
    """Runs and streams bulk_query by the plugin's hooks."""

    def __init__(self, org: ResultsOrg, kind: str) -> None:
        self._plugin = SalesforceConnector(org, org)
        self._connection = AcmeConnection()
        self._kind = kind
        self.states: list[dict[str, Any]] = []

    def _arguments(self, inputs: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        return {
            "connector": "salesforce",
            "action": "bulk_query",
            "connection": self._connection,
            "inputs": {"job_id": JOB, **inputs},
            "context": {
                "progress": lambda progress: self.states.append(progress["state"]),
                **context,
            },
        }

    def _record_state(self, progress: Any) -> None:
        self.states.append(progress["state"])

    def run(self, context: dict[str, Any] | None = None, **inputs: Any) -> dict[str, Any]:
        arguments = self._arguments(inputs, context or {})
        if self._kind == "loop":

            async def run() -> Any:
                running: Any = self._plugin.run_action_async(**arguments)
                return await running

            result: dict[str, Any] = asyncio.run(run())
        else:
            result = self._plugin.run_action(**arguments) or {}
        return result

    def stream(self, context: dict[str, Any] | None = None, **inputs: Any) -> list[dict[str, Any]]:
        arguments = self._arguments(inputs, context or {})
        if self._kind == "loop":

            async def read() -> list[dict[str, Any]]:
                pages: Any = self._plugin.stream_action_async(**arguments)
                return [page async for page in pages]

            return asyncio.run(read())
        pages: Any = self._plugin.stream_action(**arguments)
        return list(pages)

    def close(self) -> None:
        self._plugin.close()


class Down(ResultsOrg):
    """An org that is down when the last page is asked for."""

    def _page(self, number: int) -> httpx.Response:
        if number == len(self._sizes) - 1:
            return error(503, "SERVER_UNAVAILABLE", "Try again later.")
        return super()._page(number)
