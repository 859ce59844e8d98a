"""Conditional requests, with every form of date and ETag."""

from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from salesforce_emulator.org.clock import Clock, http_date


@pytest.mark.parametrize("path", ["/sobjects/Account/{acme}", "/sobjects/Account/describe"])
@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ({"If-None-Match": "{etag}"}, 304),
        ({"If-None-Match": "W/{etag}"}, 304),
        ({"If-None-Match": '"other", {etag}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "{later}"}, 200),  # the first decides
        ({"If-Modified-Since": "{now}"}, 304),
        ({"If-Modified-Since": "{later}"}, 304),
        ({"If-Modified-Since": "{earlier}"}, 200),
        ({"If-Modified-Since": "Sun, 22 Nov 2099 12:00:00"}, 304),  # without a zone
        ({"If-Modified-Since": "Sun, 22 Nov 2099 12:00:00 -0000"}, 304),
        ({"If-Match": "{etag}"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Unmodified-Since": "{now}"}, 200),
        ({"If-Unmodified-Since": "{earlier}"}, 412),
        ({"If-Unmodified-Since": "Fri, 22 Nov 1996 12:00:00"}, 412),
    ],
)
def test_a_read_answers_as_its_conditions_say(
    client: httpx.Client,
    clock: Clock,
    acme: str,
    path: str,
    conditions: Mapping[str, str],
    status: int,
) -> None:
    whole = path.format(acme=acme)
    first = client.get(whole)
    dates = {
        "etag": first.headers["ETag"],
        "now": first.headers["Last-Modified"],
        "earlier": http_date(clock.now() - timedelta(hours=1)),
        "later": http_date(clock.now() + timedelta(hours=1)),
    }
    headers = {name: value.format(**dates) for name, value in conditions.items()}

    response = client.get(whole, headers=headers)

    assert response.status_code == status, response.text
    assert bool(response.content) == (status != 304)
    if status == 412:
        assert response.json()[0]["errorCode"] == "PRECONDITION_FAILED"
    if status == 304:
        assert response.headers["ETag"] == first.headers["ETag"]
