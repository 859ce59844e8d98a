"""What all tests share: the option `--live`, no waiting between tries, laws without a deadline."""

import os
import tempfile
from collections.abc import Iterator

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--live",
        action="store_true",
        help="Run tests/org_runs against the org that SALESFORCE_LIVE_MY_DOMAIN_URL, "
        "SALESFORCE_LIVE_CONSUMER_KEY and SALESFORCE_LIVE_CONSUMER_SECRET name (client "
        "credentials), instead of the local org. It writes records there and deletes them.",
    )


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """What is tried again is tried at once."""
    with retry.without_pauses():
        yield
