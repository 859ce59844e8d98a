"""The request log shows no token, code, password or secret."""

import httpx
import pytest

from salesforce_emulator.app.app import create_app
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.request_log import MAX_REQUESTS, RequestLog, mask
from salesforce_emulator.serving.server import serve


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("grant_type=refresh_token&refresh_token=5Aep861.x&client_secret=s3cret", "5Aep861"),
        ("grant_type=refresh_token&refresh_token=5Aep861.x&client_secret=s3cret", "s3cret"),
        ("/callback?code=aPrx.c0de&state=1", "c0de"),
        ('{"access_token":"00DKX0000000001!AQ.x","id":"1"}', "AQ.x"),
        ('{"refresh_token" : "5Aep861"}', "5Aep861"),
        ('{"access_token":"cut off in the midd', "cut off"),
        ("<sessionId>00DKX0000000001!AQ.x</sessionId>", "AQ.x"),
        ("<urn:password>s3cret</urn:password>", "s3cret"),
        ("Bearer 00DKX0000000001AAA!AQ.x_y", "AQ.x_y"),
        ("assertion=eyJh.eyJp.c2ln", "eyJp"),
        ("token: eyJhbGci.eyJpc3Mi.c2lnbmF0", "eyJpc3Mi"),
        ("un=ann&pw=s3cret", "s3cret"),
    ],
)
def test_secrets_are_masked(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in mask(text)
    assert "•••" in mask(text)


def test_other_values_are_not_masked() -> None:
    text = "SELECT Id, Code__c FROM Account WHERE Name = 'a=b' AND postcode = '1'"

    assert mask(text) == text


def test_logs_requests_with_their_bodies_and_faults() -> None:
    log = RequestLog()
    with open_org() as org:
        app = next(app for app in identity_of(org).apps if "client_credentials" in app.flows)
        served = log.wrap(create_app(org), lambda _scope: "")
        with serve(org, app=served) as url, httpx.Client(base_url=url) as client:
            form = {
                "grant_type": "client_credentials",
                "client_id": app.consumer_key,
                "client_secret": app.consumer_secret or "",
            }
            token = client.post("/services/oauth2/token", data=form).json()["access_token"]
            client.get("/services/data/v60.0/nothing", headers={"Authorization": f"Bearer {token}"})

    first, second = log.after(0)
    assert (first["method"], first["path"], first["status"]) == (
        "POST",
        "/services/oauth2/token",
        200,
    )
    assert "client_credentials" in first["request"]
    assert app.consumer_secret
    assert app.consumer_secret not in str(first)
    assert token not in str(log.after(0))
    assert second["status"] == 404
    assert log.after(1) == [second]


def test_the_oldest_requests_go() -> None:
    log = RequestLog()
    for number in range(MAX_REQUESTS + 3):
        log._add(
            method="GET",
            path=str(number),
            status=200,
            milliseconds=1,
            request="",
            response="",
            fault="",
        )

    assert len(log.after(0)) == MAX_REQUESTS
    assert log.after(0)[0]["path"] == "3"
