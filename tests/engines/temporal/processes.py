"""The server and workers as processes, which tests kill and measure."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from engines.conftest import EngineSite

QUEUE = "connectors"
WORKER = Path(__file__).parent / "worker_process.py"
PATIENCE = 60.0  # seconds for a process to start on a busy machine


class Server:
    """The server as a process, its state in a file; it can die and come back."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._file = folder / "temporal.sqlite3"
        self.start()

    def start(self) -> None:
        program = shutil.which("temporal", path=str(Path(sys.executable).parent))
        assert program is not None
        self._process = subprocess.Popen(
            [program, "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self.port),
             "--headless", "--log-level", "error", "--db-filename", str(self._file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class WorkerProcess:
    """A worker as a process, which opens the same store."""

    def __init__(self, site: EngineSite, address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), address, QUEUE],
            env={**os.environ, **site.environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self.kill()
            raise AssertionError("the worker did not start")

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()
