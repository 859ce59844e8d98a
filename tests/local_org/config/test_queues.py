"""Queues of a config file: their objects, members and errors."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from local_org.rest_calls import query_records

from salesforce_emulator.config import ConfigFileError, load_config
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

CONFIG = """
[[queues]]
name = "Support_Desk"
email = "desk@local-org.example"
members = ["sales@local-org.example"]
objects = ["Case", "Invoice__c"]

[[assignment_rules]]
object = "Case"
owner = "Support_Desk"
"""


def opened(folder: Path, text: str) -> Org:
    (folder / "org.toml").write_text(text)
    return open_org(config=load_config(folder / "org.toml"), data=folder / "org.sqlite3")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    opened(tmp_path, CONFIG).close()  # the second start makes no second queue
    with (
        opened(tmp_path, CONFIG) as org,
        httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}/services/data/v68.0",
            headers={"Authorization": f"Bearer {identity_of(org).token_of(org.admin_id)}"},
        ) as created,
    ):
        yield created


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('members = ["nobody"]\nobjects = []', r"members\[0\]: there is no user nobody"),
        ('objects = ["Nothing"]', r"objects\[0\]: no queue can own records of Nothing"),
        ('objects = ["Account"]', r"objects\[0\]: no queue can own records of Account"),
    ],
)
def test_unknown_users_and_objects_are_refused(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(ConfigFileError, match=why):
        opened(tmp_path, f'[[queues]]\nname = "Q"\n{line}\n')


def test_refuses_a_fuzzy_duplicate_rule(tmp_path: Path) -> None:
    text = '[[duplicate_rules]]\nobject = "Lead"\nfields = ["Email"]\nmatching = "fuzzy"\n'
    with pytest.raises(ConfigFileError, match=r"duplicate_rules\[0\].matching: is 'fuzzy'"):
        opened(tmp_path, text)


def test_has_a_row_for_the_queue_its_objects_and_its_members(client: httpx.Client) -> None:
    soql = (
        "SELECT Name, Email, (SELECT SobjectType FROM QueueSobjects),"
        " (SELECT UserOrGroupId FROM GroupMembers) FROM Group WHERE Type = 'Queue'"
    )
    (queue,) = query_records(client, soql)
    (sales,) = query_records(
        client, "SELECT Id FROM User WHERE Username = 'sales@local-org.example'"
    )

    assert (queue["Name"], queue["Email"]) == ("Support Desk", "desk@local-org.example")
    kinds = {item["SobjectType"] for item in queue["QueueSobjects"]["records"]}
    assert kinds == {"Case", "Invoice__c"}
    members = [item["UserOrGroupId"] for item in queue["GroupMembers"]["records"]]
    assert members == [sales["Id"]]


def test_owns_records_of_its_objects_and_no_others(client: httpx.Client) -> None:
    (queue,) = query_records(client, "SELECT Id FROM Group WHERE DeveloperName = 'Support_Desk'")
    invoice = client.post("/sobjects/Invoice__c", json={"OwnerId": queue["Id"]})
    lead = {"LastName": "L", "Company": "C", "OwnerId": queue["Id"]}
    refused = client.post("/sobjects/Lead", json=lead)
    account = client.post("/sobjects/Account", json={"Name": "A", "OwnerId": queue["Id"]})

    assert invoice.status_code == 201
    (row,) = query_records(client, "SELECT Owner.Name FROM Invoice__c")
    assert row["Owner"]["Name"] == "Support Desk"
    assert (refused.status_code, refused.json()[0]["fields"]) == (400, ["OwnerId"])
    assert refused.json()[0]["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"
    assert account.json()[0]["errorCode"] == "MALFORMED_ID"


def test_is_assigned_records(client: httpx.Client) -> None:
    client.post("/sobjects/Case", json={"Subject": "S"})

    (case,) = query_records(client, "SELECT Owner.Name FROM Case")
    assert case["Owner"]["Name"] == "Support Desk"
