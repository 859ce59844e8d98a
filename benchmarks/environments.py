"""The environments of the peers: one each, with pinned packages, made at first use."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

_PINS: Final = Path(__file__).parent / "peers"
HOMES: Final = ROOT / ".venv" / "bench"
_INSTALL: Final = 600.0  # seconds


class NotInstalled(Exception):
    """A peer could not be installed; the message says why."""


def python_of(peer: str) -> str:
    """Return the Python of a peer, by the stem of its file of pins.

    "ours" is the project's own; "engine" has the connector as an engine installs it, without what
    its extras bring: `import httpx` alone takes longer where rich and click are there.

    Raises:
        NotInstalled: It is not installed, and installing it failed.
    """
    if peer == "ours":
        return sys.executable
    folder, pins = HOMES / peer, _PINS / f"{peer}.txt"
    python, stamp = str(folder / "bin" / "python"), folder / ".ready"
    if stamp.exists() and stamp.read_text() == pins.read_text():
        return python
    try:
        pip = [python, "-m", "pip", "install", "--quiet", "--no-deps"]
        _do([sys.executable, "-m", "venv", "--clear", str(folder)])
        _do([*pip, "-r", str(pins)])
        if peer == "engine":
            _do([*pip, "-e", str(ROOT)])
    except (OSError, subprocess.SubprocessError) as exc:
        raise NotInstalled(f"{peer} could not be installed: {exc}") from exc
    stamp.write_text(pins.read_text())
    return python


def worker_environment() -> dict[str, str]:
    """Return the environment of workers: bytecode is cached, as where a package is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def compile_sources() -> None:
    """Compile the connector once, else the first run of each client would do it."""
    folders = [str(ROOT / name) for name in ("schemas", "connector", "actions", "host")]
    _do([sys.executable, "-m", "compileall", "-q", *folders])


def _do(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL)


def machine() -> dict[str, str]:
    """Describe the machine of a measurement, and its day."""
    model = "?"
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if "model name" in line)
        load = Path("/proc/loadavg").read_text().split()[0]
        cores = str(sum("model name" in line for line in lines))
    except (OSError, StopIteration):
        load = cores = "?"
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": sys.version.split()[0],
        "cpu": model,
        "cores": cores,
        "load": load,
    }
