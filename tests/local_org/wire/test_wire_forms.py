"""Encodings of requests and responses, and any input to all routes."""

import gzip
import json
import socket
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve


def test_json_comes_in_chunks_on_a_socket(org: Org, token: str) -> None:
    """Read by hand, so that no client hides how it came."""
    with serve(org) as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as line:
            head = b"GET /services/data HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            line.sendall(head)
            response = b"".join(iter(lambda: line.recv(65_536), b""))

    head, _, body = response.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head.lower()
    assert b"content-length" not in head.lower()
    assert body.endswith(b"0\r\n\r\n")


def test_bodies_are_zipped_both_ways(client: httpx.Client) -> None:
    sent = client.post(
        "/sobjects/Account",
        content=gzip.compress(json.dumps({"Name": "Zipped"}).encode()),
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    assert sent.status_code == 201

    described = client.get("/sobjects/Account/describe", headers={"Accept-Encoding": "gzip"})
    assert described.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in described.headers["Vary"]
    plain = client.get("/sobjects/Account/describe", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert described.json() == plain.json()


@pytest.mark.parametrize(("version", "status"), [("57.0", 200), ("58.0", 404)])
def test_json_as_a_suffix_ends_with_57(
    org: Org, client: httpx.Client, version: str, status: int
) -> None:
    url = f"https://{org.host}/services/data/v{version}/limits.json"

    assert client.get(url).status_code == status


def test_a_deprecated_version_sends_a_warning(org: Org, client: httpx.Client) -> None:
    org.settings.deprecated_versions[31] = "Summer '28"

    old = client.get(f"https://{org.host}/services/data/v31.0/limits")

    assert old.headers["Warning"] == (
        '299 - "This API is deprecated and will be removed by Summer \'28."'
    )
    assert "Warning" not in client.get("/limits").headers


PATHS = st.sampled_from((
    "", "sobjects", "sobjects/Account", "sobjects/Account/describe", "sobjects/Account/updated",
    "sobjects/Contact/Email", "query", "queryAll", "search", "parameterizedSearch", "recent",
    "limits", "limits/recordCount", "composite", "composite/batch", "composite/graph",
    "composite/tree/Account", "composite/sobjects", "jobs/ingest", "jobs/query", "actions",
    "actions/standard", "process/approvals", "quickActions", "analytics/reports",
    "tooling", "tooling/query", "tooling/sobjects", "tooling/sobjects/EntityDefinition",
))  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["records", "attributes", "type", "Name", "Id", "id", "allOrNone"])
            | st.sampled_from(["compositeRequest", "batchRequests", "graphs", "url", "method"])
            | st.sampled_from(["referenceId", "body", "operation", "object", "query", "inputs"])
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=300,
    deadline=2_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    path=PATHS,
    below=st.lists(st.text(min_size=1, max_size=18), max_size=3),
    query=st.dictionaries(
        st.sampled_from(["q", "fields", "ids", "start", "end", "limit", "sObjects", "locator"]),
        st.text(max_size=30),
        max_size=3,
    ),
    body=st.one_of(JSON.map(lambda value: json.dumps(value).encode()), st.binary(max_size=40)),
    kind=st.sampled_from(["application/json", "text/csv", "text/plain", "multipart/form-data"]),
)
def test_nothing_that_is_sent_ends_in_an_error_of_ours(
    client: httpx.Client,
    method: str,
    path: str,
    below: list[str],
    query: dict[str, str],
    body: bytes,
    kind: str,
) -> None:
    """Every answer is Salesforce's own; `reraises` lets an error that no rule foresaw fail this."""
    whole = "/".join(["", path, *(quote(item, safe="") for item in below)])

    response = client.request(
        method, whole, params=query, content=body, headers={"Content-Type": kind}
    )

    assert response.status_code in {*range(200, 500), 501}


def test_json_is_read_in_the_charset_of_its_content_type(client: httpx.Client) -> None:
    record_id = client.post(
        "/sobjects/Account",
        content='{"Name": "Café"}'.encode("latin-1"),
        headers={"Content-Type": "application/json; charset=ISO-8859-1"},
    ).json()["id"]

    assert client.get(f"/sobjects/Account/{record_id}").json()["Name"] == "Café"
