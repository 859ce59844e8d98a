"""Result pages as gzip: written as they came, or compressed again without their header.

gzip members may follow each other: what reads gzip reads them as one stream. So a page that needs
no change is appended as it is. Cutting off the header of a page means decompressing it, since what
follows refers back to it.

https://datatracker.ietf.org/doc/html/rfc1952
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from salesforce_connector.bulk.page_spool import PageSpool, damaged_page, rows_only
from salesforce_connector.files.new_file import NewFile

_MAGIC: Final = b"\x1f\x8b\x08"  # gzip by deflate, the only method there is
_GZIP: Final = ("gzip", "x-gzip")
_WINDOW: Final = 31  # bits, and the form of gzip
_LEVEL: Final = 1  # the fastest; 4 % of the CSV of a typical object remain, of 6 levels more 3 %
_LENGTH: Final = struct.Struct(">Q")


def append_gzip(spool: PageSpool, file: NewFile, without_header: bool) -> None:
    """Write a page as a gzip member; as it came, if it is gzip and keeps its header.

    Raises:
        Unavailable: It is damaged, as far as it was decompressed.
    """
    pieces: Iterator[bytes]
    if spool.encoding.strip().lower() in _GZIP and not without_header:
        pieces = _as_it_came(spool)
    else:
        pieces = _compress(rows_only(spool.pieces()) if without_header else spool.pieces())
    for piece in pieces:
        file.write(piece)


class PageLog:
    """Pages one after another in a file, each a gzip member after its length."""

    def __init__(self, file: NewFile) -> None:
        """Take the file; nothing is opened yet."""
        self._file = file

    def append(self, spool: PageSpool) -> None:
        """Write a page at the end."""
        self._file.write(_LENGTH.pack(0))
        start = self._file.file.tell()
        append_gzip(spool, self._file, without_header=False)
        file = self._file.file
        end = file.tell()
        file.seek(start - _LENGTH.size)
        self._file.write(_LENGTH.pack(end - start))
        file.seek(end)

    def pages(self) -> Iterator[PageSpool]:
        """Yield the pages of a file that another run has written, and end at its end.

        Raises:
            Rejected: It cannot be read.
        """
        with self._file.read_back() as file:
            while len(head := file.read(_LENGTH.size)) == _LENGTH.size:
                spool = PageSpool("")
                spool.encoding = "gzip"
                try:
                    with spool.open() as sink:
                        left = _LENGTH.unpack(head)[0]
                        while left and (chunk := file.read(min(left, 2**16))):
                            sink.write(chunk)
                            left -= len(chunk)
                    yield spool
                finally:
                    spool.close()


def _as_it_came(spool: PageSpool) -> Iterator[bytes]:
    chunks = spool.chunks()
    first = next(chunks, b"")
    if not first.startswith(_MAGIC):
        raise damaged_page()
    yield first
    yield from chunks


def _compress(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = _compressor()
    for piece in pieces:
        if compressed := compressor.compress(piece):
            yield compressed
    yield compressor.flush()


def _compressor() -> Any:
    """Return a compressor of the fastest library that is installed; see `http.body`."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.compressobj(_LEVEL, wbits=_WINDOW)
    return isal_zlib.compressobj(_LEVEL, wbits=_WINDOW)
