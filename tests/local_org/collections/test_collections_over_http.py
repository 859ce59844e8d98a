"""sObject collections over HTTP: what a call may hold, and what it answers."""

from typing import Any

import httpx
import pytest

from salesforce_emulator.org.state import Org

Body = dict[str, Any]
ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using"
    " AllOrNone header",
    "fields": [],
}
NOBODY = "003000000000001AAA"


def typed(kind: str, **fields: Any) -> Body:
    return {"attributes": {"type": kind}, **fields}


def accounts(*names: str | None) -> list[Body]:
    return [typed("Account", Name=name) for name in names]


def post(client: httpx.Client, records: Any, **flags: Any) -> httpx.Response:
    return client.post("/composite/sobjects", json={"records": records, **flags})


def count(client: httpx.Client, kind: str) -> int:
    result = client.get("/query", params={"q": f"SELECT Id FROM {kind}"})  # noqa: S608 - SOQL
    return int(result.json()["totalSize"])


@pytest.mark.parametrize(
    ("records", "code", "message"),
    [
        (accounts(*["A"] * 201), "EXCEEDED_ID_LIMIT", "more than 200 records into this call"),
        (
            [typed(kind) for kind in ["Account", "Contact"] * 5 + ["Account"]],
            "LIMIT_EXCEEDED",
            "Cannot have more than 10 chunks in a single operation",
        ),
        ([{"Name": "A"}], "JSON_PARSER_ERROR", "attributes.type"),
        ([typed("Xyzzy", Name="A")], "INVALID_TYPE", "sObject type 'Xyzzy' is not supported"),
        ([], "REQUIRED_FIELD_MISSING", "At least 1 record is required"),
        (["A"], "JSON_PARSER_ERROR", "instance of sobject from VALUE_STRING value A"),
        ("A", "JSON_PARSER_ERROR", "instance of list from VALUE_STRING value A"),
        (None, "JSON_PARSER_ERROR", "records"),
    ],
)
def test_malformed_records_refuse_the_whole_call(
    client: httpx.Client, records: Any, code: str, message: str
) -> None:
    response = post(client, records)

    assert response.status_code == 400
    assert response.json()[0]["errorCode"] == code
    assert message in response.json()[0]["message"]
    assert count(client, "Account") == 0


@pytest.mark.parametrize(
    ("values", "code", "message"),
    [
        ({"Xyz": "x"}, "INVALID_FIELD", "No such column 'Xyz' on sobject of type Account"),
        (
            {"NumberOfEmployees": "many"},
            "JSON_PARSER_ERROR",
            "Cannot deserialize instance of int from VALUE_STRING value many or request may be",
        ),
    ],
)
def test_a_record_that_cannot_be_read_leaves_the_others(
    client: httpx.Client, values: dict[str, Any], code: str, message: str
) -> None:
    """As recorded from 20 September 2020 on; two days before, the call was refused."""
    response = post(client, [typed("Account", Name="B", **values), *accounts("A")])

    failed, created = response.json()
    assert (response.status_code, created["success"]) == (200, True)
    [error] = failed["errors"]
    assert (failed["success"], error["statusCode"], error["fields"]) == (False, code, [])
    assert error["message"].startswith(message)
    assert count(client, "Account") == 1


def test_each_upsert_item_has_created(client: httpx.Client) -> None:
    records = [
        typed("Account", External_Id__c="X1", Name="A"),
        typed("Account", External_Id__c="X2", Name=None),
    ]

    response = client.patch(
        "/composite/sobjects/Account/External_Id__c", json={"records": records, "allOrNone": True}
    )

    rolled_back, failed = response.json()
    assert [rolled_back["created"], failed["created"]] == [False, False]
    assert list(failed) == ["success", "errors", "created"]


