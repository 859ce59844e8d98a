"""Test Connection: each fault fails its own check, with a remedy."""

import errno
import socket
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.conftest import Connect
from connector.connection_reports import (
    ORG_ID,
    caused_by,
    check,
    org,
    report_of,
    statuses,
)
from connector.scripted_org import answer, error, expired, refused
from flow_driver import ok

from salesforce_connector import connection_test
from salesforce_connector.auth.session import Session
from salesforce_connector.connection_test import STEPS
from salesforce_connector.errors import Rejected

UNTRUSTED = ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")
NO_NAME = socket.gaierror(-2, "Name or service not known")

FAULTS: dict[str, tuple[str, dict[str, Any], Mapping[str, Any]]] = {
    "no such name": ("dns", {"address": caused_by(NO_NAME)}, {}),
    "no trust": ("tls", {"address": caused_by(UNTRUSTED)}, {}),
    "a proxy that says no": ("proxy", {"address": httpx.ProxyError("407")}, {}),
    "a page of HTML": ("address", {"address": httpx.Response(200, html="<html>")}, {}),
    "not found": ("address", {"address": answer(404)}, {}),
    "something else's JSON": ("address", {"address": ok({"hello": "world"})}, {}),
    "versions that are none": ("address", {"address": ok([{"label": "x", "version": "x"}])}, {}),
    "the grant is gone": (
        "sign_in",
        {"root": expired(), "token": refused("invalid_grant", "expired access/refresh token")},
        {},
    ),
    "the key is unknown": (
        "sign_in",
        {"root": expired(), "token": refused("invalid_client_id")},
        {},
    ),
    "the sign-in is down": ("sign_in", {"root": expired(), "token": answer(503)}, {}),
    "no org behind the token endpoint": (
        "sign_in",
        {"root": expired(), "token": httpx.Response(404, html="<h1>URL No Longer Exists</h1>")},
        {},
    ),
    "an API that is off, by the token endpoint": (
        "sign_in",
        {"root": expired(), "token": error(403, "API_DISABLED_FOR_ORG")},
        {},
    ),
    "a firewall before the token endpoint": (
        "sign_in",
        {"root": expired(), "token": httpx.Response(403, html="<h1>Blocked</h1>")},
        {},
    ),
    "another address, by the token endpoint": (
        "sign_in",
        {
            "root": expired(),
            "token": httpx.Response(
                302, headers={"location": "https://acme-new.my.salesforce.com/x"}
            ),
        },
        {},
    ),
    "an unknown refusal": ("sign_in", {"root": expired(), "token": refused("new_code")}, {}),
    "a token that is never good": ("sign_in", {"root": expired()}, {}),
    "a refusal without words": ("sign_in", {"root": answer(400)}, {}),
    "the org has no API": ("api", {"root": error(403, "API_DISABLED_FOR_ORG")}, {}),
    "the user may not use the API": ("api", {"root": error(403, "API_CURRENTLY_DISABLED")}, {}),
    "a version that is retired": ("version", {"root": error(410, "GONE")}, {"api_version": "29.0"}),
    "a version that is not served": ("version", {"root": answer(404)}, {"api_version": "99.0"}),
    "nothing can be read": ("read", {"objects": error(403, "FORBIDDEN")}, {}),
    "objects that are none": ("read", {"objects": ok([])}, {}),
}


@pytest.mark.parametrize(("step", "faults", "more"), FAULTS.values(), ids=FAULTS)
def test_a_fault_fails_its_own_step_and_reports_what_to_change(
    connect: Connect, step: str, faults: dict[str, Any], more: Mapping[str, Any]
) -> None:
    """The steps before it are ok, and those that need it are skipped with the reason."""
    report = report_of(connect, AcmeConnection(settings=more), org(**faults))

    assert report["ok"] is False
    assert [item["id"] for item in report["checks"]] == [*STEPS]
    assert [step for step, status in statuses(report).items() if status == "failed"] == [step]
    assert check(report, step)["message"]
    assert check(report, step)["remedy"]
    skipped = [item for item in report["checks"] if item["status"] == "skipped"]
    if step in ("proxy", "dns", "tls", "address", "sign_in", "api"):
        assert [item["id"] for item in skipped] == [*STEPS[STEPS.index(step) + 1 :]]
        assert all("because" in item["message"] for item in skipped)


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


