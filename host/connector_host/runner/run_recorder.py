"""Measures a run and records its outcome, if the store has a history.

It never changes the outcome: if the history cannot be written, that is logged.
"""

import logging
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Protocol

from connector_host.errors import HostError
from connector_host.hookspecs import Json

CANCELLED = "cancelled"
OK = "ok"

_log = logging.getLogger("connector_host.runs")


class History(Protocol):
    """A history that a store may have; `store.run_history` is one."""

    def record_run(
        self,
        who: str,
        connection: str,
        action: str,
        *,
        outcome: str,
        message: str = "",
        seconds: float,
        usage: Mapping[str, Json] | None = None,
    ) -> None: ...

    def record_test(self, connection_id: str, report: Mapping[str, Json]) -> None: ...

    def forget_test(self, connection_id: str) -> None: ...


def history_of(store: object) -> History | None:
    """Return a store's history; None if it has none."""
    history: History | None = getattr(store, "history", None)
    return history


class RunRecorder:
    """One run, from its start to `finish` or `fail`."""

    def __init__(self, store: object, who: str, connection: str, action: str) -> None:
        self._history = history_of(store)
        self._names = (who, connection, action)
        self._began = time.perf_counter()

    def finish(self, usage: Mapping[str, Json]) -> None:
        """Record a successful run."""
        self._record(OK, "", usage)

    def fail(self, error: BaseException) -> None:
        """Record a failed run: by the error's code, or by its type for a bug or a cancellation."""
        if hasattr(error, "kind"):
            self._record(str(getattr(error, "code", "")) or "ERROR", str(error), None)
        elif isinstance(error, Exception):
            self._record(type(error).__name__, "", None)
        else:
            self._record(CANCELLED, "", None)

    def _record(self, outcome: str, message: str, usage: Mapping[str, Json] | None) -> None:
        if self._history is None:
            return
        seconds = time.perf_counter() - self._began
        with log_failures("run"):
            self._history.record_run(
                *self._names, outcome=outcome, message=message, seconds=seconds, usage=usage
            )


@contextmanager
def log_failures(noun: str) -> Generator[None]:
    """Log an error of the history instead of raising it."""
    try:
        yield
    except HostError as exc:
        _log.warning("The %s was not recorded: %s", noun, exc)
