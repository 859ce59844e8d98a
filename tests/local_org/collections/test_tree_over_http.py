"""sObject trees: records with their children, all or none."""

from typing import Any

import httpx
import pytest
from local_org.collections.composite_calls import Json, count

from salesforce_emulator.org.state import Org


def node(reference_id: str, kind: str = "Account", **fields: Any) -> Json:
    return {"attributes": {"type": kind, "referenceId": reference_id}, **fields}


def below(*nodes: Json) -> Json:
    return {"records": nodes}


def send(client: httpx.Client, *nodes: Json) -> httpx.Response:
    return client.post("/composite/tree/account/", json={"records": nodes})


def deep(levels: int) -> Json:
    at = node(f"r{levels}", Name="A")
    for level in range(levels - 1, 0, -1):
        at = node(f"r{level}", Name="A", ChildAccounts=below(at))
    return at


WIDE: dict[str, Any] = {
    "Contacts": below(node("c", "Contact", LastName="L")),
    "Opportunities": below(
        node("o", "Opportunity", Name="O", StageName="Prospecting", CloseDate="2027-01-01")
    ),
    "Cases": below(node("k", "Case")),
    "Tasks": below(node("t", "Task", Subject="T")),
}


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([node(f"r{n}", Name="A") for n in range(201)], "EXCEEDED_ID_LIMIT"),
        ([deep(6)], "LIMIT_EXCEEDED"),
        ([node("a", Name="A", **WIDE, Events=below(node("e", "Event")))], "LIMIT_EXCEEDED"),
        ([node("a", "Contact", LastName="L")], "INVALID_TYPE"),
        ([node("a", Name="A", Contacts=below(node("b", Name="B")))], "INVALID_TYPE"),
        ([node("a", Name="A", Wives=below())], "INVALID_FIELD"),
        ([{"Name": "A"}], "JSON_PARSER_ERROR"),
        ([{"attributes": {"type": "Account"}, "Name": "A"}], "JSON_PARSER_ERROR"),
        ([node("_a", Name="A")], "JSON_PARSER_ERROR"),
        (["x"], "JSON_PARSER_ERROR"),
        ("x", "JSON_PARSER_ERROR"),
        (None, "JSON_PARSER_ERROR"),
    ],
)
def test_a_malformed_tree_is_refused_as_a_whole(
    client: httpx.Client, records: Any, code: str
) -> None:
    response = client.post("/composite/tree/Account", json={"records": records})

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)
    assert count(client, "Account") == 0


def test_a_failed_record_rolls_back_the_tree_and_is_reported_alone(client: httpx.Client) -> None:
    response = send(
        client,
        node("ref1", Name="A", Contacts=below(node("ref2", "Contact", LastName="S", Email="123"))),
        node("ref3", Name="B", Contacts=below(node("ref4", "Contact", LastName="T"))),
    )

    assert response.status_code == 400
    assert response.json() == {
        "hasErrors": True,
        "results": [
            {
                "referenceId": "ref2",
                "errors": [
                    {
                        "statusCode": "INVALID_EMAIL_ADDRESS",
                        "message": "Email: invalid email address: 123",
                        "fields": ["Email"],
                    }
                ],
            }
        ],
    }
    assert (count(client, "Account"), count(client, "Contact")) == (0, 0)


def test_a_repeated_reference_id_is_reported_each_time(client: httpx.Client) -> None:
    response = send(client, node("a", Name="A"), node("b", Name="B"), node("a", Name="C"))

    assert response.status_code == 400
    message = [
        (item["referenceId"], item["errors"][0]["statusCode"])
        for item in response.json()["results"]
    ]
    assert message == [("a", "INVALID_INPUT")] * 2
    assert count(client, "Account") == 0


def test_children_refer_to_their_parents_and_results_are_by_level(client: httpx.Client) -> None:
    response = send(
        client,
        node(
            "ref1",
            name="A",
            contacts=below(*(node(n, "contact", lastname=n) for n in ("ref2", "ref3"))),
        ),
        node("ref4", Name="B"),
    )

    assert response.status_code == 201
    body = response.json()
    assert body["hasErrors"] is False
    assert list(body["results"][0]) == ["referenceId", "id"]
    ids = {item["referenceId"]: item["id"] for item in body["results"]}
    assert list(ids) == ["ref1", "ref4", "ref2", "ref3"]
    assert client.get(f"/sobjects/Contact/{ids['ref3']}").json()["AccountId"] == ids["ref1"]


def test_a_tree_within_the_limits_is_one_api_call(client: httpx.Client, org: Org) -> None:
    before = org.limits.api_used

    wide = send(client, node("a", Name="A", **WIDE))
    high = send(client, deep(5))
    many = send(client, *(node(f"r{n}", Name="A") for n in range(200)))

    assert [item.status_code for item in (wide, high, many)] == [201] * 3, wide.text
    assert org.limits.api_used == before + 3
    assert count(client, "Account") == 206


def test_a_tree_needs_an_existing_object(client: httpx.Client) -> None:
    assert client.post("/composite/tree/Xyzzy", json={"records": []}).status_code == 404
    assert client.get("/composite/tree/Account").status_code == 405
