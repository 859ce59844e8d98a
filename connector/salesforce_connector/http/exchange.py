"""Where a request meets a transport: the only module that sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

import httpx

from salesforce_connector.action import Call, Sink
from salesforce_connector.error_table import from_network
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.base_client import SIGN_IN, prepare
from salesforce_connector.http.file_sink import sink_of
from salesforce_connector.http.soap import in_rest_terms
from salesforce_connector.http.transport import network
from salesforce_connector.http.wire_request import BodySource, OffLoop, Prepared, PreparedTransport
from salesforce_connector.response import Response


def ask(request: httpx.Request, transport: httpx.BaseTransport | None = None) -> Response:
    """Send a request that belongs to no connection yet, and read the answer, whatever it is.

    Raises:
        Unavailable: There is none.
    """
    if transport is not None:
        return exchange(transport, prepare(request), SIGN_IN)
    with network() as way:
        return exchange(way, prepare(request), SIGN_IN)


def exchange(transport: httpx.BaseTransport, request: httpx.Request, call: Call) -> Response:
    """Send a request and read the answer, into a file if the call says so.

    Raises:
        Unavailable: There is none, or half of one.
    """
    try:
        answer = transport.handle_request(request)
        answer.request = request
        try:
            if call.into is not None and answer.is_success:
                with sink_of(call) as sink:
                    for piece in answer.iter_bytes():
                        sink.write(piece)
            else:
                answer.read()
        finally:
            answer.close()
    except httpx.RequestError as exc:
        raise network_error(exc, request.url.host, call) from exc
    return answer if call.soap is None else in_rest_terms(answer)


def network_error(exc: httpx.RequestError, host: str, call: Call) -> ConnectorError:
    """Make the error for a request that got no response."""
    return from_network(type(exc).__name__, host, safe=call.safe, cause=exc)


async def exchange_async(
    transport: httpx.AsyncBaseTransport, request: Prepared, call: Call
) -> Response:
    """Send a request and read the answer; see `exchange`."""
    try:
        if isinstance(transport, PreparedTransport):
            answer = await transport.send(request, whole=call.into is None)
        else:
            answer = await _sent_by(transport, request.as_httpx())
        if not answer.is_success:  # errors are told by what was asked
            answer.request = httpx.Request(request.method, request.url)
        if call.into is not None or not isinstance(transport, PreparedTransport):
            await _read(answer, call)
    except httpx.RequestError as exc:
        if isinstance(request.content, BodySource) and request.content.error is not None:
            raise request.content.error from exc
        host = httpx.URL(request.url).host
        raise network_error(exc, host, call) from exc
    return answer if call.soap is None else in_rest_terms(answer)


async def _sent_by(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> httpx.Response:
    if not isinstance(request.stream, httpx.AsyncByteStream):
        request.stream = OffLoop(request.stream)
    return await transport.handle_async_request(request)


async def _read(answer: httpx.Response, call: Call) -> None:
    try:
        if call.into is not None and answer.is_success:
            async with _threaded(sink_of(call)) as sink:
                async for piece in answer.aiter_bytes():
                    await asyncio.to_thread(sink.write, piece)
        else:
            await answer.aread()
    finally:
        await answer.aclose()


@asynccontextmanager
async def _threaded(way: AbstractContextManager[Sink]) -> AsyncIterator[Sink]:
    """Enter and leave in a thread: opening, closing and cutting may wait for a disk."""
    sink = await asyncio.to_thread(way.__enter__)
    try:
        yield sink
    except BaseException as exc:
        await asyncio.to_thread(way.__exit__, type(exc), exc, exc.__traceback__)
        raise
    await asyncio.to_thread(way.__exit__, None, None, None)
