"""Appends events to a file, one line of JSON each, and none of them twice.

A process may end after it writes events and before it marks them as delivered. So the last lines
are read before more are appended: an event that is in the file already is skipped, and an
incomplete line is removed.
"""

import json
import os
from pathlib import Path
from typing import BinaryIO, Final

from connector_host.hookspecs import Json
from connector_host.terminal import dump_json_line

_BLOCK: Final = 1 << 16  # bytes read at a time from the end of the file


class JsonLines:
    """A file of events; one process at a time appends to it."""

    def __init__(self, path: Path, overlap: int) -> None:
        """Args:
        path: Created when it does not exist.
        overlap: How many of the last lines may hold events that are delivered again.
        """
        self.path = path
        self._overlap = overlap

    def append(self, events: list[Json]) -> None:
        """Append the events that are not in the last lines; they are on disk when this returns.

        Args:
            events: Each with an `id`.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with open(descriptor, "r+b") as file:  # noqa: PTH123 - for its owner alone when it is new
            lines = _newest_lines(file, self._overlap)
            there = {_id(line) for line in lines}
            new = [event for event in events if json.dumps(event["id"]) not in there]
            file.write("".join(f"{dump_json_line(event)}\n" for event in new).encode())
            file.flush()
            os.fsync(file.fileno())


def _newest_lines(file: BinaryIO, count: int) -> list[bytes]:
    """Return the last lines and seek to the end; an incomplete line is removed from the file."""
    position = file.seek(0, os.SEEK_END)
    tail = b""
    while position > 0 and tail.count(b"\n") <= count:
        position = max(0, position - _BLOCK)
        file.seek(position)
        tail = file.read(file_length(file) - position)
    whole, _, rest = tail.rpartition(b"\n")
    end = file_length(file) - len(rest)
    if rest:
        file.truncate(end)
    file.seek(end)
    return whole.split(b"\n")[-count:] if whole else []


def file_length(file: BinaryIO) -> int:
    """Return a file's length in bytes."""
    return os.fstat(file.fileno()).st_size


def _id(line: bytes) -> str:
    """Return a line's event id as JSON; empty for a line that is not an event."""
    try:
        return json.dumps(json.loads(line)["id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
