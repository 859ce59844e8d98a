"""Any input is answered with an error of Salesforce's, never with a failure of the org."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_org.collections.composite_calls import ROOT

TYPE = {"Content-Type": "application/json"}
TARGET = f'"referenceId":"a","url":"{ROOT}/sobjects/Account"'
BATCHED = '"url":"v68.0/sobjects/Account","richInput"'
WORDS = st.sampled_from(
    ["Account", "Contact", "Id", "id", "x", "", "@{a.id}", "@{a", "@{a[0].b}", "001000000000001AAA",
     f"{ROOT}/sobjects/Account", f"{ROOT}/composite/sobjects", "v68.0/limits", "GET", "POST",
     "PATCH", "\x00", "\u00fc\U0001f600", "half \ud83d"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["records", "attributes", "type", "referenceId", "compositeRequest", "batchRequests", "graphs",
     "graphId", "method", "url", "body", "httpHeaders", "richInput", "allOrNone", "ids", "fields",
     "Name", "Id", "Contacts", "External_Id__c", "Account", "Owner", "haltOnError"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), WORDS
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


def wrapped(name: str, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({name: inner}, optional={"allOrNone": LEAVES})


RECORD = st.fixed_dictionaries(
    {"attributes": st.fixed_dictionaries({"type": WORDS, "referenceId": WORDS})},
    optional={"Name": JSON, "id": JSON, "Contacts": wrapped("records", st.lists(JSON, max_size=2))},
)
STEP = st.fixed_dictionaries(
    {"method": WORDS, "url": WORDS, "referenceId": WORDS}, optional={"body": JSON}
)
STEPS = st.lists(st.one_of(STEP, JSON), max_size=3)
GRAPH = st.fixed_dictionaries({"graphId": WORDS, "compositeRequest": STEPS})
CALLS = st.one_of(
    st.tuples(
        st.sampled_from(
            [("POST", "/composite/sobjects"), ("PATCH", "/composite/sobjects"),
             ("PATCH", "/composite/sobjects/Account/External_Id__c"),
             ("PATCH", "/composite/sobjects/Account/Id"), ("POST", "/composite/tree/Account")]
        ),
        st.one_of(JSON, wrapped("records", st.lists(RECORD, max_size=3))),
    ),
    st.tuples(
        st.just(("POST", "/composite/sobjects/Account")),
        st.fixed_dictionaries({"ids": JSON, "fields": JSON}),
    ),
    st.tuples(st.just(("POST", "/composite")), st.one_of(JSON, wrapped("compositeRequest", STEPS))),
    st.tuples(st.just(("POST", "/composite/batch")), wrapped("batchRequests", STEPS)),
    st.tuples(
        st.just(("POST", "/composite/graph")), wrapped("graphs", st.lists(GRAPH, max_size=2))
    ),
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CALLS)
def test_no_body_breaks_the_org(client: httpx.Client, call: tuple[tuple[str, str], Any]) -> None:
    (method, path), body = call

    response = client.request(method, path, content=json.dumps(body), headers=TYPE)

    assert response.status_code < 500
    assert response.json() is not None


@pytest.mark.parametrize(
    ("path", "around"),
    [
        ("/composite", f'{{"compositeRequest":[{{"method":"POST",{TARGET},"body":DEEP}}]}}'),
        ("/composite/batch", f'{{"batchRequests":[{{"method":"POST",{BATCHED}:DEEP}}]}}'),
        ("/composite/sobjects", '{"records":[{"attributes":{"type":"Account"},"Name":DEEP}]}'),
        ("/composite/tree/Account", "DEEP"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("levels", [200, 900, 100_000])
def test_no_depth_breaks_the_org(client: httpx.Client, path: str, around: str, levels: int) -> None:
    deep = '{"a":[' * (levels // 2) + "1" + "]}" * (levels // 2)

    response = client.post(path, content=around.replace("DEEP", deep), headers=TYPE)

    assert response.status_code in {200, 400}


def test_half_a_surrogate_pair_breaks_nothing(client: httpx.Client) -> None:
    """JSON may name one; a URL, the database and UTF-8 may not."""
    created = f"{ROOT}/sobjects/Account/External_Id__c/x\ud83d?updateOnly=\ud83d"
    steps = [
        {"method": "PATCH", "url": created, "referenceId": "a", "body": {"Name": "A"}},
        {"method": "PATCH", "url": f"{ROOT}/sobjects/\ud83d", "referenceId": "b", "body": "\ud83d"},
        {"method": "GET", "url": created, "referenceId": "c", "httpHeaders": {}},
    ]

    response = client.post(
        "/composite", content=json.dumps({"compositeRequest": steps}), headers=TYPE
    )

    statuses = [item["httpStatusCode"] for item in response.json()["compositeResponse"]]
    assert statuses == [201, 404, 200]
    assert client.get("/sobjects/Account/External_Id__c/x%3F").json()["Name"] == "A"


@pytest.mark.parametrize("levels", [3, 60])
def test_no_depth_of_a_tree_breaks_the_org(client: httpx.Client, levels: int) -> None:
    node: dict[str, Any] = {}
    for at in range(levels):
        attributes = {"type": "Account", "referenceId": f"r{at}"}
        below = {"ChildAccounts": {"records": [node]}} if node else {}
        node = {"attributes": attributes, "Name": "A", **below}

    response = client.post("/composite/tree/Account", json={"records": [node]})

    assert response.status_code == (201 if levels <= 5 else 400)
