"""Files that answers are written to as they come."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

from salesforce_connector.action import Call, Sink
from salesforce_connector.errors import Rejected


def sink_of(call: Call) -> AbstractContextManager[Sink]:
    """Give what the body of a call's answer is to be written to; the call says so."""
    match call.into:
        case Path() as path:
            return part_of(path, appending=call.appending)
        case None:
            raise ValueError("the call does not say where its answer is to be written")
        case opening:
            return opening()


@contextmanager
def part_of(path: Path, *, appending: bool) -> Iterator[BinaryIO]:
    """Open a file to write one body to.

    A body that breaks off leaves what the file held before: a new body is written beside it and
    takes its place when it is whole, one that is appended is cut away again.

    Raises:
        Rejected: The file cannot be written.
    """
    beside = not appending and (path.is_file() or not path.exists())  # a pipe has nothing beside it
    written = path.with_name(f".{path.name}.part") if beside else path
    try:
        file = written.open("ab" if appending else "wb")
    except OSError as exc:
        raise Rejected(
            f"Cannot write to {path}: {exc.strerror}.",
            code="FILE_NOT_WRITABLE",
            remedy="Choose a folder that exists and may be written to.",
        ) from exc
    with file:
        start = file.tell() if appending else 0
        try:
            yield file
        except BaseException:
            if beside:
                written.unlink(missing_ok=True)
            elif appending:
                file.truncate(start)
            raise
    if beside:
        written.replace(path)
