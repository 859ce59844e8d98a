"""Decompresses bodies of responses, bounded while it does so.

A few kilobytes of gzip can become gigabytes: the limit holds for what comes out.
"""

import zlib
from collections.abc import Iterator
from typing import Final

from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge

_GZIP_OR_ZLIB: Final = 47  # window bits: the format is told by the header
_PIECE: Final = 2**20  # bytes that are given on at once


def decompress(body: bytes, encoding: str, limit: int, *, cut: bool = False) -> bytes:
    """Decompress a whole body.

    Args:
        body: As it came.
        encoding: The header `Content-Encoding`; empty for none.
        limit: Bytes of the result.
        cut: Whether to cut the result at the limit; half a body is good enough then, too.

    Raises:
        ResponseTooLarge: The result is larger.
        NoResponse: The body is not of its encoding, or broken off.
    """
    pieces, size, decompressor = [], 0, Decompressor(encoding)
    try:
        for piece in decompressor.feed(body):
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


class Decompressor:
    """Decompresses one body chunk by chunk."""

    def __init__(self, encoding: str) -> None:
        """Begin.

        Args:
            encoding: The header `Content-Encoding`; empty for none.

        Raises:
            NoResponse: It is none that was asked for.
        """
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NoResponse("DecodingError")
        self._plain = encoding in ("", "identity")
        self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Give the pieces that a chunk becomes, each of at most 1 MiB."""
        if self._plain:
            yield chunk
            return
        rest = chunk
        try:
            while rest:
                if self._zlib.eof:  # gzip streams may follow each other
                    self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
                yield self._zlib.decompress(rest, _PIECE)
                rest = self._zlib.unconsumed_tail or self._zlib.unused_data
            while not self._zlib.eof and (more := self._zlib.decompress(b"", _PIECE)):
                yield more
        except zlib.error as exc:
            raise NoResponse("DecodingError", exc) from exc

    def finish(self) -> None:
        """Take note that the body has ended.

        Raises:
            NoResponse: It is broken off.
        """
        if not self._plain and not self._zlib.eof:
            raise NoResponse("DecodingError")
