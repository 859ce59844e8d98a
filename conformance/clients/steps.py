"""Runs the steps of a client and prints the result of each as a JSON line."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any


class Steps:
    """Runs steps: one that fails does not stop the others."""

    def run(self, name: str, operation: Callable[[], Any]) -> Any:
        """Run a step; return its result, or None when it failed."""
        try:
            result = operation()
        except Exception as exc:  # noqa: BLE001 - whatever a client raises is what it did
            self._report(name, f"{type(exc).__name__}: {exc}")
            return None
        self._report(name, "")
        return result

    async def wait_for(self, name: str, operation: Callable[[], Awaitable[Any]]) -> Any:
        """Run a step of an asynchronous client."""
        try:
            value = await operation()
        except asyncio.CancelledError:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever a client raises is what it did
            self._report(name, f"{type(exc).__name__}: {exc}")
            return None
        self._report(name, "")
        return value

    def _report(self, name: str, failure: str) -> None:
        sys.stdout.write(json.dumps({"step": name, "failure": failure[:300]}) + "\n")
        sys.stdout.flush()


def expect(actual: object, expected: object) -> None:
    """Fail the step unless both are equal."""
    if actual != expected:
        raise AssertionError(f"{actual!r} for {expected!r}")
