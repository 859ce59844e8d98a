"""Rows of bulk jobs: what they write, and their errors."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from salesforce_emulator.org.state import Org

Find = Callable[[str], list[dict[str, Any]]]


def account(client: httpx.Client, **fields: object) -> str:
    response = client.post("/sobjects/Account", json={"Name": "Acme", **fields})
    return str(response.json()["id"])


@pytest.mark.parametrize(
    ("sobject", "operation", "text", "error"),
    [
        (
            "Contact",
            "insert",
            "FirstName,LastName\nJane,\n",
            "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --",
        ),
        (
            "Contact",
            "insert",
            "LastName,Email\nDoe,nowhere\n",
            "INVALID_EMAIL_ADDRESS:Email: invalid email address: nowhere:Email --",
        ),
        (
            "Contact",
            "insert",
            "LastName,Birthdate\nDoe,6/15/19\n",
            (
                "INVALID_FIELD:Failed to deserialize field at col 1. Due to, '6/15/19' is not a"
                " valid"
                " value for the type xsd:date:Birthdate --"
            ),
        ),
        (
            "Campaign",
            "insert",
            "Name,IsActive\nFair,yes\n",
            (
                "INVALID_FIELD:Failed to deserialize field at col 1. Due to, 'yes' is not a"
                " valid value"
                " for the type xsd:boolean:IsActive --"
            ),
        ),
        (
            "Contact",
            "insert",
            "LastName,Account.External_Id__c\nDoe,X-1\n",
            (
                "INVALID_FIELD:Foreign key external ID: X-1 not found for field External_Id__c in"
                " entity Account:--"
            ),
        ),
        (
            "Account",
            "insert",
            "Name,CreatedDate\nAcme,2026-01-01T00:00:00Z\n",
            (
                "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: CreatedDate."
                " Please"
                " check the security settings of this field and verify that it is read/write"
                " for your"
                " profile or permission set.:CreatedDate --"
            ),
        ),
        (
            "Account",
            "insert",
            "Id,Name\n001000000000001AAA,Acme\n",
            "INVALID_FIELD_FOR_INSERT_UPDATE:cannot specify Id in an insert call:Id --",
        ),
        (
            "Account",
            "update",
            "Id,Name\n,Acme\n",
            "MISSING_ARGUMENT:Id not specified in an update call:--",
        ),
        (
            "Account",
            "update",
            "Id,Name\n001000000000001AAA,Acme\n",
            "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--",
        ),
        (
            "Account",
            "delete",
            "Id\n003000000000001AAA\n",
            "MALFORMED_ID:Account ID: id value of incorrect type: 003000000000001AAA:Id --",
        ),
    ],
)
def test_a_failed_row_has_its_error(
    ingest: Callable[..., Any], sobject: str, operation: str, text: str, error: str
) -> None:
    ended = ingest(text, sobject, operation)

    assert ended.info["state"] == "JobComplete"
    assert (ended.info["numberRecordsProcessed"], ended.info["numberRecordsFailed"]) == (1, 1)
    assert ended.errors == [error]
    assert ended.done == []


def test_a_refused_row_keeps_no_other_from_being_written(
    ingest: Callable[..., Any], find: Find
) -> None:
    """Each result repeats the row's own cells."""
    ended = ingest("Name,Phone\nOne,1\n,2\nThree,3\n")

    assert [row["Name"] for row in find("SELECT Name FROM Account ORDER BY Name")] == [
        "One",
        "Three",
    ]
    assert [(row["sf__Created"], row["Name"]) for row in ended.done] == [
        ("true", "One"),
        ("true", "Three"),
    ]
    assert [(row["sf__Id"], row["Phone"]) for row in ended.failed] == [("", "2")]
    assert ended.text("unprocessedrecords").splitlines() == ['"Name","Phone"']


def test_results_have_a_header_when_they_have_no_row(ingest: Callable[..., Any]) -> None:
    assert ingest("Name\nAcme\n").text("failedResults") == '"sf__Id","sf__Error",Name\n'


def test_an_empty_cell_leaves_a_field_and_n_a_clears_it(
    client: httpx.Client, ingest: Callable[..., Any], find: Find
) -> None:
    stored = account(client, Phone="1", Site="A")

    ended = ingest(f"Id,Phone,Site\n{stored},,#N/A\n", operation="update")

    assert [(row["sf__Id"], row["sf__Created"]) for row in ended.done] == [(stored, "false")]
    assert find("SELECT Phone, Site FROM Account") == [{"Phone": "1", "Site": None}]


