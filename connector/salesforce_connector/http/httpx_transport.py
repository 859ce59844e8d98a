"""A host's own httpx transport in place of the connector's: sync, async, and for a thread.

Imported only where a host brings one, or where a proxy is configured.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Final

import httpx

from salesforce_connector.http.loop_slots import LoopSlots
from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge
from salesforce_connector.http.transfer_rate import Deadline, TransferRate
from salesforce_connector.http.wire_request import (
    MAX_ERROR_BYTES,
    MAX_RESPONSE_BYTES,
    POOL_TIMEOUT,
    BodySource,
    WireRequest,
)
from salesforce_connector.http.wire_response import WireResponse

_LOOP_CHECK: Final = 1.0  # seconds between checks whether a loop is still open


class HttpxTransport:
    """A sync transport of httpx's, behind the interface of `transport.SyncTransport`."""

    def __init__(self, transport: httpx.BaseTransport, *, max_in_use: int) -> None:
        self._transport = transport
        self._slots = threading.Semaphore(max_in_use)

    def acquire(self) -> None:
        if not self._slots.acquire(timeout=POOL_TIMEOUT):
            raise NoResponse("PoolTimeout")

    def release(self) -> None:
        self._slots.release()

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        try:
            response = self._transport.handle_request(request.as_httpx())
            if response.is_stream_consumed:
                return _as_read(response, stream=stream)
            wire = WireResponse(response.status_code, response.headers.raw)
            assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - the interface
            if stream and wire.is_success:
                wire.stream = _SyncStream(response, response.stream, request.lowest_rate)
                return wire
            try:
                wire.content = _read(wire, response.stream, Deadline(request.deadline))
            finally:
                response.close()
        except httpx.RequestError as exc:
            raise NoResponse(type(exc).__name__, exc) from exc
        return wire

    def close(self) -> None:
        self._transport.close()


class HttpxAsyncTransport:
    """An async transport of httpx's, behind the interface of `transport.AsyncTransport`."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, max_in_use: int) -> None:
        self._transport = transport
        slots = LoopSlots(max_in_use)
        self.acquire, self.release = slots.acquire, slots.release

    async def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        theirs = request.as_httpx()
        if isinstance(request.content, BodySource):
            theirs.stream = _AsyncBody(request.content)
        deadline = None if stream else request.deadline
        try:
            async with asyncio.timeout(deadline):
                response = await self._transport.handle_async_request(theirs)
                if response.is_stream_consumed:
                    return _as_read(response, stream=stream)
                wire = WireResponse(response.status_code, response.headers.raw)
                assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101
                if stream and wire.is_success:
                    wire.async_stream = _AsyncStream(response, response.stream, request.lowest_rate)
                    return wire
                try:
                    wire.content = await _read_async(wire, response.stream)
                finally:
                    await response.aclose()
        except TimeoutError as exc:
            raise NoResponse("DeadlineExceeded", exc) from exc
        except httpx.RequestError as exc:
            raise NoResponse(type(exc).__name__, exc) from exc
        return wire

    async def aclose(self) -> None:
        await self._transport.aclose()


def _as_read(response: httpx.Response, *, stream: bool) -> WireResponse:
    """Take a response that the host's transport has read, and decompressed, itself."""
    headers = [pair for pair in response.headers.raw if pair[0].lower() != b"content-encoding"]
    wire = WireResponse(response.status_code, headers)
    if stream and wire.is_success:
        wire.stream = wire.async_stream = _ReadBody(response.content)
    else:
        wire.content = response.content
    return wire


class _ReadBody:
    """A body that has been read, where one that comes is expected."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def _read(wire: WireResponse, chunks: Iterable[bytes], deadline: Deadline) -> bytes:
    pieces, size = [], 0
    for chunk in chunks:
        deadline.check()
        pieces.append(chunk)
        size += len(chunk)
        if size > MAX_RESPONSE_BYTES and wire.is_success:
            raise ResponseTooLarge(MAX_RESPONSE_BYTES)
        if size > MAX_ERROR_BYTES and not wire.is_success:
            break
    return b"".join(pieces)


async def _read_async(wire: WireResponse, chunks: httpx.AsyncByteStream) -> bytes:
    pieces, size = [], 0
    async for chunk in chunks:
        pieces.append(chunk)
        size += len(chunk)
        if size > MAX_RESPONSE_BYTES and wire.is_success:
            raise ResponseTooLarge(MAX_RESPONSE_BYTES)
        if size > MAX_ERROR_BYTES and not wire.is_success:
            break
    return b"".join(pieces)


class _SyncStream:
    def __init__(self, response: httpx.Response, chunks: Iterable[bytes], lowest_rate: int) -> None:
        self._response = response
        self._chunks = chunks
        self._rate = TransferRate(lowest_rate)

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self._rate.count(len(chunk))
                yield chunk
        except httpx.RequestError as exc:
            raise NoResponse(type(exc).__name__, exc) from exc

    def close(self) -> None:
        self._response.close()


class _AsyncStream:
    def __init__(
        self, response: httpx.Response, chunks: httpx.AsyncByteStream, lowest_rate: int
    ) -> None:
        self._response = response
        self._chunks = chunks
        self._rate = TransferRate(lowest_rate)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._chunks:
                self._rate.count(len(chunk))
                yield chunk
        except httpx.RequestError as exc:
            raise NoResponse(type(exc).__name__, exc) from exc

    async def aclose(self) -> None:
        await self._response.aclose()


class _AsyncBody(httpx.AsyncByteStream):
    """A body that is read in threads, as httpx's transports take it."""

    def __init__(self, source: BodySource) -> None:
        self._source = source

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._source.__aiter__()
