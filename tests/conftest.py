"""What all tests share: options, how many processes run them, no waiting between retries."""

import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from example_counts import THOROUGH
from hypothesis import HealthCheck, settings

from salesforce_connector.http import retry

MAX_PROCESSES = 16
_SHM = "/dev/shm"  # noqa: S108 - pytest makes folders of its own in it
_SHM_NEEDED = 4 << 30  # bytes


def _has_room_in_memory() -> bool:
    """Whether temporary files can be in memory, where a store's commits do not wait for a disk."""
    if "TMPDIR" in os.environ or not os.path.isdir(_SHM) or not os.access(_SHM, os.W_OK):  # noqa: PTH112
        return False
    may_execute = not os.statvfs(_SHM).f_flag & os.ST_NOEXEC
    return may_execute and shutil.disk_usage(_SHM).free > _SHM_NEEDED


if _has_room_in_memory():
    os.environ["TMPDIR"] = tempfile.tempdir = _SHM

# The host of the tests lets inputs name files below the folder for temporary ones.
os.environ.setdefault("SALESFORCE_CONNECTOR_FILES_BELOW", tempfile.gettempdir())
# And it allows the server of the examples, whose name leads nowhere.
os.environ.setdefault("SALESFORCE_CONNECTOR_FILES_FROM", "files.example.com")

# A law that holds slowly on a busy machine still holds.
for _profile in ("ordinary", THOROUGH):
    settings.register_profile(_profile, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ordinary")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--live",
        action="store_true",
        help="Run tests/org_runs against the org that SALESFORCE_LIVE_MY_DOMAIN_URL, "
        "SALESFORCE_LIVE_CONSUMER_KEY and SALESFORCE_LIVE_CONSUMER_SECRET name (client "
        "credentials), instead of the local org. It writes records there and deletes them.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Trust one CA instead of all, as no test leaves this machine.

    Each `httpx.Client` reads the certificates of all CAs anew, which takes 15 ms.
    """
    leaves_machine = config.getoption("--live") or config.getoption("--record-mode", None)
    if not leaves_machine:
        os.environ["SSL_CERT_FILE"] = str(Path(__file__).with_name("unused_ca.pem"))
        os.environ.pop("SSL_CERT_DIR", None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of processes of `-n auto`: tests wait for others half of their time."""
    return min(2 * (os.cpu_count() or 1), MAX_PROCESSES)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without Python's garbage collector: nothing of 12,000 tests is garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """What is tried again is tried at once."""
    with retry.without_pauses():
        yield
