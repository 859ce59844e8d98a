"""A local org in a process of its own, started by its command and stopped by a signal."""

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PATIENCE = 20.0  # seconds that the process has to end
_COMMAND = "from salesforce_emulator.commands import main; main()"


@dataclass
class ServedProcess:
    """A running `salesforce-local-org serve`.

    Attributes:
        description: The line of JSON that it printed.
    """

    description: dict[str, Any]
    process: "subprocess.Popen[str]"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def served_process(*options: str, ignores_sigint: bool = False) -> Generator[ServedProcess]:
    """Serve an org on a free port until the block ends.

    Args:
        ignores_sigint: Start it with SIGINT ignored, as a shell starts jobs in the background.
    """
    command = [sys.executable, "-c", _COMMAND, "serve", "--port", "0", *options]
    if ignores_sigint:
        command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *command]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield ServedProcess(json.loads(process.stdout.readline()), process)
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
