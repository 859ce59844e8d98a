"""Standard objects that the org has from its catalog: each is made when it is first asked for."""

import httpx
import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.catalog import catalog


def rows(client: httpx.Client, soql: str) -> list[dict[str, object]]:
    response = client.get("/query", params={"q": soql})
    assert response.status_code == 200, response.text
    found: list[dict[str, object]] = response.json()["records"]
    return found


def test_a_topic_is_assigned_once(client: httpx.Client) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    topic = client.post("/sobjects/Topic", json={"Name": "High value"}).json()["id"]
    link = {"TopicId": topic, "EntityId": account}

    first = client.post("/sobjects/TopicAssignment", json=link)
    second = client.post("/sobjects/TopicAssignment", json=link)

    assert first.status_code == 201
    assert second.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    soql = f"SELECT EntityKeyPrefix, Topic.Name FROM TopicAssignment WHERE EntityId = '{account}'"  # noqa: S608
    [row] = rows(client, soql)
    assert (row["EntityKeyPrefix"], topic[:3]) == ("001", "0TO")


def test_deleting_a_parent_asks_no_table_that_nobody_used(client: httpx.Client, org: Org) -> None:
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]

    assert client.delete(f"/sobjects/Account/{account}").status_code == 204

    assert not org.db.has_table("AccountShare")


def test_what_the_platform_alone_writes_is_refused(client: httpx.Client) -> None:
    refused = client.post("/sobjects/LoginHistory", json={"LoginType": "x"})

    assert refused.json()[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


def test_the_same_pair_of_a_permission_set_is_refused(client: httpx.Client, org: Org) -> None:
    named = client.post("/sobjects/PermissionSet", json={"Name": "Extra", "Label": "Extra"}).json()[
        "id"
    ]
    link = {"AssigneeId": org.admin_id, "PermissionSetId": named}
    client.post("/sobjects/PermissionSetAssignment", json=link)

    [error] = client.post("/sobjects/PermissionSetAssignment", json=link).json()

    assert error["errorCode"] == "DUPLICATE_VALUE"
    assert error["message"].startswith("Duplicate PermissionSetAssignment.")


# Those of the Tooling API answer with its entities.
TOOLING = {"ApexClass", "EntityDefinition", "FieldDefinition"}
QUERYABLE = [each.name for each in catalog() if each.queryable and each.name not in TOOLING]


@pytest.mark.parametrize("name", QUERYABLE)
def test_every_one_can_be_described_and_queried(client: httpx.Client, name: str) -> None:
    described = client.get(f"/sobjects/{name}/describe").json()

    assert described["name"] == name
    names = [each["name"] for each in described["fields"] if each["type"] != "address"]
    assert rows(client, f"SELECT {', '.join(names)} FROM {name}") == []  # noqa: S608
