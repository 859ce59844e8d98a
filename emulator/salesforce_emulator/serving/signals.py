"""Stops a server's process on Ctrl+C and on SIGTERM.

A shell starts background jobs with SIGINT ignored, and Python then installs no handler of its own:
the handlers are set here whatever was inherited.

https://docs.python.org/3/library/signal.html
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_event() -> Iterator[threading.Event]:
    """Provide an event that SIGINT and SIGTERM set; on the main thread only."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    previous = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield stopped
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
