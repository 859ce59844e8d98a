"""Composite graphs: each succeeds or fails as a whole."""

from typing import Any

import httpx
import pytest
from local_org.collections.composite_calls import HALTED, ROOT, Json, count, create, step

from salesforce_emulator.org.state import Org


def graph(name: str, *steps: Json) -> Json:
    return {"graphId": name, "compositeRequest": steps}


def send(client: httpx.Client, *graphs: Json) -> list[Json]:
    response = client.post("/composite/graph", json={"graphs": graphs})
    assert response.status_code == 200, response.text
    values: list[Json] = response.json()["graphs"]
    return values


def chain(length: int) -> list[Json]:
    steps = [create("a0", "Account", Name="A")]
    steps += [
        create(f"a{n}", "Account", Name="A", ParentId=f"@{{a{n - 1}.id}}") for n in range(1, length)
    ]
    return steps


def kinds(number: int) -> list[Json]:
    return [
        {
            "method": "POST",
            "url": f"/services/data/v{50 + n}.0/sobjects/Account",
            "referenceId": f"r{n}",
            "body": {"Name": "A"},
        }
        for n in range(number)
    ]


MANY = [create(f"r{n}", "Account", Name="A") for n in range(251)]


@pytest.mark.parametrize(
    ("graphs", "message"),
    [
        ([graph(f"g{n}", create("a", "Account", Name="A")) for n in range(76)], "75 graphs"),
        ([graph("g", *MANY), graph("h", *MANY)], "500 nodes"),
        ([graph("g", *chain(16))], "15 levels"),
        ([graph("g", *kinds(16))], "15 different nodes"),
        ([graph("g"), graph("g")], "graphId ('g') must be unique"),
        ([{"compositeRequest": []}], "graphId"),
        ([{"graphId": "g"}], "compositeRequest"),
        ([graph("g", step("a", "PUT", "/sobjects/Account"))], "instance of method"),
        (["g"], "instance of compositeGraph"),
        ({}, "instance of list"),
        (None, "graphs"),
    ],
)
def test_malformed_graphs_are_refused_as_a_whole(
    client: httpx.Client, graphs: Any, message: str
) -> None:
    response = client.post("/composite/graph", json={"graphs": graphs})

    assert response.status_code == 400
    assert message in response.json()[0]["message"]
    assert count(client, "Account") == 0


def test_graphs_within_the_limits_run(client: httpx.Client) -> None:
    done = send(client, graph("g", *chain(15)), graph("h", *kinds(14)))

    assert [item["isSuccessful"] for item in done] == [True, True]
    assert count(client, "Account") == 29


def test_a_graph_that_fails_is_undone_and_others_are_not(client: httpx.Client) -> None:
    good, bad = send(
        client,
        graph(
            "good",
            create("a", "Account", Name="A"),
            create("b", "Contact", LastName="L", AccountId="@{a.id}"),
        ),
        graph("bad", create("a", "Account", Name="B"), create("b", "Contact", AccountId="x")),
    )

    assert (good["graphId"], good["isSuccessful"]) == ("good", True)
    created = good["graphResponse"]["compositeResponse"]
    assert [item["httpStatusCode"] for item in created] == [201, 201]
    assert (
        created[0]["httpHeaders"]["Location"]
        == f"{ROOT}/sobjects/Account/{created[0]['body']['id']}"
    )
    assert list(bad) == ["graphId", "graphResponse", "isSuccessful"]
    assert bad["isSuccessful"] is False
    first, second = bad["graphResponse"]["compositeResponse"]
    assert (first["httpStatusCode"], first["body"]) == (400, [HALTED])
    assert second["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert (count(client, "Account"), count(client, "Contact")) == (1, 1)


def test_references_do_not_cross_graphs(client: httpx.Client) -> None:
    _, other = send(
        client,
        graph("g", create("a", "Account", Name="A")),
        graph("h", create("b", "Contact", LastName="L", AccountId="@{a.id}")),
    )

    assert other["isSuccessful"] is False


def test_after_fourteen_failures_the_rest_is_not_run(client: httpx.Client) -> None:
    bad = [graph(f"bad{n}", create("a", "Account")) for n in range(14)]

    done = send(client, *bad, graph("good", create("a", "Account", Name="A")))

    assert [item["isSuccessful"] for item in done] == [False] * 15
    (last,) = done[-1]["graphResponse"]["compositeResponse"]
    assert last["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert count(client, "Account") == 0
    assert send(client, *bad[:13], graph("good", create("a", "Account", Name="A")))[-1][
        "isSuccessful"
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sobjects/Account"),
        ("GET", "/sobjects/Account/describe"),
        ("GET", "/query?q=SELECT Id FROM Account"),
        ("POST", "/composite/sobjects"),
        ("GET", "/sobjects"),
    ],
)
def test_a_graph_is_of_records_alone(client: httpx.Client, method: str, path: str) -> None:
    (only,) = send(client, graph("g", step("a", method, path, {})))

    (response,) = only["graphResponse"]["compositeResponse"]
    assert (response["httpStatusCode"], response["body"][0]["errorCode"]) == (400, "INVALID_INPUT")


def test_reads_changes_upserts_and_deletes(client: httpx.Client) -> None:
    key = "/sobjects/Account/External_Id__c/k"
    (done,) = send(
        client,
        graph(
            "g",
            step("made", "PATCH", key, {"Name": "A"}),
            step("read", "GET", key),
            step("set", "PATCH", "/sobjects/Account/@{made.id}", {"Name": "@{read.Name}2"}),
            step("back", "GET", "/sobjects/Account/@{made.id}?fields=Name"),
            step("gone", "DELETE", "/sobjects/Account/@{made.id}"),
        ),
    )

    answers = done["graphResponse"]["compositeResponse"]
    assert [response["httpStatusCode"] for response in answers] == [201, 200, 204, 200, 204]
    assert answers[3]["body"]["Name"] == "A2"


def test_is_one_api_call_since_v50(client: httpx.Client, org: Org) -> None:
    before = org.limits.api_used
    send(client, *(graph(f"g{n}", create("a", "Account", Name="A")) for n in range(75)))
    assert org.limits.api_used == before + 1

    old = str(client.base_url).replace("v68.0", "v49.0") + "composite/graph"
    assert client.post(old, json={"graphs": []}).status_code == 404
