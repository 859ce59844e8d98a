"""Where the body of a response is written to, piece by piece."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from salesforce_connector.files.new_file import NewFile
from salesforce_connector.flow import Call, Sink


def sink_of(call: Call) -> AbstractContextManager[Sink]:
    """Return what the body of a call's answer is to be written to; the call says so."""
    match call.into:
        case Path() as path:
            return new_file(path)
        case None:
            raise ValueError("the call does not name the file for its response")
        case opening:
            return opening()


@contextmanager
def new_file(path: Path) -> Generator[Sink]:
    """Write one body to a file, which takes its place once it is whole.

    Raises:
        Rejected: The file cannot be written.
    """
    with NewFile(path) as file:
        yield file