def test_an_empty_cell_of_a_new_record_gets_the_default(
    ingest: Callable[..., Any], find: Find
) -> None:
    ingest("Subject,Status\nBroken,\n", "Case")

    assert find("SELECT Status FROM Case") == [{"Status": "New"}]


def test_values_are_read_by_their_fields_types(ingest: Callable[..., Any], find: Find) -> None:
    """A date may have a zone, a boolean may be 1; texts stay as they are."""
    ended = ingest(
        "Name,StartDate,IsActive,ExpectedRevenue,Description\n0012,2026-06-07Z,1,1e3,NA\n",
        "Campaign",
    )

    assert ended.errors == []
    assert find("SELECT Name, StartDate, IsActive, ExpectedRevenue, Description FROM Campaign") == [
        {
            "Name": "0012",
            "StartDate": "2026-06-07",
            "IsActive": True,
            "ExpectedRevenue": 1000.0,
            "Description": "NA",
        }
    ]


def test_a_parent_is_referenced_by_external_id(
    client: httpx.Client, ingest: Callable[..., Any], find: Find
) -> None:
    acme = account(client, External_Id__c="A-1")

    ingest("LastName,Account.External_Id__c\nDoe,a-1\n", "Contact")

    assert find("SELECT AccountId FROM Contact") == [{"AccountId": acme}]


def test_a_polymorphic_parent_is_referenced_with_its_type(
    client: httpx.Client, ingest: Callable[..., Any], find: Find
) -> None:
    lead = client.post(
        "/sobjects/Lead", json={"LastName": "Doe", "Company": "Acme", "Email": "d@acme.example"}
    ).json()["id"]

    ended = ingest("Subject,Lead:Who.Email\nCall,d@acme.example\n", "Task")

    assert ended.errors == []
    assert find("SELECT WhoId FROM Task") == [{"WhoId": lead}]


def test_upsert_updates_existing_records_and_creates_others(
    client: httpx.Client, ingest: Callable[..., Any], find: Find
) -> None:
    existing_id = account(client, External_Id__c="A-1", Phone="1")

    ended = ingest(
        "External_Id__c,Name\nA-1,New name\nA-2,Other\n,None\n",
        operation="upsert",
        externalIdFieldName="External_Id__c",
    )

    assert [(row["sf__Created"], row["External_Id__c"]) for row in ended.done] == [
        ("false", "A-1"),
        ("true", "A-2"),
    ]
    assert ended.done[0]["sf__Id"] == existing_id
    assert ended.errors == ["MISSING_ARGUMENT:External_Id__c not specified:--"]
    assert find("SELECT Name, Phone FROM Account WHERE External_Id__c = 'A-1'") == [
        {"Name": "New name", "Phone": "1"}
    ]


def test_upsert_by_id_creates_where_the_id_is_empty(
    client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    existing_id = account(client)

    ended = ingest(f"Id,Name\n{existing_id},A\n,B\n", operation="upsert", externalIdFieldName="Id")

    assert [row["sf__Created"] for row in ended.done] == ["false", "true"]


def test_deleted_records_go_to_the_recycle_bin_and_hard_deleted_ones_do_not(
    org: Org, client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    """What cascades from a hard-deleted record is gone with it."""
    org.settings.hard_deletes = True
    soft, hard = account(client), account(client)
    client.post("/sobjects/Contact", json={"LastName": "Doe", "AccountId": hard})

    ingest(f"Id\n{soft}\n", operation="delete")
    ended = ingest(f"Id\n{hard}\n{soft}\n", operation="hardDelete")

    assert [row["sf__Id"] for row in ended.done] == [hard]
    assert ended.errors == ["ENTITY_IS_DELETED:entity is deleted:--"]
    assert [row["Id"] for row in org.db.execute('SELECT "Id" FROM "Account"')] == [soft]
    assert org.db.execute('SELECT "Id" FROM "Contact"').fetchall() == []


def test_a_key_that_several_records_have_fails_its_row_alone(
    client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    ids = [
        client.post("/sobjects/Contact", json={"LastName": "Doe", "Email": "d@acme.example"}).json()
        for _ in range(2)
    ]

    ended = ingest(
        "Email,LastName\nd@acme.example,Roe\n",
        "Contact",
        "upsert",
        externalIdFieldName="Email",
    )

    ids_in_message = ", ".join(item["id"] for item in ids)
    assert ended.errors == [
        (
            f"DUPLICATE_EXTERNAL_ID:Email: more than one record found for external id"
            f" field: [{ids_in_message}]"
            ":Email --"
        )
    ]
