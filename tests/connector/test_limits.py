"""What is read off an answer about the org's API calls."""

import pytest

from salesforce_connector.limits import Usage


@pytest.mark.parametrize(
    ("header", "used", "most", "left"),
    [
        ("api-usage=18/15000", 18, 15000, 14982),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=sample)", 25, 5000, 4975),
        ("per-app-api-usage=17/250(appName=sample); api-usage=25/5000", 25, 5000, 4975),
        ("per-app-api-usage=17/250(appName=sample)", None, None, None),
        ("api-usage=15100/15000", 15100, 15000, 0),  # production orgs may overrun
        ("api-usage=", None, None, None),
        (f"api-usage={'9' * 5_000}/15000", None, None, None),  # int() refuses so many digits
        ("", None, None, None),
    ],
)
def test_reads_the_orgs_own_limit(
    header: str, used: int | None, most: int | None, left: int | None
) -> None:
    usage = Usage()

    usage.count(f"Date: x\nSforce-Limit-Info: {header}\nServer: y".encode())

    assert usage.as_json() == {
        "calls": 1,
        "limit_used": used,
        "limit_max": most,
        "limit_left": left,
    }


def test_a_response_without_limits_keeps_the_last_usage() -> None:
    usage = Usage()

    usage.count(b"Sforce-Limit-Info: api-usage=18/15000")
    usage.count(b"Server: y")

    assert (usage.calls, usage.limit_used) == (2, 18)
