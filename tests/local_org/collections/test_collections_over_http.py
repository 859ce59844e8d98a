"""sObject Collections: limits of a call, creates and updates."""

from typing import Any

import httpx
import pytest
from local_org.collections.collection_calls import NOBODY, ROLLED_BACK, accounts, post, typed
from local_org.collections.composite_calls import count


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
