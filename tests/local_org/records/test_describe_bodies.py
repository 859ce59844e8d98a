"""Describes have the keys, order and values of a real org's."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.custom import default_schema, external_id

REAL = Path(__file__).parents[4] / "shared/salesforce/describes"

Body = dict[str, Any]


def real(name: str) -> Body:
    path = REAL / f"{name}_describe.json"
    if not path.exists():
        pytest.skip(f"reference data is not there: {path}")
    body: Body = json.loads(path.read_text())
    return body


@pytest.mark.parametrize("name", ["Contact", "Lead", "Opportunity"])
def test_has_the_keys_of_a_real_body(client: httpx.Client, name: str) -> None:
    theirs, error = real(name), client.get(f"/sobjects/{name}/describe").json()

    assert list(error) == list(theirs)
    assert list(error["fields"][0]) == list(theirs["fields"][0])
    assert list(error["childRelationships"][0]) == list(theirs["childRelationships"][0])
    assert list(error["recordTypeInfos"][0]) == list(theirs["recordTypeInfos"][0])
    selected = next(their for their in theirs["fields"] if their["picklistValues"])
    own = next(our for our in error["fields"] if our["name"] == selected["name"])
    assert list(own["picklistValues"][0]) == list(selected["picklistValues"][0])
    assert set(error["urls"]) - {"defaultValues"} == set(theirs["urls"]) - {"defaultValues"}


@pytest.mark.parametrize("name", ["Contact", "Lead", "Opportunity", "Case"])
def test_fields_are_described_as_in_a_real_org(client: httpx.Client, name: str) -> None:
    """Lengths and picklists are a matter of the org's age; all else must agree."""
    error = {
        item["name"]: item for item in client.get(f"/sobjects/{name}/describe").json()["fields"]
    }
    facts = ("type", "nillable", "createable", "relationshipName", "soapType", "compoundFieldName",
             "nameField", "idLookup", "filterable", "sortable", "calculated")  # fmt: skip
    differing = {
        (field["name"], fact): (field[fact], error[field["name"]][fact])
        for field in real(name)["fields"]
        if field["name"] in error
        for fact in facts
        if field[fact] != error[field["name"]][fact]
    }

    # An org with person accounts or with Data.com has a few fields open that others have not.
    assert len(differing) <= 4, differing


def test_the_global_list_has_the_keys_of_a_real_one(client: httpx.Client, org: Org) -> None:
    body = client.get("/sobjects").json()

    assert [body["encoding"], body["maxBatchSize"]] == ["UTF-8", 200]
    names = [item["name"] for item in body["sobjects"]]
    assert names == sorted(item.name for item in org.schema.every())
    assert {"Account", "Invoice__c", "Topic", "AccountShare"} <= set(names)
    theirs = {item["name"]: item for item in real("Global")["sobjects"]}
    for item in body["sobjects"]:
        if item["name"] in theirs and item["name"] not in {"Lead", "Event"}:
            their = theirs[item["name"]]
            assert list(item) == list(their)
            assert item["keyPrefix"] == their["keyPrefix"]


def test_the_objects_own_page_is_its_line_of_the_list(client: httpx.Client) -> None:
    entries = {item["name"]: item for item in client.get("/sobjects").json()["sobjects"]}

    own = client.get("/sobjects/Contact").json()

    assert own["objectDescribe"] == entries["Contact"]
    assert own["recentItems"] == []


def test_object_urls_contain_name_and_version(client: httpx.Client, org: Org) -> None:
    path = f"https://{org.host}/services/data/v60.0/sobjects/Account/describe"

    urls = client.get(path).json()["urls"]

    assert urls["rowTemplate"] == "/services/data/v60.0/sobjects/Account/{ID}"
    assert urls["uiNewRecord"] == f"https://{org.host}/001/e"


def test_a_copy_is_good_until_the_schema_changes(
    client: httpx.Client, org: Org, clock: Clock
) -> None:
    path = "/sobjects/Account/describe"
    first = client.get(path)
    same = {"If-Modified-Since": first.headers["Last-Modified"]}

    stored = client.get(path, headers=same)
    clock.set(clock.now().replace(hour=13))
    org.extend(default_schema().with_fields("Account", external_id("Key__c")))
    changed = client.get(path, headers=same)

    assert (stored.status_code, stored.content) == (304, b"")
    assert stored.headers["ETag"] == first.headers["ETag"]
    assert changed.status_code == 200
    assert changed.json()["fields"][-1]["name"] == "Key__c"
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_additions_of_the_default_org_are_described(client: httpx.Client) -> None:
    """Standard objects have no external id, so that the org ships with one on the chief ones."""
    invoice = client.get("/sobjects/Invoice__c/describe").json()
    fields = {item["name"]: item for item in invoice["fields"]}
    account = client.get("/sobjects/Account/describe").json()

    assert (invoice["custom"], invoice["keyPrefix"]) == (True, "a00")
    assert (fields["Name"]["autoNumber"], fields["Name"]["createable"]) == (True, False)
    assert fields["External_Id__c"]["externalId"]
    assert [field["value"] for field in fields["Status__c"]["picklistValues"]] == [
        "Draft",
        "Sent",
        "Paid",
        "Cancelled",
    ]
    assert fields["Status__c"]["restrictedPicklist"]
    assert "Invoices__r" in [item["relationshipName"] for item in account["childRelationships"]]