@pytest.mark.parametrize(
    ("failure", "proxy", "expected"),
    [
        (caused_by(REFUSED), None, ("ok", "ok", "skipped", "failed")),
        (httpx.ConnectTimeout("late"), None, ("ok", "skipped", "skipped", "failed")),
        (httpx.ReadTimeout("late"), None, ("ok", "skipped", "skipped", "failed")),
        (
            httpx.ConnectTimeout("late"),
            "http://proxy.example:3128",
            ("skipped", "skipped", "skipped", "failed"),
        ),
        (
            httpx.ProxyError("refused"),
            "http://proxy.example:3128",
            ("failed", "skipped", "skipped", "skipped"),
        ),
    ],
)
def test_no_step_is_ok_that_was_not_reached(
    connect: Connect, failure: Exception, proxy: str | None, expected: tuple[str, ...]
) -> None:
    report = report_of(connect, AcmeConnection(), org(address=failure), proxy=proxy)

    assert tuple(statuses(report)[step] for step in STEPS[:4]) == expected


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_names_the_new_address(connect: Connect, status: int) -> None:
    location = {"location": "https://acme-new.my.salesforce.com/services/data"}
    moved = httpx.Response(status, headers=location)

    report = report_of(connect, AcmeConnection(), org(address=moved))

    assert check(report, "address")["status"] == "failed"
    assert "https://acme-new.my.salesforce.com" in check(report, "address")["message"]
    assert "https://acme-new.my.salesforce.com" in check(report, "address")["remedy"]


def test_an_org_that_was_replaced_is_a_warning(connect: Connect) -> None:
    """The stored credentials remember the org that they were issued for first."""
    former = "00D000000000099EAA"
    connection = AcmeConnection({**SIGNED_IN, "former_org_id": former})

    report = report_of(connect, connection, org())

    assert check(report, "organization")["status"] == "warning"
    assert former in check(report, "organization")["message"]
    assert ORG_ID in check(report, "organization")["message"]


@pytest.mark.parametrize(
    ("requested", "granted", "status"),
    [
        (["api", "offline_access"], "refresh_token api", "ok"),
        (["api", "refresh_token"], "offline_access API", "ok"),
        (["api", "refresh_token"], "full refresh_token", "ok"),
        (["api", "web", "refresh_token"], "full offline_access", "ok"),
        (["API", "Web"], "api web", "ok"),
        (["api", "web"], "api", "warning"),
    ],
)
def test_scopes_are_compared_by_what_they_mean(
    connect: Connect, requested: list[str], granted: str, status: str
) -> None:
    connection = AcmeConnection({**SIGNED_IN, "scope": granted}, settings={"scopes": requested})

    assert check(report_of(connect, connection, org()), "scopes")["status"] == status


def test_without_the_scope_api_no_action_works(connect: Connect) -> None:
    stored = AcmeConnection({**SIGNED_IN, "scope": "web id"})

    report = report_of(connect, stored, org())

    assert check(report, "scopes")["status"] == "failed"
    assert "(api)" in check(report, "scopes")["remedy"]


def test_settings_that_do_not_fit_fail_the_address() -> None:
    with pytest.raises(Rejected) as raised:
        Session(AcmeConnection(settings={"consumer_key": ""}))

    written = connection_test.Report()
    connection_test.fail_before_start(written, raised.value)
    report = written.as_json({})

    assert report["ok"] is False
    assert check(report, "address")["remedy"]
    assert [*statuses(report)] == [*STEPS]
    assert {*statuses(report).values()} == {"failed", "skipped"}
