"""Access to jobs of other users, assignment rules of jobs, and the size of unpacked uploads."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from salesforce_emulator.bulk.ingest import MAX_BYTES, in_base64
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.rules import AssignmentRule, declared_rules
from salesforce_emulator.serving.transport import OrgTransport

RULE = "01Q000000000007EAA"
CSV = {"Content-Type": "text/csv"}


@pytest.fixture
def sales(org: Org, client: httpx.Client) -> Iterator[httpx.Client]:
    """A client of an ordinary user."""
    user = identity_of(org).user_named("sales@local-org.example")
    assert user is not None
    token = identity_of(org).token_of(user.id)
    with httpx.Client(
        transport=OrgTransport(org),
        base_url=client.base_url,
        headers={"Authorization": f"Bearer {token}"},
    ) as own:
        yield own


def begun(client: httpx.Client, resource: str = "ingest") -> str:
    body = {"object": "Account", "operation": "insert"}
    if resource == "query":
        body = {"operation": "query", "query": "SELECT Id FROM Account"}
    return str(client.post(f"/jobs/{resource}", json=body).json()["id"])


@pytest.mark.parametrize("resource", ["ingest", "query"])
def test_a_user_sees_no_job_of_others(
    client: httpx.Client, sales: httpx.Client, resource: str
) -> None:
    theirs, own = begun(client, resource), begun(sales, resource)
    path = f"/jobs/{resource}/{theirs}"

    answers = [sales.get(path), sales.delete(path), sales.patch(path, json={"state": "Aborted"})]
    assert [response.status_code for response in answers] == [404, 404, 404]
    entries = sales.get(f"/jobs/{resource}").json()["records"]
    assert [item["id"] for item in entries] == [own]


@pytest.mark.parametrize("resource", ["ingest", "query"])
def test_an_administrator_sees_and_aborts_the_jobs_of_all(
    client: httpx.Client, sales: httpx.Client, resource: str
) -> None:
    own, theirs = begun(client, resource), begun(sales, resource)

    entries = client.get(f"/jobs/{resource}").json()["records"]
    assert [item["id"] for item in entries] == [own, theirs]
    aborted = client.patch(f"/jobs/{resource}/{theirs}", json={"state": "Aborted"})
    assert aborted.json()["state"] == "Aborted"


@pytest.mark.parametrize(
    ("rule", "errors"),
    [
        ("01Q000000000008EAA", ["INVALID_ASSIGNMENT_RULE"]),
        ("nothing", ["INVALID_ASSIGNMENT_RULE"]),
    ],
)
def test_an_unknown_assignment_rule_fails_each_row(
    ingest: Callable[..., Any], rule: str, errors: list[str]
) -> None:
    ended = ingest("LastName,Company\nL,C\n", "Lead", assignmentRuleId=rule)

    assert [error.partition(":")[0] for error in ended.errors] == errors


def test_the_jobs_assignment_rule_sets_the_owner(
    org: Org, client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    """Also by a rule that is not active; without one, not even the active rule runs."""
    user = identity_of(org).user_named("sales@local-org.example")
    assert user is not None
    declared_rules(org).assignment_rules += [
        AssignmentRule("Lead", user.id, rule_id="01Q000000000001EAA"),
        AssignmentRule("Lead", user.id, rule_id=RULE, active=False),
    ]
    ended = ingest("LastName,Company\nL,C\n", "Lead", assignmentRuleId=RULE[:15])
    assert ended.info["assignmentRuleId"] == RULE[:15]
    without = ingest("LastName,Company\nL,C\n", "Lead")

    owners = [
        client.get(f"/sobjects/Lead/{item.done[0]['sf__Id']}").json()["OwnerId"]
        for item in (ended, without)
    ]
    assert owners == [user.id, org.admin_id]


def test_a_small_upload_that_unpacks_to_too_much_is_stopped_on_the_way(
    client: httpx.Client,
) -> None:
    """What is unpacked is held to the limit as it comes, and never in memory as a whole."""
    size = MAX_BYTES // 4 * 3 + 10
    assert in_base64(size) > MAX_BYTES
    packed = gzip.compress(b"Name\n" + bytes(size), compresslevel=1)
    path = f"/jobs/ingest/{begun(client)}"
    tracemalloc.start()
    put = client.put(path + "/batches", content=packed, headers={**CSV, "Content-Encoding": "gzip"})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (put.status_code, put.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert peak < 16_000_000
    again = client.put(path + "/batches", content=b"Name\nA\n", headers=CSV)
    assert again.status_code == 201
