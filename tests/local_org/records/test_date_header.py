"""The Date header of every response."""

from datetime import UTC, datetime

import httpx

from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.serving.server import serve

THEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_date_header_follows_the_orgs_clock() -> None:
    """On a socket the server would say the machine's time, and say it twice."""
    with open_org(clock=Clock(THEN)) as org, serve(org) as url:
        response = httpx.get(f"{url}/services/data")
    assert response.headers.get_list("date") == ["Sun, 22 Nov 2026 12:00:00 GMT"]
