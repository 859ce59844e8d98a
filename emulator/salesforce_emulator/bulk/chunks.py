"""Content and results of jobs, stored in the org's database in chunks.

So a job of any size is read and written without ever being in memory as a whole. A piece begins at
a place: a byte of uploaded content, a row of results.
"""

import sqlite3
import threading
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["content", "successful", "failed", "result"]

_TABLE: Final = (
    'CREATE TABLE IF NOT EXISTS "_BulkPiece" (job TEXT, kind TEXT, first INTEGER, size INTEGER,'
    " data BLOB, PRIMARY KEY (job, kind, first))"
)


class Chunks:
    """The pieces of all jobs of one org."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock
        db.execute(_TABLE)

    def add(self, job: str, kind: Kind, first: int, size: int, data: bytes) -> None:
        """Keep the piece that begins at a place; the caller holds the transaction."""
        self._db.execute(
            'INSERT INTO "_BulkPiece" VALUES (?, ?, ?, ?, ?)', (job, kind, first, size, data)
        )

    def read(self, job: str, kind: Kind, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Return each piece from the one that has a place on: where it begins, and its data."""
        while True:
            with self._lock:
                row = self._db.execute(
                    'SELECT first, size, data FROM "_BulkPiece" WHERE job = ? AND kind = ?'
                    " AND first <= ? ORDER BY first DESC LIMIT 1",
                    (job, kind, start),
                ).fetchone()
            if row is None or row["first"] + row["size"] <= start:
                return
            yield row["first"], row["data"]
            start = row["first"] + row["size"]

    def drop(self, job: str) -> None:
        """Forget all pieces of a job; the caller holds the transaction."""
        self._db.execute('DELETE FROM "_BulkPiece" WHERE job = ?', (job,))
