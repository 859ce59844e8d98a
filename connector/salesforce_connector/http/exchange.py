"""Sends one request over a transport, and reads the response to it as the call wants it."""

from codecs import BOM_UTF8
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Final

from salesforce_connector.auth.tokens import TokenRequest
from salesforce_connector.errors import BadReply, ConnectorError, Rejected
from salesforce_connector.errors import network as network_errors
from salesforce_connector.flow import Call, Sink
from salesforce_connector.http.body import Decompressor, decompress
from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge
from salesforce_connector.http.transport import (
    AsyncTransport,
    SyncTransport,
    network,
    sync_transport,
)
from salesforce_connector.http.wire_request import (
    MAX_ERROR_BYTES,
    MAX_JSON_PARTS,
    MAX_RESPONSE_BYTES,
    BodySource,
    BodySourceFailed,
    UnwritableRequest,
    WireRequest,
)
from salesforce_connector.http.wire_response import WireResponse

if TYPE_CHECKING:
    import httpx

USER_AGENT: Final = "salesforce-connector"

_FORM_HEADERS: Final = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": USER_AGENT,
}

TOKEN_DEADLINE: Final = 60.0  # seconds for a whole exchange with the sign-in service

_GZIP: Final = b"\x1f\x8b"  # what a body of gzip begins with, and no JSON, XML or CSV

_FAILURES: Final = (NoResponse, ResponseTooLarge, BodySourceFailed, UnwritableRequest)

_SIGN_IN: Final = Call("POST", "", repeatable=True)  # once more does no harm


def exchange(transport: SyncTransport, request: WireRequest, call: Call) -> WireResponse:
    """Send a request and read the response, into a file if the call says so.

    Raises:
        Unavailable: There is none, or half of one.
        BadReply: It is larger than is read into memory.
        Rejected: The body to be sent cannot be read.
    """
    try:
        response = transport.send(request, stream=call.into is not None)
        if response.stream is None:
            _decompress(response)
        else:
            try:
                _write(response, call)
            finally:
                response.stream.close()
    except _FAILURES as exc:  # in whose frames are bytes of the response
        raise _error_of(exc, request, call) from exc.with_traceback(None)
    return response if call.soap is None else _as_rest_response(response)


async def exchange_async(
    transport: AsyncTransport, request: WireRequest, call: Call
) -> WireResponse:
    """Send a request and read the response; see `exchange`."""
    try:
        response = await transport.send(request, stream=call.into is not None)
        if response.async_stream is None:
            _decompress(response)
        else:
            try:
                await _write_async(response, call)
            finally:
                await response.async_stream.aclose()
    except _FAILURES as exc:
        raise _error_of(exc, request, call) from exc.with_traceback(None)
    return response if call.soap is None else _as_rest_response(response)


def send_token_request(
    request: TokenRequest, transport: "httpx.BaseTransport | SyncTransport | None" = None
) -> WireResponse:
    """Send a request of a sign-in's own, and read the response, whatever it is.

    Args:
        request: To send.
        transport: None for the network.

    Raises:
        Unavailable: There is none.
    """
    wire = WireRequest(
        "POST",
        request.base_url,
        request.path,
        _FORM_HEADERS,
        request.bearer,
        request.content,
        deadline=TOKEN_DEADLINE,
    )
    if transport is not None:
        return exchange(sync_transport(transport), wire, _SIGN_IN)
    own = network()
    try:
        return exchange(own, wire, _SIGN_IN)
    finally:
        own.close()


def _error_of(exc: Exception, request: WireRequest, call: Call) -> ConnectorError:
    source = request.content
    if isinstance(source, BodySource) and source.failed is not None:
        return _unreadable(source.failed.error)
    if isinstance(exc, UnwritableRequest):
        return Rejected(
            "A header or the path of the request has a character that HTTP does not allow there.",
            code="INVALID_REQUEST",
            remedy="Use printable ASCII characters; percent-encode others in a path.",
        )
    if isinstance(exc, NoResponse):
        host = request.origin.host
        return network_errors.from_network(exc.code, host, safe=call.safe, cause=exc)
    return BadReply(
        str(exc),
        code="RESPONSE_TOO_LARGE",
        remedy="Ask for fewer records or fields at once, or use a bulk action.",
        sent=not call.safe,
    )


