"""The stub's answers beside the local org's: same status, same headers, same shape of body."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from benchmarks.stub_process import StubProcess
from benchmarks.work.worker import FIELDS, SOQL
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.serving.transport import OrgTransport

V = "/services/data/v68.0"
QUERY = f"/query?q={quote(SOQL)}"
JOB = {"operation": "query", "query": "SELECT Id, Name FROM Account"}
INGEST = {"operation": "insert", "object": "Account", "contentType": "CSV", "lineEnding": "LF"}

# Bodies that differ by their size are packed by the one and not by the other.
_BY_SIZE = {"content-encoding", "content-length", "transfer-encoding", "vary"}


@pytest.fixture(scope="module")
def org() -> Iterator[httpx.Client]:
    with open_org(settings=Settings(bulk_wait=0)) as org:
        token = identity_of(org).token_of(org.admin_id)
        with httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            row = {**FIELDS, "attributes": {"type": "Account"}, "AnnualRevenue": 12.5}
            for _ in range(11):
                client.post(f"{V}/composite/sobjects", json={"records": [row] * 200})
            yield client


@pytest.fixture
def canned(stub: StubProcess) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=stub.url, headers={"Authorization": "Bearer stub-token-0"}
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sobjects/Account", {"Name": "A"}),
        (
            "POST",
            "/composite/sobjects",
            {"records": [{"attributes": {"type": "Account"}, "Name": "A"}]},
        ),
        ("GET", QUERY, None),
        ("GET", "/sobjects/Account/describe", None),
        ("GET", "/sobjects", None),
        ("POST", "/jobs/query", JOB),
        ("POST", "/jobs/ingest", INGEST),
    ],
)
def test_answers_as_the_local_org_does(
    org: httpx.Client, canned: httpx.Client, method: str, path: str, body: Any
) -> None:
    theirs, ours = (item.request(method, V + path, json=body) for item in (org, canned))

    _same(ours, theirs)


def test_follows_pages_as_the_local_org_does(org: httpx.Client, canned: httpx.Client) -> None:
    first = [item.get(V + QUERY) for item in (canned, org)]
    theirs, ours = org.get(first[1].json()["nextRecordsUrl"]), canned
    _same(ours.get(f"{V}/query/0r8KX0000000001YAA-4000"), theirs)

    assert len(first[0].json()["records"]) == len(first[1].json()["records"]) == 2_000


def test_refuses_an_unknown_token_as_the_local_org_does(
    org: httpx.Client, canned: httpx.Client
) -> None:
    header = {"Authorization": "Bearer gone"}

    _same(*(item.get(f"{V}/sobjects", headers=header) for item in (canned, org)))


def test_answers_not_modified_as_the_local_org_does(
    org: httpx.Client, canned: httpx.Client
) -> None:
    theirs, ours = (
        item.get(
            f"{V}/sobjects",
            headers={"If-Modified-Since": item.get(f"{V}/sobjects").headers["last-modified"]},
        )
        for item in (org, canned)
    )

    assert ours.status_code == 304
    _same(ours, theirs)


def test_bulk_results_come_as_the_local_orgs_do(org: httpx.Client, canned: httpx.Client) -> None:
    pages = []
    for item in (canned, org):
        job = f"{V}/jobs/query/{item.post(f'{V}/jobs/query', json=JOB).json()['id']}"
        while item.get(job).json()["state"] != "JobComplete":
            pass
        pages.append((item.get(job), item.get(f"{job}/results?maxRecords=50000")))

    _same(pages[0][0], pages[1][0])
    _same(pages[0][1], pages[1][1])
    assert pages[0][1].text.startswith('"Id","Name"')


def test_an_upload_counts_as_many_rows_as_the_local_org_does(
    org: httpx.Client, canned: httpx.Client
) -> None:
    counts = []
    for item in (canned, org):
        job = f"{V}/jobs/ingest/{item.post(f'{V}/jobs/ingest', json=INGEST).json()['id']}"
        pieces = iter([b"Name\nA", b"\nB\n"])
        sent = item.put(f"{job}/batches", content=pieces, headers={"Content-Type": "text/csv"})
        assert sent.status_code == 201
        item.patch(job, json={"state": "UploadComplete"})
        while (result := item.get(job).json())["state"] != "JobComplete":
            pass
        counts.append(result["numberRecordsProcessed"])

    assert counts == [2, 2]


def _same(ours: httpx.Response, theirs: httpx.Response) -> None:
    assert ours.status_code == theirs.status_code
    assert {*ours.headers} - _BY_SIZE == {*theirs.headers} - _BY_SIZE
    if ours.headers.get("content-type", "").startswith("application/json"):
        assert _shape(theirs.json()) == _shape(ours.json())


def _shape(value: Any) -> Any:
    """Return names and kinds of what a body holds; of a list, of its first member."""
    match value:
        case dict():
            return {name: _shape(part) for name, part in value.items()}
        case [first, *_]:
            return [_shape(first)]
        case _:
            return type(value).__name__
