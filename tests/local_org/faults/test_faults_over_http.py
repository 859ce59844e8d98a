"""The effect of each fault on a request and on the org, in process and on a socket."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_emulator.faults import KINDS, BadFault, Faults, faults_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve

ACME = {"Name": "Acme"}


def accounts(org: Org) -> int:
    with org.lock:
        return int(org.db.execute('SELECT COUNT(*) FROM "Account"').fetchone()[0])


@pytest.fixture(params=["in process", "on a socket"])
def caller(
    request: pytest.FixtureRequest, org: Org, client: httpx.Client, token: str
) -> Iterator[httpx.Client]:
    """The same client twice: what it meets must not depend on how the org is reached."""
    if request.param == "in process":
        yield client
        return
    with (
        serve(org) as url,
        httpx.Client(
            base_url=f"{url}/services/data/v68.0",
            headers={"Authorization": f"Bearer {token}"},
        ) as created,
    ):
        yield created


def test_reset_before_leaves_nothing_written(org: Org, caller: httpx.Client) -> None:
    faults_of(org).add("reset_before", method="POST")

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        caller.post("/sobjects/Account", json=ACME)

    assert accounts(org) == 0
    assert caller.post("/sobjects/Account", json=ACME).status_code == 201


def test_reset_after_writes_and_loses_the_answer(org: Org, caller: httpx.Client) -> None:
    """The case that makes a blind repeat write twice."""
    faults_of(org).add("reset_after", method="POST")

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        caller.post("/sobjects/Account", json=ACME)

    assert accounts(org) == 1


def test_a_truncated_body_ends_too_soon(org: Org, caller: httpx.Client) -> None:
    faults_of(org).add("truncated_body", path="/limits")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        caller.get("/limits")

    assert caller.get("/limits").json()["DailyApiRequests"]


def test_a_slow_body_comes_whole(org: Org, caller: httpx.Client) -> None:
    faults_of(org).add("slow_body", seconds=0.02)

    assert caller.get("/limits").json()["DailyApiRequests"]


def test_latency_is_met_by_the_clients_own_patience(org: Org, token: str) -> None:
    faults_of(org).add("latency", seconds=5)

    with serve(org) as url, httpx.Client(timeout=0.1) as client, pytest.raises(httpx.ReadTimeout):
        client.get(f"{url}/services/data")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("unknown_exception", 500, "UNKNOWN_EXCEPTION"),
        ("unavailable", 503, "SERVER_UNAVAILABLE"),
        ("bad_gateway_json", 502, "BAD_GATEWAY"),
        ("too_many_requests", 429, "REQUEST_LIMIT_EXCEEDED"),
        ("total_limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("concurrent_limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("stale_locator", 400, "INVALID_QUERY_LOCATOR"),
        ("row_lock", 400, "UNABLE_TO_LOCK_ROW"),
    ],
)
def test_refusals_are_those_of_salesforce_and_write_nothing(
    org: Org, caller: httpx.Client, kind: str, status: int, code: str
) -> None:
    faults_of(org).add(kind)

    refused = caller.post("/sobjects/Account", json=ACME)

    assert (refused.status_code, refused.json()[0]["errorCode"]) == (status, code)
    assert accounts(org) == 0
    assert caller.post("/sobjects/Account", json=ACME).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status"), [("bad_gateway", 502), ("maintenance", 503), ("no_route", 420)]
)
def test_the_edge_answers_with_pages(
    org: Org, caller: httpx.Client, kind: str, status: int
) -> None:
    faults_of(org).add(kind, retry_after=7)

    page = caller.get("/limits")

    assert (page.status_code, page.headers["Content-Type"]) == (status, "text/html;charset=UTF-8")
    assert page.headers["Retry-After"] == "7"
    assert "Sforce-Limit-Info" not in page.headers  # the org has not seen it


def test_a_fault_can_answer_with_html(org: Org, caller: httpx.Client) -> None:
    faults_of(org).add("wrong_content_type")

    assert caller.get("/limits").headers["Content-Type"] == "text/html;charset=UTF-8"


def test_an_ended_session_stays_ended(org: Org, caller: httpx.Client) -> None:
    """One order, and the token is no good until there is another one."""
    faults_of(org).add("session_expired")

    for _ in range(2):
        refused = caller.get("/limits")
        assert (refused.status_code, refused.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_a_refresh_token_that_was_rotated_away(org: Org, anonymous: httpx.Client) -> None:
    faults_of(org).add("token_rotated", path="/oauth2/token$")

    refused = anonymous.post("/services/oauth2/token", data={"grant_type": "refresh_token"})

    assert refused.status_code == 400
    assert refused.json() == {
        "error": "invalid_grant",
        "error_description": "expired access/refresh token",
    }


def test_locks_refuse_each_record_of_a_collection(org: Org, client: httpx.Client) -> None:
    faults_of(org).add("row_lock", path="/composite/sobjects")
    records = [{"attributes": {"type": "Account"}, "Name": name} for name in ("A", "B")]

    done = client.post("/composite/sobjects", json={"records": records})

    assert done.status_code == 200
    assert [item["errors"][0]["statusCode"] for item in done.json()] == ["UNABLE_TO_LOCK_ROW"] * 2


def test_a_lock_keeps_a_record_from_being_deleted(org: Org, client: httpx.Client) -> None:
    created = client.post("/sobjects/Account", json=ACME).json()["id"]
    faults_of(org).add("row_lock", method="DELETE")

    assert client.delete(f"/sobjects/Account/{created}").status_code == 400
    assert client.delete(f"/sobjects/Account/{created}").status_code == 204


def test_faults_come_to_those_that_fit_alone(org: Org, client: httpx.Client) -> None:
    faults_of(org).add("unavailable", method="get", path="/limits$", skip=1, count=2)

    result = [client.get("/limits").status_code for _ in range(4)]

    assert client.get("/recent").status_code == 200
    assert result == [200, 503, 503, 200]


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"kind": "gremlins"},
        {"kind": "latency", "seconds": "1"},
        {"kind": "latency", "seconds": -1},
        {"kind": "latency", "probability": 1.5},
        {"kind": "latency", "count": 0},
        {"kind": "latency", "count": True},
        {"kind": "latency", "path": "("},
        {"kind": "latency", "colour": "red"},
        [],
    ],
)
def test_orders_that_cannot_be_are_refused(anonymous: httpx.Client, order: object) -> None:
    refused = anonymous.post("/local-org/faults", json=order)

    assert refused.status_code == 400
    assert refused.json()["error"]


def test_faults_are_ordered_shown_and_taken_back_over_http(
    anonymous: httpx.Client, client: httpx.Client
) -> None:
    created = anonymous.post("/local-org/faults", content=json.dumps({"kind": "no_route"}))
    assert created.status_code == 201
    client.get("/limits")

    displayed = anonymous.get("/local-org/faults").json()
    assert [(item["kind"], item["happened"]) for item in displayed["faults"]] == [("no_route", 1)]
    assert set(displayed["kinds"]) == set(KINDS)

    assert anonymous.delete("/local-org/faults").status_code == 204
    assert anonymous.get("/local-org/faults").json()["faults"] == []


@given(seed=st.integers(0, 1000), probability=st.floats(0, 1))
def test_chance_is_the_same_for_the_same_seed(seed: int, probability: float) -> None:
    """For a seed and an order of requests, the same requests are hit."""

    def hits() -> list[bool]:
        faults = Faults(seed)
        faults.add("no_route", count=None, probability=probability)
        return [faults.take("GET", "/x") is not None for _ in range(30)]

    first = hits()

    assert first == hits()
    assert all(first) or probability < 1


def test_an_unknown_fault_is_named_in_the_error() -> None:
    with pytest.raises(BadFault, match="'gremlins'; there are: latency"):
        Faults().add("gremlins")
