"""Standard objects of the catalog, which are created on first use."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from local_org.conftest import token_of
from local_org.rest_calls import query_records

from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.catalog import catalog
from salesforce_emulator.serving.transport import OrgTransport


def test_a_topic_is_assigned_once(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    topic = client.post("/sobjects/Topic", json={"Name": "High value"}).json()["id"]
    link = {"TopicId": topic, "EntityId": account}

    first = client.post("/sobjects/TopicAssignment", json=link)
    second = client.post("/sobjects/TopicAssignment", json=link)

    assert first.status_code == 201
    assert second.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    soql = f"SELECT EntityKeyPrefix, Topic.Name FROM TopicAssignment WHERE EntityId = '{account}'"  # noqa: S608
    [row] = query_records(client, soql)
    assert (row["EntityKeyPrefix"], topic[:3]) == ("001", "0TO")


def test_deleting_a_parent_asks_no_table_that_nobody_used(client: httpx.Client, org: Org) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]

    assert client.delete(f"/sobjects/Account/{account}").status_code == 204

    assert not org.db.has_table("AccountShare")


def test_platform_only_objects_cannot_be_created(client: httpx.Client) -> None:
    refused = client.post("/sobjects/LoginHistory", json={"LoginType": "x"})

    assert refused.json()[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


def test_the_same_pair_of_a_permission_set_is_refused(client: httpx.Client, org: Org) -> None:
    permission_set = client.post(
        "/sobjects/PermissionSet", json={"Name": "Extra", "Label": "Extra"}
    ).json()["id"]
    link = {"AssigneeId": org.admin_id, "PermissionSetId": permission_set}
    client.post("/sobjects/PermissionSetAssignment", json=link)

    [error] = client.post("/sobjects/PermissionSetAssignment", json=link).json()

    assert error["errorCode"] == "DUPLICATE_VALUE"
    assert error["message"].startswith("Duplicate PermissionSetAssignment.")


# Those of the Tooling API answer with its entities; a license is there from the start.
OTHERS = {"ApexClass", "EntityDefinition", "FieldDefinition", "UserLicense"}
QUERYABLE = [item.name for item in catalog() if item.queryable and item.name not in OTHERS]


@pytest.fixture(scope="module")
def reader() -> Iterator[httpx.Client]:
    """A client of one org for all tests that only read."""
    with open_org(settings=Settings(reraises=True)) as org, OrgTransport(org) as transport:
        yield httpx.Client(
            transport=transport,
            base_url=f"https://{org.host}/services/data/v68.0",
            headers={"Authorization": f"Bearer {token_of(org, org.admin_id)}"},
        )


@pytest.mark.parametrize("name", QUERYABLE)
def test_every_one_can_be_described_and_queried(reader: httpx.Client, name: str) -> None:
    described = reader.get(f"/sobjects/{name}/describe").json()

    assert described["name"] == name
    names = [item["name"] for item in described["fields"] if item["type"] != "address"]
    assert query_records(reader, f"SELECT {', '.join(names)} FROM {name}") == []  # noqa: S608


def test_activities_are_open_until_they_are_done(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    body = {"Subject": "Call", "WhatId": account, "Status": "Not Started"}
    task = client.post("/sobjects/Task", json=body).json()["id"]
    soql = (
        "SELECT (SELECT Subject, IsTask FROM OpenActivities), (SELECT Id FROM ActivityHistories)"
        " FROM Account"
    )

    [before] = query_records(client, soql)
    client.patch(f"/sobjects/Task/{task}", json={"Status": "Completed"})
    [after] = query_records(client, soql)

    opened: Any = before["OpenActivities"]
    assert [(item["Subject"], item["IsTask"]) for item in opened["records"]] == [("Call", True)]
    assert opened["records"][0]["attributes"]["type"] == "OpenActivity"
    assert before["ActivityHistories"] is None
    ended: Any = after["ActivityHistories"]
    assert [item["Id"] for item in ended["records"]] == [task]
    assert after["OpenActivities"] is None
    assert client.delete(f"/sobjects/Account/{account}").status_code == 204


def test_a_profile_has_a_license(client: httpx.Client) -> None:
    [profile] = query_records(client, "SELECT UserLicense.Name FROM Profile LIMIT 1")

    license_: Any = profile["UserLicense"]
    assert license_["Name"] == "Salesforce"


def test_an_opportunity_keeps_its_stages(client: httpx.Client) -> None:
    body = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31", "Amount": 5}
    deal = client.post("/sobjects/Opportunity", json=body).json()["id"]
    client.patch(f"/sobjects/Opportunity/{deal}", json={"Description": "Nothing of note"})
    client.patch(f"/sobjects/Opportunity/{deal}", json={"StageName": "Qualification"})

    soql = f"SELECT StageName, Amount FROM OpportunityHistory WHERE OpportunityId = '{deal}'"  # noqa: S608
    stages = [(row["StageName"], row["Amount"]) for row in query_records(client, soql)]

    assert sorted(stages) == [("Prospecting", 5.0), ("Qualification", 5.0)]
    assert client.delete(f"/sobjects/Opportunity/{deal}").status_code == 204


def test_fields_have_their_documented_types_and_values(client: httpx.Client) -> None:
    job = {f["name"]: f for f in client.get("/sobjects/AsyncApexJob/describe").json()["fields"]}
    member = {f["name"]: f for f in client.get("/sobjects/GroupMember/describe").json()["fields"]}

    assert (job["Status"]["type"], job["Status"]["restrictedPicklist"]) == ("picklist", True)
    assert "Queued" in [item["value"] for item in job["Status"]["picklistValues"]]
    assert (job["TotalJobItems"]["type"], job["TotalJobItems"]["digits"]) == ("int", 9)
    assert job["ParentJobId"]["referenceTo"] == ["AsyncApexJob"]
    assert member["UserOrGroupId"]["referenceTo"] == ["Group", "User"]
    assert member["UserOrGroupId"]["relationshipName"] is None


def test_parts_of_an_address_name_the_address(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    body = {"Name": "Service", "AccountId": account, "BillingCity": "Paris"}
    contract = client.post("/sobjects/ServiceContract", json=body).json()["id"]
    fields = client.get("/sobjects/ServiceContract/describe").json()["fields"]

    address = client.get(f"/sobjects/ServiceContract/{contract}").json()["BillingAddress"]
    compounds = {item["name"]: item["compoundFieldName"] for item in fields}
    assert address["city"] == "Paris"
    assert compounds["BillingCity"] == "BillingAddress"
    assert compounds["Name"] != "BillingAddress"


def test_the_author_of_a_document_is_who_creates_it(client: httpx.Client, org: Org) -> None:
    body = {"Name": "Logo", "FolderId": org.admin_id}
    document = client.post("/sobjects/Document", json=body).json()["id"]

    assert client.get(f"/sobjects/Document/{document}").json()["AuthorId"] == org.admin_id
