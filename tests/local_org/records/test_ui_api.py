"""Object info of the UI API, and resources that are not offered."""

import httpx
import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.sobject import RecordType

MASTER = "012000000000000AAA"
SHORT = "012000000000009AAA"


def test_object_info_agrees_with_describe(client: httpx.Client) -> None:
    info = client.get("/ui-api/object-info/Contact").json()
    described = client.get("/sobjects/Contact/describe").json()
    assert info["apiName"] == "Contact"
    assert info["nameFields"] == ["FirstName", "LastName", "Name"]
    assert set(info["fields"]) == {field["name"] for field in described["fields"]}
    for field in described["fields"]:
        message = info["fields"][field["name"]]
        assert (message["label"], message["updateable"]) == (field["label"], field["updateable"])
    account = info["fields"]["AccountId"]
    assert (account["dataType"], account["relationshipName"]) == ("Reference", "Account")
    assert account["referenceToInfos"] == [{"apiName": "Account", "nameFields": ["Name"]}]
    assert info["fields"]["LastName"]["required"] is True


def test_picklist_values_are_listed(client: httpx.Client) -> None:
    path = f"/ui-api/object-info/Invoice__c/picklist-values/{MASTER}/Status__c"
    body = client.get(path).json()
    assert [item["value"] for item in body["values"]] == ["Draft", "Sent", "Paid", "Cancelled"]
    assert body["defaultValue"]["label"] == "Draft"


def test_dependent_picklist_lists_controlling_values(client: httpx.Client, org: Org) -> None:
    region = Field(
        name="Region__c",
        label="Region",
        type="picklist",
        custom=True,
        controller="Status__c",
        picklist=(
            PicklistValue("North", "North", valid_for=("Draft", "Paid")),
            PicklistValue("South", "South"),
        ),
    )
    org.extend(org.schema.with_fields("Invoice__c", region))
    path = f"/ui-api/object-info/Invoice__c/picklist-values/{MASTER}/Region__c"
    body = client.get(path).json()
    assert body["controllerValues"] == {"Draft": 0, "Sent": 1, "Paid": 2, "Cancelled": 3}
    assert [item["validFor"] for item in body["values"]] == [[0, 2], [0, 1, 2, 3]]


@pytest.mark.parametrize(
    "path",
    [
        "object-info/Nothing",
        f"object-info/Account/picklist-values/{MASTER}/Name",
        f"object-info/Account/picklist-values/{MASTER}/Nothing",
        "object-info/Account/picklist-values/nothing/Industry",
        "object-info/Account/picklist-values/012000000000001AAA/Industry",
    ],
)
def test_unknown_resources_are_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(f"/ui-api/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("ui-api/records/001000000000001AAA", "ui-api/records"),
        ("ui-api/object-info/Account/relationships", "relationships"),
        ("tooling/search?q=FIND+x", "tooling/search"),
        ("TOOLING/completions", "tooling/completions"),
    ],
)
def test_resources_of_real_orgs_are_named_in_the_error(
    client: httpx.Client, path: str, api: str
) -> None:
    response = client.get(f"/{path}")
    assert (response.status_code, response.json()[0]["errorCode"]) == (501, "NOT_IMPLEMENTED")
    assert api in response.json()[0]["message"]


def test_resources_that_no_org_has_are_not_found(client: httpx.Client) -> None:
    assert client.get("/nothing").json()[0]["errorCode"] == "NOT_FOUND"


def test_a_record_type_leaves_its_own_values(client: httpx.Client, org: Org) -> None:
    """Of a dependent picklist the controlling values too; all picklists come in one answer."""
    invoice = org.schema["Invoice__c"]
    short = RecordType(SHORT, "Short", "Short", picklists={"Status__c": ("Sent", "Paid")})
    org.extend(org.schema.with_objects(invoice.with_record_types([short])))
    path = "/ui-api/object-info/Invoice__c"

    picklist = client.get(f"{path}/picklist-values/{SHORT}/Status__c").json()
    all_of_it = client.get(f"{path}/picklist-values/{SHORT}").json()["picklistFieldValues"]
    master = client.get(f"{path}/picklist-values/{MASTER}").json()["picklistFieldValues"]

    assert [item["value"] for item in picklist["values"]] == ["Sent", "Paid"]
    assert picklist["defaultValue"] is None
    assert all_of_it["Status__c"] == picklist
    assert len(master["Status__c"]["values"]) == 4
    assert SHORT in client.get(path).json()["recordTypeInfos"]


def test_a_matching_etag_answers_not_modified(client: httpx.Client) -> None:
    path = f"/ui-api/object-info/Account/picklist-values/{MASTER}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