def _unreadable(error: Exception) -> ConnectorError:
    if isinstance(error, ConnectorError):
        return error
    return Rejected(
        f"Cannot read the data to send: {type(error).__name__}.",
        code="FILE_NOT_READABLE",
        remedy="Check that the file exists, is readable and complete.",
    )


# What few calls need is imported by them.


def _sink_of(call: Call) -> AbstractContextManager[Sink]:
    from salesforce_connector.http.file_sink import sink_of

    return sink_of(call)


def _as_rest_response(response: WireResponse) -> WireResponse:
    from salesforce_connector.http.soap import as_rest_response

    return as_rest_response(response)


def _may_be_json(response: WireResponse) -> bool:
    return "json" in response.headers.get("content-type", "json")


def _decompress(response: WireResponse) -> None:
    content = response.content
    if content.startswith(BOM_UTF8) and content[len(BOM_UTF8) :].lstrip().startswith((b"{", b"[")):
        response.content = content = content.removeprefix(BOM_UTF8)  # JSON of a gateway
    if not content.startswith(_GZIP) and len(content) <= MAX_ERROR_BYTES:
        return
    encoding = response.headers.get("content-encoding", "").strip().lower()
    success = response.is_success
    if not encoding and content.startswith(_GZIP) and _may_be_json(response):
        encoding = "gzip"  # a gateway has lost the header, for no JSON begins so
    limit = MAX_RESPONSE_BYTES if success else MAX_ERROR_BYTES
    response.content = content = decompress(content, encoding, limit, cut=not success)
    if len(content) > MAX_JSON_PARTS and "json" in response.headers.get("content-type", ""):
        parts = content.count(b"{") + content.count(b"[")
        if parts > MAX_JSON_PARTS:
            raise ResponseTooLarge(limit)


def _write(response: WireResponse, call: Call) -> None:
    decompressor = _decompressor(response, call)
    assert response.stream is not None  # noqa: S101 - for types
    with _sink_of(call) as sink:
        for chunk in response.stream:
            _write_chunk(decompressor, chunk, sink)
        if decompressor is not None:
            decompressor.finish()


async def _write_async(response: WireResponse, call: Call) -> None:
    import asyncio

    decompressor = _decompressor(response, call)
    assert response.async_stream is not None  # noqa: S101 - for types
    async with _in_thread(_sink_of(call)) as sink:
        async for chunk in response.async_stream:
            await asyncio.to_thread(_write_chunk, decompressor, chunk, sink)
        if decompressor is not None:
            decompressor.finish()


def _decompressor(response: WireResponse, call: Call) -> Decompressor | None:
    """Return what the body goes through; None when it is to stay as it came."""
    decompressor = Decompressor(response.headers.get("content-encoding", ""))
    return None if call.compressed else decompressor


def _write_chunk(decompressor: Decompressor | None, chunk: bytes, sink: Sink) -> None:
    if decompressor is None:
        sink.write(chunk)
        return
    for piece in decompressor.feed(chunk):
        sink.write(piece)


@asynccontextmanager
async def _in_thread(opening: AbstractContextManager[Sink]) -> AsyncGenerator[Sink]:
    """Enter and leave in a thread: opening, closing and cutting may wait for a disk."""
    import asyncio

    sink = await asyncio.to_thread(opening.__enter__)
    try:
        yield sink
    except BaseException as exc:
        await asyncio.to_thread(opening.__exit__, type(exc), exc, exc.__traceback__)
        raise
    await asyncio.to_thread(opening.__exit__, None, None, None)
