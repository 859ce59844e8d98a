"""Stops a server's process on Ctrl+C and on SIGTERM.

A shell starts background jobs with SIGINT ignored, and Python then installs no handler of its own:
the handlers are set here whatever was inherited.

https://docs.python.org/3/library/signal.html
"""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_signals() -> Generator[Callable[[], object]]:
    """Provide a function that waits for SIGINT or SIGTERM; on the main thread only."""
    # A handler runs between any two steps of the main thread, which may hold the lock of a
    # threading.Event just then; a SimpleQueue is made for this.
    received: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, _frame: FrameType | None) -> None:
        received.put(number)

    previous = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield received.get
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
