"""What all tests share: options, how many processes run them, no waiting between retries."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from salesforce_connector.http import retry

# The host of the tests lets inputs name files below the folder for temporary ones.
os.environ.setdefault("SALESFORCE_CONNECTOR_FILES_BELOW", tempfile.gettempdir())
# And it allows the server of the examples, whose name leads nowhere.
os.environ.setdefault("SALESFORCE_CONNECTOR_FILES_FROM", "files.example.com")

# A law that holds slowly on a busy machine still holds.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

MAX_PROCESSES = 16


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
        os.environ.setdefault("SSL_CERT_FILE", str(Path(__file__).with_name("unused_ca.pem")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return the number of processes of `-n auto`: tests wait for others half of their time."""
    return min(2 * (os.cpu_count() or 1), MAX_PROCESSES)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """What is tried again is tried at once."""
    with retry.without_pauses():
        yield
