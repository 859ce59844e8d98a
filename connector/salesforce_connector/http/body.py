"""Decompresses bodies of responses, bounded while it does so.

A few kilobytes of gzip can become gigabytes: the limit holds for what comes out. Where `isal` is
installed (extra `fast`), it takes a third of the time that zlib takes.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple, cast

from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge

_GZIP_OR_ZLIB: Final = 47  # window bits: the format is read from the header
_PIECE: Final = 2**18  # bytes that are returned at once
_CHUNK: Final = 2**16  # bytes that are read at once; what is left of them is copied for each part

# Streams of gzip may follow each other; each takes a decompressor, and 20 bytes when it is empty.
_FREE_PARTS: Final = 1_000
_PART: Final = 1_000  # bytes that a part beyond these must hold on average


def decompress(body: bytes, encoding: str, limit: int, *, cut: bool = False) -> bytes:
    """Decompress a whole body.

    Args:
        body: As received.
        encoding: The header `Content-Encoding`; empty for none.
        limit: Bytes of the result.
        cut: Whether to cut the result at the limit; half a body is good enough then, too.

    Raises:
        ResponseTooLarge: The result is larger.
        NoResponse: The body is not of its encoding, or broken off.
    """
    pieces, size, decompressor = [], 0, Decompressor(encoding)
    try:
        for start in range(0, len(body), _CHUNK):
            for piece in decompressor.feed(body[start : start + _CHUNK]):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    if cut:
                        return b"".join(pieces)[:limit]
                    raise ResponseTooLarge(limit)
        decompressor.finish()
    except NoResponse:
        if not cut:
            raise
    return b"".join(pieces)


class Inflate(NamedTuple):
    """A library with zlib's interface.

    Attributes:
        begin: Makes a decompressor, given window bits.
        error: What it raises when the data is not compressed.
    """

    begin: Callable[[int], Any]
    error: type[Exception]


ZLIB: Final = Inflate(zlib.decompressobj, zlib.error)


@cache
def fastest() -> Inflate:
    """Return the fastest library that is installed."""
    try:
        from isal import isal_zlib
    except ImportError:
        return ZLIB
    return Inflate(isal_zlib.decompressobj, cast("type[Exception]", isal_zlib.error))


class Decompressor:
    """Decompresses one body chunk by chunk."""

    def __init__(self, encoding: str, inflate: Inflate | None = None) -> None:
        """Begin.

        Args:
            encoding: The header `Content-Encoding`; empty for none.
            inflate: What decompresses; None for the fastest that is installed.

        Raises:
            NoResponse: The encoding is not one that requests accept.
        """
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NoResponse("DecodingError")
        self._plain = encoding in ("", "identity")
        self._inflate = ZLIB if self._plain else inflate or fastest()
        self._zlib = self._inflate.begin(_GZIP_OR_ZLIB)
        self._parts = self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the pieces that a chunk becomes, each of at most 256 KiB.

        Raises:
            NoResponse: It is not of the encoding, or in too many parts.
        """
        if self._plain:
            yield chunk
            return
        rest = chunk
        try:
            while rest:
                if self._zlib.eof:  # gzip streams may follow each other
                    self._begin_part()
                piece = self._zlib.decompress(rest, _PIECE)
                self._size += len(piece)
                yield piece
                rest = self._zlib.unconsumed_tail or self._zlib.unused_data
            while not self._zlib.eof and (more := self._zlib.decompress(b"", _PIECE)):
                self._size += len(more)
                yield more
        except self._inflate.error as exc:
            raise NoResponse("DecodingError", exc) from exc

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _FREE_PARTS + self._size // _PART:
            raise NoResponse("DecodingError")
        self._zlib = self._inflate.begin(_GZIP_OR_ZLIB)

    def finish(self) -> None:
        """Record that the body has ended.

        Raises:
            NoResponse: It is broken off.
        """
        if not self._plain and not self._zlib.eof:
            raise NoResponse("DecodingError")
