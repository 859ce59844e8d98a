"""Runs the steps of a client, one after the other, and tells how each went, as JSON lines."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any


class Steps:
    """Steps that later ones may need the results of: one that fails does not end the others."""

    def run(self, name: str, act: Callable[[], Any]) -> Any:
        """Do a step; gives its result, or None when it failed."""
        try:
            result = act()
        except Exception as exc:  # noqa: BLE001 - whatever a client raises is what it did
            self._tell(name, f"{type(exc).__name__}: {exc}")
            return None
        self._tell(name, "")
        return result

    async def wait_for(self, name: str, act: Callable[[], Awaitable[Any]]) -> Any:
        """Do a step of an asynchronous client."""
        try:
            value = await act()
        except asyncio.CancelledError:
            raise
        except Exception as exc:  # noqa: BLE001 - whatever a client raises is what it did
            self._tell(name, f"{type(exc).__name__}: {exc}")
            return None
        self._tell(name, "")
        return value

    def _tell(self, name: str, failure: str) -> None:
        sys.stdout.write(json.dumps({"step": name, "failure": failure[:300]}) + "\n")
        sys.stdout.flush()


def same(found: object, expected: object) -> None:
    """Fail the step unless both are the same."""
    if found != expected:
        raise AssertionError(f"{found!r} for {expected!r}")
