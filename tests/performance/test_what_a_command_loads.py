"""What the command line loads, and how often the garbage collector looks at it.

See docs/reports/performance.md for what each costs.
"""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.stub_process import StubProcess

# Libraries that some commands need, and a run whose result is JSON does not.
UNUSED = {
    "aiohttp", "anyio", "grpc", "h11", "httpcore", "httpx", "keyring", "markdown_it", "pyarrow",
    "pygments", "requests", "rich", "starlette", "uvicorn",
}  # fmt: skip

# What it prints at its end goes to stderr: stdout is the command's.
PROGRAM = """
import atexit, gc, sys

def collections():
    return sum(each["collections"] for each in gc.get_stats())

def report():
    print(len(gc.get_objects()), collections() - before, *sys.modules, file=sys.stderr)

before = collections()
atexit.register(report)
from connector_host.main import main
main()
"""


def run(folder: Path, *words: str) -> tuple[int, int, set[str]]:
    """Run a command in a process of its own.

    Returns:
        Objects that the collector would walk at the end, how often it has walked any, and the
        modules that were loaded.
    """
    environment = os.environ | {
        "CONNECTOR_HOST_STORE": str(folder / "connections.sqlite3"),
        "CONNECTOR_HOST_KEY_FILE": str(folder / "key"),
    }
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    objects, collections, *modules = ended.stderr.splitlines()[-1].split()
    return int(objects), int(collections), set(modules)


def connect(folder: Path, url: str) -> None:
    settings = {
        "my_domain_url": url, "consumer_key": "key", "consumer_secret": "x", "local_org": "true",
    }  # fmt: skip
    words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    run(folder, "connect", "acme", "--method", "client_credentials", "--no-test", *words)


def test_a_run_loads_no_library_of_other_commands(tmp_path: Path, stub: StubProcess) -> None:
    connect(tmp_path, stub.url)

    *_, modules = run(tmp_path, "run", "acme", "get_limits")

    assert stub.counters()["calls"] > 0
    assert sorted(modules & UNUSED) == []


def test_the_collector_passes_over_what_a_short_command_imports(tmp_path: Path) -> None:
    """By default it would walk new objects 60 times, and all of them at the end."""
    objects, collections, _ = run(tmp_path, "--version")

    assert objects < 10_000
    assert collections < 20  # 12 of them while the program itself is imported
