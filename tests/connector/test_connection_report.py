"""Test Connection: which step fails, what is then skipped, and what to change."""

import errno
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.conftest import Connect
from connector.scripted_org import TOKEN_PATH, ScriptedOrg, answer, error, expired, refused
from connector.test_errors import json_values
from flow_driver import ok
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_connector import connection_test
from salesforce_connector.auth.session import Session
from salesforce_connector.connection_test import STEPS
from salesforce_connector.errors import Rejected
from salesforce_connector.http.base_client import BaseClient
from salesforce_connector.http.client import Client
from salesforce_connector.http.result import Result

USER_ID, ORG_ID = "005000000000001AAA", "00D000000000062EAA"
OBJECT = {
    "name": "Account",
    "label": "Account",
    "labelPlural": "Accounts",
    "custom": False,
    "queryable": True,
    "searchable": True,
    "createable": True,
    "updateable": True,
    "deletable": True,
}

READ_ONLY = {**OBJECT, "createable": False, "updateable": False}
HIDDEN = {**OBJECT, "queryable": False}
BOUND = {"allowed_objects": ["Account"]}

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

# What each of the requests is told, when nothing is faults.
WELL: Mapping[str, httpx.Response | Exception] = {
    "/services/data": ok(
        [
            {"label": "Spring '14", "url": "/services/data/v31.0", "version": "31.0"},
            {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"},
        ],
        headers={"Date": "Sun, 22 Nov 2026 12:00:00 GMT"},
    ),
    TOKEN_PATH: ok({"access_token": "ACCESS-2", "scope": "api refresh_token"}),
    "/": ok({"identity": f"https://login.salesforce.com/id/{ORG_ID}/{USER_ID}", "limits": "/x"}),
    "User": ok({"records": [{"Id": USER_ID, "Username": "ann@acme.com", "Name": "Ann"}]}),
    "Organization": ok(
        {
            "records": [
                {"Id": ORG_ID, "Name": "Acme", "OrganizationType": "Developer", "IsSandbox": True}
            ]
        }
    ),
    "/services/oauth2/introspect": ok({"active": True, "exp": 1_796_000_000}),
    "/limits": ok({"DataStorageMB": {"Max": 5, "Remaining": 5}, "odd": 1, "SingleEmail": {}}),
    "/sobjects": ok(
        {"sobjects": [OBJECT, {**OBJECT, "queryable": False}]},
        headers={"Sforce-Limit-Info": "api-usage=18/15000"},
    ),
}


def org(**faults: httpx.Response | Exception) -> ScriptedOrg:
    """An org that answers well, but for what is faults, by the names here."""
    names = {
        "address": "/services/data",
        "token": TOKEN_PATH,
        "root": "/",
        "user": "User",
        "organization": "Organization",
        "objects": "/sobjects",
        "introspect": "/services/oauth2/introspect",
        "limits": "/limits",
    }
    response = {**WELL, **{names[name]: what for name, what in faults.items()}}

    def script(request: httpx.Request) -> httpx.Response | Exception:
        path = re.sub(r"^/services/data/v[\d.]+", "", request.url.path)
        if path == "/query":
            return response["User" if "FROM User" in request.url.params["q"] else "Organization"]
        return response[path]

    return ScriptedOrg(script)


Report = dict[str, Any]


def report_of(
    connect: Connect,
    stored: AcmeConnection,
    request: ScriptedOrg,
    *,
    proxy: str | None = None,
    now: datetime = NOW,
) -> Report:
    driver = connect(stored, request)
    report, result = connection_test.Report(), Result()
    flow = connection_test.flow(report, proxy=proxy, clock=lambda: now)
    driver.drive(connection_test.with_facts(flow, facts_of(driver.base, result)), result)
    return report.as_json(result.usage.as_json())


def facts_of(client: BaseClient, result: Result) -> Callable[[], connection_test.Facts]:
    session = client.session
    return lambda: connection_test.Facts(
        session.method,
        session.settings,
        session.credentials,
        session.base_url,
        session.rotates,
        client.state.version,
        result.usage,
    )


def statuses(report: Report) -> dict[str, str]:
    return {check["id"]: check["status"] for check in report["checks"]}


def check(report: Report, step: str) -> dict[str, str]:
    (result,) = (item for item in report["checks"] if item["id"] == step)
    return dict(result)


def caused_by(cause: Exception) -> httpx.ConnectError:
    """What httpx raises for what the machine response."""
    error = httpx.ConnectError("no way")
    error.__cause__ = cause
    return error


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
def test_a_fault_fails_its_own_step_and_says_what_to_change(
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
def test_what_works_but_not_for_long_is_a_warning(
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
def test_says_how_many_calls_are_left(connect: Connect, header: str, status: str) -> None:
    objects = ok({"sobjects": []}, headers={"Sforce-Limit-Info": header} if header else None)

    report = report_of(connect, AcmeConnection(), org(objects=objects))

    assert report["ok"] is True
    assert check(report, "calls_left")["status"] == status


@pytest.mark.parametrize(
    ("floor", "status", "word"), [(9_000, "warning", "makes none now"), (500, "ok", "leaves 500")]
)
def test_says_what_the_connection_leaves_to_others(
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
def test_what_is_nearly_used_up_or_out_of_reach_is_a_warning(
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


def test_an_org_that_has_another_address_by_now_says_which(connect: Connect) -> None:
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


def test_what_the_org_does_not_say_is_skipped(connect: Connect) -> None:
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
def test_whatever_an_org_says_gives_a_report_of_all_steps(response: list[Any], well: int) -> None:
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
