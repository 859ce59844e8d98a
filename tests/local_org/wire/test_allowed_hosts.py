"""Host headers that a served org accepts."""

import httpx
import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve


def status(url: str, host: str) -> int:
    return httpx.get(f"{url}/services/data", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8800",
        "127.0.0.1.evil.example",
        "salesforce.com.evil.example",
        "evilsalesforce.com",
        "localhost.evil.example",
        "10.0.0.1",
        "[2001:db8::1]:80",
        "",
    ],
)
def test_refuses_the_name_of_another_host(org: Org, host: str) -> None:
    with serve(org) as url:
        assert status(url, host) == 421


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8800",
        "127.8.9.10",
        "LOCALHOST:80",
        "[::1]:8800",
        "local-org.my.salesforce.com",
        "login.salesforce.com",
    ],
)
def test_answers_for_loopback_and_for_names_of_salesforce(org: Org, host: str) -> None:
    with serve(org) as url:
        assert status(url, host) == 200


def test_answers_for_a_configured_host(org: Org) -> None:
    with serve(org, allowed_hosts=["org.internal"]) as url:
        assert status(url, "Org.internal:8800") == 200
