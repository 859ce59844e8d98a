"""One result page of a bulk query in a temporary file, compressed as it came.

A page takes a tenth of its size on the disk until it is read, and each of its bytes is written once
less. That it is complete is known by HTTP when it was fetched, that it is not damaged when it is
read: gzip ends with a checksum.
"""

import csv
import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from salesforce_connector.bulk.job_results import not_csv
from salesforce_connector.errors import Unavailable
from salesforce_connector.files.file_errors import scratch_errors
from salesforce_connector.flow import Sink
from salesforce_connector.http.body import Decompressor
from salesforce_connector.http.no_response import NoResponse

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK: Final = 2**16  # bytes read at once, compressed


class PageSpool:
    """One page in a temporary file; close it when it has been read.

    Attributes:
        locator: Of the page; empty for the first.
        encoding: How it is compressed, as the header `Content-Encoding` has it; empty for plain.
        rows: How many it has, once it was fetched.
        following: Locator of the next page; empty when there is none, or none is known.
    """

    def __init__(self, locator: str, folder: Path | None = None) -> None:
        """Make one; nothing is opened yet.

        Args:
            locator: Of the page.
            folder: Where the file is; None for the folder of temporary files.
        """
        self.locator = locator
        self.encoding = ""
        self.rows = 0
        self.following = ""
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._closed = False

    @contextmanager
    def open(self) -> Generator[Sink]:
        """Take the page, from its beginning at each attempt.

        Raises:
            ValueError: It was closed, perhaps by another thread.
        """
        with scratch_errors():
            if self._file is None:
                self._file = TemporaryFile(  # noqa: SIM115 - closed when it was read
                    prefix=".salesforce-connector-", dir=self._folder
                )
            if self._closed:  # meanwhile: whoever closes it does not wait for who opens it
                self._file.close()
            self._file.seek(0)
            self._file.truncate()
            yield self._file

    def chunks(self) -> Iterator[bytes]:
        """Yield the page as it came, compressed or not."""
        assert self._file is not None  # noqa: S101 - it was fetched
        self._file.seek(0)
        yield from iter(partial(self._file.read, _CHUNK), b"")

    def pieces(self) -> Iterator[bytes]:
        """Yield the page decompressed, in pieces of at most 256 KiB.

        Raises:
            Unavailable: It is damaged; it may come whole the next time.
        """
        try:
            decompressor = Decompressor(self.encoding)
            for chunk in self.chunks():
                yield from decompressor.feed(chunk)
            decompressor.finish()
        except NoResponse as exc:
            raise damaged_page() from exc

    def lines(self, delimiter: str = ",") -> Generator[list[str], None, None]:
        """Return its lines as cells, the header first.

        Raises:
            BadReply: It is not CSV.
            Unavailable: See `pieces`.
        """
        binary = io.BufferedReader(_PieceReader(self.pieces()), _CHUNK)
        text = io.TextIOWrapper(binary, "utf-8-sig", newline="")
        try:
            yield from filter(None, csv.reader(text, delimiter=delimiter, strict=True))
        except (UnicodeDecodeError, csv.Error) as exc:
            raise not_csv() from exc
        finally:
            with suppress(ValueError):
                text.close()

    def close(self) -> None:
        """Remove the file."""
        self._closed = True
        if self._file is not None:
            self._file.close()


def damaged_page() -> Unavailable:
    """Return the error for a page that is not what its header says."""
    return Unavailable(
        "A result page was damaged on its way.", code="DAMAGED_PAGE", remedy="Try again."
    )


def rows_only(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a page without its first line; names of fields have no line ends."""
    for piece in pieces:
        _, end, rest = piece.partition(b"\n")
        if end:
            yield rest
            break
    yield from pieces


class _PieceReader(io.RawIOBase):
    """Reads pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
