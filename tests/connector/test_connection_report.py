"""Test Connection: which step fails, what is then skipped, and what to change."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.conftest import Connect
from connector.connection_reports import (
    BOUND,
    HIDDEN,
    NOW,
    OBJECT,
    ORG_ID,
    READ_ONLY,
    USER_ID,
    check,
    facts_of,
    org,
    report_of,
    statuses,
)
from connector.scripted_org import error
from connector.test_errors import json_values
from flow_driver import ok
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_connector import connection_test
from salesforce_connector.connection_test import STEPS
from salesforce_connector.http.client import Client
from salesforce_connector.http.result import Result


def test_all_is_well(connect: Connect) -> None:
    report = report_of(connect, AcmeConnection(), org())

    assert report["ok"] is True
    assert statuses(report) == {**dict.fromkeys(STEPS, "ok"), "objects": "skipped"}
    assert all(item["remedy"] == "" for item in report["checks"])
    assert report["identity"] == {"user_id": USER_ID, "username": "ann@acme.com", "name": "Ann"}
    assert report["org"] == {
        "id": ORG_ID,
        "name": "Acme",
        "edition": "Developer",
        "sandbox": True,
        "instance_url": "https://acme.my.salesforce.com",
    }
    assert report["usage"]["calls"] == 7
    assert report["usage"]["limit_left"] == 14982
    assert "a sandbox" in check(report, "organization")["message"]


def test_each_step_has_its_line_in_the_docs() -> None:
    page = Path(__file__).parents[2] / "docs" / "test-connection.md"

    documented = re.findall(r"^\| `(\w+)` \|", page.read_text("utf-8"), re.MULTILINE)

    assert documented == [*STEPS]


def test_the_address_is_tried_without_a_token(connect: Connect) -> None:
    request = org()

    report_of(connect, AcmeConnection(), request)

    assert "authorization" not in request.requests[0].headers


def test_signs_in_with_the_method_of_the_connection(connect: Connect) -> None:
    stored = AcmeConnection({}, method="client_credentials")

    report = report_of(connect, stored, org())

    assert report["ok"] is True
    assert "Run As" in check(report, "identity")["message"]
    assert stored.credentials["access_token"] == "ACCESS-2"


@pytest.mark.parametrize(
    "closed",
    [
        error(400, "INVALID_TYPE"),
        error(403, "INSUFFICIENT_ACCESS"),
        ok({"records": []}),
        ok({"records": [{}]}),
        ok({"records": ["x"]}),
        ok([]),
    ],
)
def test_a_user_with_few_permissions_can_be_tested(
    connect: Connect, closed: httpx.Response
) -> None:
    """What is known of user and org then comes from the identity that Salesforce names."""
    report = report_of(connect, AcmeConnection(), org(user=closed, organization=closed))

    assert report["ok"] is True
    assert check(report, "identity")["status"] == "warning"
    assert check(report, "organization")["status"] == "warning"
    assert report["identity"] == {"user_id": USER_ID}
    assert report["org"] == {"id": ORG_ID, "instance_url": "https://acme.my.salesforce.com"}


@pytest.mark.parametrize(
    ("stored", "step", "word"),
    [
        (
            AcmeConnection(
                {**SIGNED_IN, "instance_url": ""},
                settings={"my_domain_url": "login.salesforce.com"},
            ),
            "address",
            "own address",
        ),
        (AcmeConnection(settings={"api_version": "31.0"}), "version", "newer"),
        (
            AcmeConnection({"access_token": "ACCESS-1", "scope": "api"}),
            "scopes",
            "refresh_token",
        ),
    ],
    ids=["login host", "old version", "no refresh token"],
)
def test_a_connection_that_will_soon_fail_is_a_warning(
    connect: Connect, stored: AcmeConnection, step: str, word: str
) -> None:
    report = report_of(connect, stored, org())

    assert report["ok"] is True
    assert check(report, step)["status"] == "warning"
    assert word in check(report, step)["remedy"]


@pytest.mark.parametrize(
    ("header", "status"),
    [("api-usage=14900/15000", "warning"), ("api-usage=1/15000", "ok"), ("", "skipped")],
)
def test_reports_how_many_calls_are_left(connect: Connect, header: str, status: str) -> None:
    objects = ok({"sobjects": []}, headers={"Sforce-Limit-Info": header} if header else None)

    report = report_of(connect, AcmeConnection(), org(objects=objects))

    assert report["ok"] is True
    assert check(report, "calls_left")["status"] == status


@pytest.mark.parametrize(
    ("floor", "status", "word"),
    [(9_000, "warning", "makes no calls now"), (500, "ok", "leaves 500")],
)
def test_reports_the_call_floor_of_the_connection(
    connect: Connect, floor: int, status: str, word: str
) -> None:
    objects = ok({"sobjects": []}, headers={"Sforce-Limit-Info": "api-usage=6001/15000"})
    settings = {"call_floor": floor, "background_share": 60, "long_calls": 20}

    report = report_of(connect, AcmeConnection(settings=settings), org(objects=objects))

    assert check(report, "calls_left")["status"] == status
    assert word in check(report, "calls_left")["message"]


def test_missing_scope_information_is_no_warning(connect: Connect) -> None:
    report = report_of(connect, AcmeConnection({**SIGNED_IN, "scope": ""}), org())

    assert check(report, "scopes")["status"] == "skipped"
    assert report["ok"] is True


@pytest.mark.parametrize(
    ("step", "faults", "more", "word"),
    [
        (
            "limits",
            {"limits": ok({"DataStorageMB": {"Max": 100, "Remaining": 9}})},
            {},
            "9 of 100 MB of data",
        ),
        ("objects", {}, {"allowed_objects": ["Account", "Secret__c"]}, "Secret__c does not exist"),
        ("objects", {"objects": ok({"sobjects": [READ_ONLY]})}, BOUND, "not write"),
        ("objects", {"objects": ok({"sobjects": [HIDDEN]})}, BOUND, "cannot query"),
    ],
)
def test_a_limit_almost_used_up_or_unreadable_is_a_warning(
    connect: Connect, step: str, faults: dict[str, Any], more: Mapping[str, Any], word: str
) -> None:
    report = report_of(connect, AcmeConnection(settings=more), org(**faults))

    assert report["ok"] is True
    assert check(report, step)["status"] == "warning"
    assert word in check(report, step)["message"]
    assert check(report, step)["remedy"]


@pytest.mark.parametrize(
    "more", [{"allowed_objects": ["account"]}, {"allowed_objects": ["Account"], "read_only": True}]
)
def test_objects_that_the_user_may_use_are_well(connect: Connect, more: dict[str, Any]) -> None:
    readable = {**OBJECT, "createable": False, "updateable": False}
    listed = ok({"sobjects": [readable if "read_only" in more else OBJECT]})

    report = report_of(connect, AcmeConnection(settings=more), org(objects=listed))

    assert check(report, "objects")["status"] == "ok"


@pytest.mark.parametrize(
    ("minutes", "status", "word"),
    [(1.9, "ok", ""), (-1.9, "ok", ""), (10, "warning", "ahead"), (-10, "warning", "behind")],
)
def test_a_clock_that_is_wrong_is_a_warning(
    connect: Connect, minutes: float, status: str, word: str
) -> None:
    """Signed sign-ins and triggers go by it."""
    report = report_of(connect, AcmeConnection(), org(), now=NOW + timedelta(minutes=minutes))

    assert report["ok"] is True
    assert check(report, "clock")["status"] == status
    assert word in check(report, "clock")["message"]


def test_an_org_that_has_another_address_by_now_reports_which(connect: Connect) -> None:
    stored = AcmeConnection({**SIGNED_IN, "instance_url": "https://new.my.salesforce.com"})

    report = report_of(connect, stored, org())

    assert check(report, "own_domain")["status"] == "warning"
    assert "https://new.my.salesforce.com" in check(report, "own_domain")["remedy"]


def test_a_proxy_is_named_and_looks_the_name_up(connect: Connect) -> None:
    report = report_of(connect, AcmeConnection(), org(), proxy="http://proxy.example:3128")

    assert "proxy.example:3128" in check(report, "proxy")["message"]
    assert check(report, "dns")["status"] == "skipped"
    assert check(report, "tls")["status"] == "ok"


def test_requested_scopes_that_were_not_granted_are_a_warning(connect: Connect) -> None:
    stored = AcmeConnection(settings={"scopes": ["api", "refresh_token", "web"]})

    report = report_of(connect, stored, org())

    assert "not granted: web" in check(report, "scopes")["message"]


def test_facts_that_the_org_does_not_return_are_skipped(connect: Connect) -> None:
    """A user with the least permissions can be tested."""
    closed = error(403, "FORBIDDEN")
    stored = AcmeConnection()

    report = report_of(
        connect,
        stored,
        org(
            introspect=ok({"active": False}),
            limits=closed,
            user=closed,
            organization=closed,
            address=ok([{"label": "x", "version": "68.0"}]),
        ),
    )

    assert report["ok"] is True
    skipped = {step for step, status in statuses(report).items() if status == "skipped"}
    assert skipped == {"clock", "session", "objects", "limits"}


@pytest.mark.parametrize(
    ("before", "word"), [("REFRESH-1", "do not rotate"), ("REFRESH-0", "tokens rotate")]
)
def test_the_report_shows_token_rotation_after_a_refresh(
    connect: Connect, before: str, word: str
) -> None:
    inputs = ok({"access_token": "ACCESS-2", "refresh_token": "REFRESH-1", "scope": "api"})
    stored = AcmeConnection({**SIGNED_IN, "refresh_token": before})
    del stored._credentials["access_token"]

    report = report_of(connect, stored, org(token=inputs))

    assert word in check(report, "app")["message"]


@pytest.mark.slow
@given(st.lists(json_values, min_size=7, max_size=7), st.integers(0, 6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_response_of_an_org_gives_a_report_of_all_steps(response: list[Any], well: int) -> None:
    """It reports and does not raise, however odd the org's words are."""
    names = ("address", "root", "user", "organization", "introspect", "objects", "limits")
    odd = {name: ok(body) for name, body in zip(names, response, strict=True)}
    request = org(**{name: odd[name] for name in names[well:]})
    client = Client(AcmeConnection(), transport=request)
    result = Result()

    written = connection_test.Report()
    flow = connection_test.with_facts(connection_test.flow(written), facts_of(client, result))
    client.drive(flow, result)
    report = written.as_json(result.usage.as_json())

    assert [item["id"] for item in report["checks"]] == [*STEPS]
    for entry in report["checks"]:
        assert entry["status"] in ("ok", "warning", "failed", "skipped")
        assert entry["remedy"] or entry["status"] != "failed"
