"""Each request in the tables of this folder fails as its row states."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx
import pytest
from local_org.conftest import NOON, token_of
from local_org.failures.prerequisites import Prerequisites

from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare
from salesforce_emulator.serving.transport import OrgTransport
from tools.failure_tables import Failure, tables

READ_ONLY: Final = "Read Only"
CASES: Final = [
    pytest.param(failure, id=f"{table.name}: {failure.when}")
    for table in tables()
    for failure in table.failures
]


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """One org for all failures: none of them changes it."""
    settings = Settings(reraises=True, read_only_profiles={READ_ONLY})
    with open_org(clock=Clock(NOON), settings=settings) as created:
        yield created


@pytest.fixture(scope="module")
def clients(org: Org) -> Mapping[str, httpx.Client]:
    prepared = {"nobody": _client(org, None), "admin": _client(org, org.admin_id)}
    prepared["reader"] = _client(org, Prerequisites(prepared["admin"]).reader(READ_ONLY))
    return prepared


@pytest.fixture(scope="module")
def prepared(org: Org, clients: Mapping[str, httpx.Client]) -> Prerequisites:
    app = next(app for app in identity_of(org).apps if app.name == "automation")
    report = Report(name="All", label="All", sobject="Account", columns=("Name",))
    ids = {
        "app": app.consumer_key,
        "app_secret": app.consumer_secret or "",
        "report": declare(org, report),
    }
    return Prerequisites(clients["admin"], ids)


@pytest.mark.parametrize("failure", CASES)
def test_request_fails_as_listed(
    failure: Failure, clients: Mapping[str, httpx.Client], prepared: Prerequisites
) -> None:
    response = _send(failure, clients[failure.caller], prepared)

    assert response.status_code == failure.status, response.text[:400]
    if failure.text is not None:
        assert response.text == failure.text
        return
    error = _error(response.json())
    assert error.get("errorCode", error.get("statusCode", error.get("error"))) == failure.code
    message = str(error.get("message", error.get("error_description", "")))
    assert prepared.fill(failure.message) in message, message
    if failure.fields is not None:
        assert error["fields"] == list(failure.fields)
    if failure.keys:
        assert list(error) == list(failure.keys)


def test_each_family_lists_five_failures_at_least() -> None:
    assert {table.name: len(table.failures) for table in tables() if len(table.failures) < 5} == {}


def _client(org: Org, user_id: str | None) -> httpx.Client:
    token = {} if user_id is None else {"Authorization": f"Bearer {token_of(org, user_id)}"}
    return httpx.Client(transport=OrgTransport(org), base_url=f"https://{org.host}", headers=token)


def _send(failure: Failure, client: httpx.Client, prepared: Prerequisites) -> httpx.Response:
    method, _, path = failure.send.partition(" ")
    path = prepared.fill(path)
    url = (
        path if path.startswith(("/services/", "/id/", "/.well")) else f"/services/data/v68.0{path}"
    )
    headers = {name: prepared.fill(value) for name, value in failure.headers.items()}
    if failure.form:
        form = {name: prepared.fill(value) for name, value in failure.form.items()}
        return client.request(method, url, data=form, headers=headers)
    if not failure.body:
        return client.request(method, url, headers=headers)
    headers = {"Content-Type": "application/json", **headers}
    content = prepared.fill(failure.body).encode()
    return client.request(method, url, content=content, headers=headers)


def _error(body: Any) -> dict[str, Any]:
    """Return the first error of a body: of a list, of save results, of results within them."""
    if isinstance(body, list):
        if not body:
            raise AssertionError("an empty list is no error")
        failed = next((item for item in body if item and not item.get("success", False)), body[0])
        return _error(failed)
    assert isinstance(body, dict)
    if _CODES.isdisjoint(body) or "result" in body:
        for name in _INSIDE:
            if body.get(name):
                return _error(body[name])
        raise AssertionError(f"no error in {json.dumps(body)[:300]}")
    return body


_CODES: Final = {"errorCode", "statusCode", "error"}
_INSIDE: Final = (
    "errors",
    "compositeResponse",
    "results",
    "result",
    "body",
    "graphs",
    "graphResponse",
)
