"""Files that answers are written to as they come."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from salesforce_connector.errors import Rejected


@contextmanager
def part_of(path: Path, *, appending: bool) -> Iterator[BinaryIO]:
    """Open a file to write one body to; what breaks off is cut away again.

    Raises:
        Rejected: The file cannot be written.
    """
    try:
        file = path.open("ab" if appending else "wb")
    except OSError as exc:
        raise Rejected(
            f"Cannot write to {path}: {exc.strerror}.",
            code="FILE_NOT_WRITABLE",
            remedy="Choose a folder that exists and may be written to.",
        ) from exc
    with file:
        start = file.tell()
        try:
            yield file
        except BaseException:
            file.truncate(start)
            raise
