"""Flows that run beside another on threads of their own, until it ends.

A thread is blocked in the call that it makes: cancelling lets that call end, and no other follows.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from salesforce_connector.flow import Task

if TYPE_CHECKING:
    from concurrent.futures import Future

_GRACE: Final = 1.0  # seconds to wait for calls under way after cancelling


class TaskCancelled(Exception):
    """Ends a flow that was cancelled."""


class ThreadTasks:
    """The flows beside one that is driven; all of them are cancelled with it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._cancelled: threading.Event | None = None
        self._futures: list[Future[Any]] = []

    def begin(self, work: Callable[["ThreadTasks"], Any]) -> Task:
        """Run work on a thread of its own; its argument are tasks that are cancelled with these."""
        from concurrent.futures import Future  # few flows run others beside them

        if self._cancelled is None:
            self._cancelled = threading.Event()
        beside, future = ThreadTasks(), Future[Any]()
        beside._cancelled = self._cancelled
        future.set_running_or_notify_cancel()

        def run() -> None:
            try:
                value = work(beside)
            except BaseException as exc:  # noqa: BLE001 - raised to the caller
                future.set_exception(exc)
            else:
                future.set_result(value)

        self._futures.append(future)
        # A daemon: a process that ends does not wait for Salesforce.
        threading.Thread(target=run, name="salesforce-task", daemon=True).start()
        return future

    def first_ended(self, tasks: Sequence[Task]) -> Task:
        """Wait until one of some tasks has ended, and return it."""
        from concurrent.futures import FIRST_COMPLETED, wait

        futures: list[Any] = list(tasks)
        done = wait(futures, return_when=FIRST_COMPLETED).done
        ended: Future[Any] = next(future for future in futures if future in done)
        self._futures.remove(ended)
        return ended

    def check(self) -> None:
        """Stop where these have been cancelled.

        Raises:
            TaskCancelled: They have been.
        """
        if self._cancelled is not None and self._cancelled.is_set():
            raise TaskCancelled

    def sleep(self, seconds: float) -> None:
        """Wait, at most until these are cancelled."""
        if self._cancelled is None:
            time.sleep(seconds)
        else:
            self._cancelled.wait(seconds)
            self.check()

    def cancel(self) -> None:
        """Cancel all: no call follows those under way, which get a moment to end."""
        if self._cancelled is not None and self._futures:
            from concurrent.futures import wait

            self._cancelled.set()
            wait(self._futures, timeout=_GRACE)
