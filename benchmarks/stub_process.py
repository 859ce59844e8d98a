"""The stub as a process of its own, on a core of its own, and its control path."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.environments import ROOT


@dataclass(frozen=True, slots=True)
class StubProcess:
    """A stub that runs; `url` as `http://127.0.0.1:PORT`."""

    url: str

    def reset(self, latency: float, rate: float = 0.0) -> None:
        """Forget all that was counted, take the first token again, answer after a while.

        Args:
            latency: Seconds.
            rate: Bytes a second of each connection; 0: no limit.
        """
        self._post("reset", {"latency": latency, "rate": rate})

    def expire(self) -> None:
        """End all tokens."""
        self._post("expire", {})

    def counters(self) -> dict[str, float]:
        """Return what was counted; see `stub.canned_org.Counters`."""
        return self._post("counters", {})

    def _post(self, step: str, body: dict[str, Any]) -> dict[str, float]:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.url}/stub/{step}", json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as response:  # noqa: S310 - loopback
            counters: dict[str, float] = json.load(response)
        return counters


@contextmanager
def run_stub(arguments: Sequence[str], *, pinned: bool = True) -> Generator[StubProcess]:
    """Run a stub until the block ends; `pinned` to a core that is not the clients'."""
    command = [sys.executable, "-m", "benchmarks.stub", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        core, _ = cores()
        if pinned and core is not None:
            os.sched_setaffinity(process.pid, {core})
        try:
            yield StubProcess(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.stdin.close()


def cores() -> tuple[int | None, int | None]:
    """Return the cores of the stub and of the clients; None where there are not two, or no say."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    available = sorted(os.sched_getaffinity(0))
    return (available[0], available[-1]) if len(available) > 1 else (None, None)
