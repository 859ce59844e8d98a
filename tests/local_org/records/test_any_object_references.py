"""Files, notes, posts, approvals and activities of custom objects."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from local_org.rest_calls import create_record

from salesforce_emulator.config import load_config
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.serving.transport import OrgTransport

CONFIG = """
[[objects]]
name = "Parcel__c"
activities = true
[[objects]]
name = "Crate__c"
[[approval_processes]]
name = "Parcels"
object = "Parcel__c"
approvers = ["admin@local-org.example"]
"""
HANGING: dict[str, tuple[str, dict[str, Any]]] = {
    "Attachment": ("ParentId", {"Name": "a.txt", "Body": "YQ=="}),
    "Note": ("ParentId", {"Title": "N"}),
    "FeedItem": ("ParentId", {"Body": "B"}),
    "Task": ("WhatId", {"Subject": "T"}),
    "Event": ("WhatId", {"StartDateTime": "2026-11-22T10:00:00Z", "DurationInMinutes": 30}),
    "EmailMessage": ("RelatedToId", {"Subject": "E"}),
}


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[httpx.Client]:
    (tmp_path / "org.toml").write_text(CONFIG)
    config = load_config(tmp_path / "org.toml")
    with (
        open_org(clock=clock, settings=Settings(reraises=True), config=config) as org,
        httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}/services/data/v68.0",
            headers={"Authorization": f"Bearer {identity_of(org).token_of(org.admin_id)}"},
        ) as opened,
    ):
        yield opened


@pytest.mark.parametrize("sobject", ["Task", "Event", "EmailMessage"])
def test_activities_are_about_objects_that_allow_them(client: httpx.Client, sobject: str) -> None:
    field, values = HANGING[sobject]
    crate = create_record(client, "Crate__c", Name="C")
    response = client.post(f"/sobjects/{sobject}", json={**values, field: crate})

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "MALFORMED_ID")
    assert response.json()[0]["fields"] == [field]


@pytest.mark.parametrize("sobject", HANGING)
def test_polymorphic_references_accept_custom_objects(client: httpx.Client, sobject: str) -> None:
    field, values = HANGING[sobject]
    parcel = create_record(client, "Parcel__c", Name="P")
    hung = create_record(client, sobject, **{**values, field: parcel})
    result = client.get(f"/sobjects/{sobject}/{hung}").json()

    assert result[field] == parcel


@pytest.mark.parametrize("sobject", ["Attachment", "Note", "FeedItem", "Task", "Event"])
def test_goes_with_its_record(client: httpx.Client, sobject: str) -> None:
    field, values = HANGING[sobject]
    parcel = create_record(client, "Parcel__c", Name="P")
    hung = create_record(client, sobject, **{**values, field: parcel})
    client.delete(f"/sobjects/Parcel__c/{parcel}")

    assert client.get(f"/sobjects/{sobject}/{hung}").status_code == 404


def test_an_email_survives_its_related_record(client: httpx.Client) -> None:
    parcel = create_record(client, "Parcel__c", Name="P")
    mail = create_record(client, "EmailMessage", Subject="E", RelatedToId=parcel)
    client.delete(f"/sobjects/Parcel__c/{parcel}")

    assert client.get(f"/sobjects/EmailMessage/{mail}").json()["RelatedToId"] is None


def test_files_are_linked_to_a_record_of_a_custom_object(client: httpx.Client) -> None:
    crate = create_record(client, "Crate__c", Name="C")
    first = {"PathOnClient": "a.txt", "VersionData": "YQ=="}
    create_record(client, "ContentVersion", **first, FirstPublishLocationId=crate)
    version = create_record(client, "ContentVersion", **first)
    document = client.get(f"/sobjects/ContentVersion/{version}").json()["ContentDocumentId"]
    create_record(client, "ContentDocumentLink", ContentDocumentId=document, LinkedEntityId=crate)

    statement = f"SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '{crate}'"  # noqa: S608
    assert client.get("/query", params={"q": statement}).json()["totalSize"] == 2


def test_a_record_of_a_custom_object_is_approved(client: httpx.Client) -> None:
    parcel = create_record(client, "Parcel__c", Name="P")
    wish = {"actionType": "Submit", "contextId": parcel}
    client.post("/process/approvals", json={"requests": [wish]})

    statement = "SELECT Id, (SELECT Status FROM ProcessInstances) FROM Parcel__c"
    (record,) = client.get("/query", params={"q": statement}).json()["records"]
    assert [item["Status"] for item in record["ProcessInstances"]["records"]] == ["Pending"]
