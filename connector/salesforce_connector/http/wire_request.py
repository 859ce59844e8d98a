"""A request ready to be sent, before any HTTP library has made it its own."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import httpx

from salesforce_connector.errors import ConnectorError, Rejected

# Salesforce lets a query run 120 s before it answers.
TIMEOUT: Final = httpx.Timeout(10.0, read=150.0, write=60.0, pool=60.0)


@dataclass(slots=True)
class Prepared:
    """What goes over the wire; making an `httpx.Request` of it costs as much as the rest of a call.

    Attributes:
        url: Absolute, percent-encoded.
        content: The body, or its pieces, which can be had once.
        read_timeout: Seconds for the answer to begin; None: as long as it takes.
    """

    method: str
    url: str
    headers: dict[str, str]
    content: bytes | Iterator[bytes] | None
    read_timeout: float | None

    def as_httpx(self) -> httpx.Request:
        """Give it to a transport of httpx's."""
        timeout = TIMEOUT.as_dict()
        timeout["read"] = self.read_timeout
        return httpx.Request(
            self.method,
            _parsed(self.url),
            headers=self.headers,
            content=self.content,
            extensions={"timeout": timeout},
        )


@lru_cache(maxsize=64)  # a workflow's calls go to few addresses
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


class PreparedTransport(httpx.AsyncBaseTransport):
    """A transport that needs no `httpx.Request`."""

    @abstractmethod
    async def send(self, request: Prepared, *, whole: bool) -> httpx.Response:
        """Send a request.

        Args:
            request: As it is to be sent.
            whole: Whether the answer comes with its body, and its connection is free again.

        Raises:
            RequestError: httpx's: there is no answer, or half of one.
        """


class BodySource(Iterator[bytes]):
    """The pieces of a body, with what went wrong where they come from: that is no network error.

    Attributes:
        error: Why there are no more pieces, None when they came to their end.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.error: ConnectorError | None = None

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except StopIteration:
            raise
        except ConnectorError as error:
            self.error = error
            raise
        except Exception as exc:  # of the file system, of a host's own source
            self.error = Rejected(
                f"The body to be sent could not be read: {type(exc).__name__}.",
                code="FILE_NOT_READABLE",
                remedy="Check where the content comes from.",
            )
            raise self.error from exc


class OffLoop(httpx.AsyncByteStream):
    """A body that is read from a file or the like: each piece in a thread, off the event loop."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self._body)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece

    async def aclose(self) -> None:
        if isinstance(self._body, httpx.SyncByteStream):
            self._body.close()