def test_a_record_that_is_refused_leaves_the_others(client: httpx.Client) -> None:
    records = [*accounts("A", None), typed("Contact", LastName="L", Email="nobody")]

    response = post(client, records, allOrNone=False)

    first, *failed = response.json()
    assert response.status_code == 200
    assert list(first) == ["id", "success", "errors"]
    assert failed == [
        {
            "success": False,
            "errors": [
                {
                    "statusCode": "REQUIRED_FIELD_MISSING",
                    "message": "Required fields are missing: [Name]",
                    "fields": ["Name"],
                }
            ],
        },
        {
            "success": False,
            "errors": [
                {
                    "statusCode": "INVALID_EMAIL_ADDRESS",
                    "message": "Email: invalid email address: nobody",
                    "fields": ["Email"],
                }
            ],
        },
    ]
    assert client.get(f"/sobjects/Account/{first['id']}").json()["Name"] == "A"


def test_all_or_none_is_none_when_one_is_refused(client: httpx.Client) -> None:
    response = post(client, accounts("A", None, "B"), allOrNone=True).json()

    assert response[0] == response[2] == {"success": False, "errors": [ROLLED_BACK]}
    assert response[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert count(client, "Account") == 0


def test_creates_records_of_several_sobjects_in_order(client: httpx.Client) -> None:
    response = post(
        client, [*accounts("A"), typed("contact", LastName="L"), *accounts("B")], allOrNone=True
    ).json()

    assert [item["id"][:3] for item in response] == ["001", "003", "001"]
    assert client.get(f"/sobjects/Contact/{response[1]['id']}").json()["LastName"] == "L"


def test_setup_and_other_records_do_not_mix(client: httpx.Client) -> None:
    response = post(client, [*accounts("A"), typed("Group", Name="G", Type="Regular")]).json()

    assert response[0]["success"] is True
    assert response[1]["errors"][0]["statusCode"] == "MIXED_DML_OPERATION"


def test_an_id_is_not_for_creating(client: httpx.Client) -> None:
    (response,) = post(client, [typed("Account", Name="A", id=NOBODY)]).json()

    assert response["errors"] == [
        {
            "statusCode": "INVALID_FIELD_FOR_INSERT_UPDATE",
            "message": "cannot specify Id in an insert call",
            "fields": ["Id"],
        }
    ]


def test_update_returns_a_result_for_each_record(client: httpx.Client) -> None:
    kept_id, removed = (item["id"] for item in post(client, accounts("A", "Gone")).json())
    client.delete(f"/sobjects/Account/{removed}")
    records = [
        typed("Account", id=kept_id, Name="A2"),
        typed("Account", Id=removed, Name="x"),
        typed("Contact", id=kept_id, LastName="x"),
        typed("Contact", id=NOBODY, LastName="x"),
        typed("Contact", LastName="x"),
        typed("Account", id="nonsense"),
    ]

    response = client.patch("/composite/sobjects", json={"records": records}).json()

    assert response[0] == {"id": kept_id, "success": True, "errors": []}
    assert [item["errors"][0] for item in response[1:]] == [
        {"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted", "fields": []},
        {
            "statusCode": "MALFORMED_ID",
            "message": f"Contact ID: id value of incorrect type: {kept_id}",
            "fields": ["Id"],
        },
        {
            "statusCode": "INVALID_CROSS_REFERENCE_KEY",
            "message": "invalid cross reference id",
            "fields": [],
        },
        {
            "statusCode": "MISSING_ARGUMENT",
            "message": "Id not specified in an update call",
            "fields": [],
        },
        {
            "statusCode": "MALFORMED_ID",
            "message": "Account ID: id value of incorrect type: nonsense",
            "fields": ["Id"],
        },
    ]
    assert client.get(f"/sobjects/Account/{kept_id}").json()["Name"] == "A2"


def test_rolled_back_items_keep_their_id(client: httpx.Client) -> None:
    (account,) = post(client, accounts("A")).json()
    records = [typed("Account", id=account["id"], Name="B"), typed("Account", Name="x")]

    response = client.patch("/composite/sobjects", json={"allOrNone": True, "records": records})

    assert response.json()[0] == {"id": account["id"], "success": False, "errors": [ROLLED_BACK]}
    assert client.get(f"/sobjects/Account/{account['id']}").json()["Name"] == "A"


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
