"""sObject Collections: upserts, deletes and reads of many records."""

from typing import Any

import httpx
import pytest
from local_org.collections.collection_calls import NOBODY, ROLLED_BACK, Body, accounts, post, typed
from local_org.collections.composite_calls import count

from salesforce_emulator.org.state import Org


def upsert(client: httpx.Client, records: list[Body], **flags: Any) -> Any:
    return client.patch(
        "/composite/sobjects/Account/External_Id__c", json={"records": records, **flags}
    ).json()


def test_upsert_reports_created_records(client: httpx.Client) -> None:
    (old,) = upsert(client, [typed("Account", External_Id__c="k1", Name="A")])
    response = upsert(
        client,
        [
            typed("Account", external_id__C="k1", Name="A2"),
            typed("Account", External_Id__c="k2", Name="B"),
            typed("Account", External_Id__c="k2", Name="C"),
            typed("Account", Name="D"),
            typed("Account", External_Id__c="k3"),
        ],
    )

    assert response[0] == {"id": old["id"], "success": True, "errors": [], "created": False}
    assert list(response[1]) == ["id", "success", "errors", "created"]
    assert response[1]["created"] is True
    assert [
        (item["errors"][0]["statusCode"], item["errors"][0]["message"]) for item in response[2:]
    ] == [
        ("DUPLICATE_VALUE", "Duplicate external id specified: k2"),
        ("MISSING_ARGUMENT", "External_Id__c not specified"),
        ("REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]"),
    ]
    assert count(client, "Account") == 2


def test_upsert_by_id_creates_records_without_one(client: httpx.Client) -> None:
    (old,) = post(client, accounts("A")).json()
    records = [typed("Account", Id=None, Name="B"), typed("Account", Id=old["id"], Name="A2")]

    response = client.patch("/composite/sobjects/Account/Id", json={"records": records}).json()

    assert [item["created"] for item in response] == [True, False]
    assert response[1]["id"] == old["id"]


def test_upsert_with_an_ambiguous_key_fails_its_item(client: httpx.Client) -> None:
    for _ in range(2):
        post(client, [typed("Contact", LastName="L", Email="l@example.com")])

    (response,) = client.patch(
        "/composite/sobjects/Contact/Email",
        json={"records": [typed("Contact", LastName="M", Email="l@example.com")]},
    ).json()

    assert response["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"


@pytest.mark.parametrize(
    ("path", "status"),
    [("Account/Nope__c", 404), ("Xyzzy/Id", 404), ("Account/Industry", 404)],
)
def test_an_upsert_needs_a_key_field(client: httpx.Client, path: str, status: int) -> None:
    response = client.patch(f"/composite/sobjects/{path}", json={"records": accounts("A")})

    assert (response.status_code, response.json()[0]["errorCode"]) == (status, "NOT_FOUND")


def test_an_upsert_is_of_one_sobject(client: httpx.Client) -> None:
    response = client.patch(
        "/composite/sobjects/Account/Id", json={"records": [typed("Contact", LastName="L")]}
    )

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_TYPE")


def test_delete_returns_a_result_for_each_id(client: httpx.Client) -> None:
    first, second = (item["id"] for item in post(client, accounts("A", "B")).json())
    ids = f"{first}, {second[:15]},{first},001RM000003oLrB000,{NOBODY}"

    response = client.delete("/composite/sobjects", params={"ids": ids}).json()

    assert response[:2] == [
        {"id": first, "success": True, "errors": []},
        {"id": second, "success": True, "errors": []},
    ]
    assert [item["errors"][0]["statusCode"] for item in response[2:]] == [
        "ENTITY_IS_DELETED",
        "MALFORMED_ID",
        "INVALID_CROSS_REFERENCE_KEY",
    ]
    assert response[3]["errors"][0] == {
        "statusCode": "MALFORMED_ID",
        "message": "malformed id 001RM000003oLrB000",
        "fields": [],
    }
    assert count(client, "Account") == 0


def test_a_delete_may_be_all_or_none(client: httpx.Client) -> None:
    (record_id,) = post(client, accounts("A")).json()

    response = client.delete(
        "/composite/sobjects", params={"ids": f"{record_id['id']},{NOBODY}", "allOrNone": "true"}
    ).json()

    assert response[0] == {"id": record_id["id"], "success": False, "errors": [ROLLED_BACK]}
    assert count(client, "Account") == 1
    assert client.delete("/composite/sobjects").status_code == 400
    refused = client.delete(
        "/composite/sobjects", params={"ids": record_id["id"], "allOrNone": "maybe"}
    )
    assert refused.status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_retrieve_returns_null_for_missing_records(client: httpx.Client, method: str) -> None:
    first, second, removed = (item["id"] for item in post(client, accounts("A", "B", "C")).json())
    client.delete(f"/sobjects/Account/{removed}")
    ids, fields = [second, removed, NOBODY, "nonsense", first[:15], second], ["name", "Owner.Name"]

    if method == "GET":
        params = {"ids": ",".join(ids), "fields": ",".join(fields)}
        response = client.get("/composite/sobjects/Account", params=params)
    else:
        response = client.post("/composite/sobjects/Account", json={"ids": ids, "fields": fields})

    result = response.json()
    assert [item and item["Name"] for item in result] == ["B", None, None, None, "A", "B"]
    assert list(result[0]) == ["attributes", "Name", "Owner", "Id"]
    assert result[0]["attributes"] == {
        "type": "Account",
        "url": f"/services/data/v68.0/sobjects/Account/{second}",
    }


@pytest.mark.parametrize("fields", [["Nope"], ["Owner.Nope"], ["Nope.Name"]])
def test_an_unknown_field_is_refused_even_without_records(
    client: httpx.Client, fields: list[str]
) -> None:
    response = client.post("/composite/sobjects/Account", json={"ids": [NOBODY], "fields": fields})

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [NOBODY] * 2001, "fields": ["Id"]},
        {"ids": [NOBODY]},
        {"fields": ["Id"]},
        {"ids": [1], "fields": ["Id"]},
        {"ids": NOBODY, "fields": ["Id"]},
        [],
    ],
)
def test_invalid_retrieve_requests_are_refused(client: httpx.Client, body: Any) -> None:
    assert client.post("/composite/sobjects/Account", json=body).status_code == 400
    assert client.get("/composite/sobjects/Account?ids=x").status_code == 400


def test_a_collection_is_one_api_call(client: httpx.Client, org: Org) -> None:
    before = org.limits.api_used

    post(client, accounts(*["A"] * 200))

    assert org.limits.api_used == before + 1
    assert count(client, "Account") == 200


def test_other_methods_are_refused(client: httpx.Client) -> None:
    response = client.put("/composite/sobjects", json={})

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST,PATCH,DELETE"
