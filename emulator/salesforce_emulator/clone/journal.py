"""What a clone has read of an org's metadata so far, so that a second run goes on from there.

It is a file of JSON lines beside the one that is written, for its user alone, and removed at the
end. Records are not in it: they may be personal, and are read again in a call an object.
"""

import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final

_OLDEST: Final = 24 * 3_600  # seconds; an org may have changed since


class Journal:
    """Answers by path, in the order they came."""

    def __init__(self, file: Path, connection: str) -> None:
        """Open a journal; one of another connection, or from yesterday, is discarded."""
        self._file = file
        self._responses: dict[str, Any] = {}
        began = time.time()
        entries = _entries(file)
        if entries and entries[0].get("connection") == connection:
            earlier = entries[0].get("began", 0.0)
            if began - earlier < _OLDEST:
                began = earlier
                self._responses = {entry["path"]: entry["body"] for entry in entries[1:]}
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._out = open(number, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - closed by __exit__
        self._write({"connection": connection, "began": began})
        for path, body in self._responses.items():
            self._write({"path": path, "body": body})

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it; remove it unless the run broke off with something read."""
        self._out.close()
        if kind is None or not self._responses:
            self._file.unlink(missing_ok=True)

    def __contains__(self, path: object) -> bool:
        return path in self._responses

    def __getitem__(self, path: str) -> Any:
        return self._responses[path]

    def add(self, path: str, body: Any) -> None:
        """Record an answer."""
        self._responses[path] = body
        self._write({"path": path, "body": body})

    def _write(self, entry: dict[str, Any]) -> None:
        self._out.write(json.dumps(entry) + "\n")
        self._out.flush()


def _entries(file: Path) -> list[dict[str, Any]]:
    """Read the lines of a journal up to one that was cut off; none of a file of another kind."""
    entries: list[dict[str, Any]] = []
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                entry = json.loads(line)
                if not isinstance(entry, dict) or not ({"path", "connection"} & entry.keys()):
                    break
                entries.append(entry)
    except (FileNotFoundError, ValueError):
        pass
    return entries
