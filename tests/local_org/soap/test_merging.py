"""What becomes of records that are merged."""

from typing import Any

import httpx
import pytest
from local_org.soap.partner import Partner


def new(client: httpx.Client, sobject: str, **fields: Any) -> str:
    answer = client.post(f"/sobjects/{sobject}", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def row(client: httpx.Client, sobject: str, record_id: str) -> dict[str, Any]:
    body: dict[str, Any] = client.get(f"/sobjects/{sobject}/{record_id}").json()
    return body


def merge(
    partner: Partner, sobject: str, master: str, *losers: str, fields: str = ""
) -> dict[str, list[str]]:
    record = f"<so:type>{sobject}</so:type><so:Id>{master}</so:Id>{fields}"
    ids = "".join(f"<recordToMergeIds>{loser}</recordToMergeIds>" for loser in losers)
    body = f"<merge><request><masterRecord>{record}</masterRecord>{ids}</request></merge>"
    return partner.result(body)


def test_refuses_what_cannot_be_merged(partner: Partner, client: httpx.Client) -> None:
    ids = [new(client, "Account", Name=f"A{number}") for number in range(4)]
    campaigns = [new(client, "Campaign", Name="C") for _ in range(2)]
    assert merge(partner, "Account", ids[0], *ids[1:])["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Account", ids[0])["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Account", ids[0], ids[0])["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Campaign", *campaigns)["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Nothing", *ids[:2])["statusCode"] == ["INVALID_TYPE"]
    wrong = merge(partner, "Account", ids[0], campaigns[0])
    assert wrong["statusCode"] == ["INVALID_CROSS_REFERENCE_KEY"]
    client.delete(f"/sobjects/Account/{ids[1]}")
    assert merge(partner, "Account", *ids[:2])["statusCode"] == ["ENTITY_IS_DELETED"]
    assert row(client, "Account", ids[0])["Name"] == "A0"


def test_a_change_that_is_refused_merges_nothing(partner: Partner, client: httpx.Client) -> None:
    first, second = (new(client, "Account", Name=name) for name in ("A", "B"))
    message = merge(partner, "Account", first, second, fields="<so:Nothing>1</so:Nothing>")
    assert message["statusCode"] == ["INVALID_FIELD"]
    assert row(client, "Account", second)["Name"] == "B"


@pytest.mark.parametrize(
    ("field", "kind"), [("AnnualRevenue", "double"), ("NumberOfEmployees", "int")]
)
def test_a_text_that_is_no_number_is_a_fault(partner: Partner, field: str, kind: str) -> None:
    record = f"<so:type>Account</so:type><so:{field}>much</so:{field}>"
    answer = partner.post(
        f"<merge><request><masterRecord>{record}</masterRecord></request></merge>"
    )
    assert f"'much' is not a valid value for the type xsd:{kind}" in partner.fault(answer)[1]


def test_what_hung_on_the_losers_hangs_on_the_master(
    partner: Partner, client: httpx.Client
) -> None:
    master, first, second = (new(client, "Account", Name=name) for name in ("M", "A", "B"))
    moved = {
        new(client, "Contact", LastName="L", AccountId=first),
        new(client, "Case", AccountId=first),
        new(client, "Task", Subject="Call", WhatId=second),
        new(client, "Account", Name="Child", ParentId=second),
        new(client, "Invoice__c", Account__c=first),
    }
    message = merge(partner, "Account", master, first, second)
    assert (message["success"], message["id"]) == (["true"], [master])
    assert message["mergedRecordIds"] == [first, second]
    assert set(message["updatedRelatedIds"]) == moved
    contacts = client.get("/query", params={"q": "SELECT AccountId FROM Contact"}).json()
    assert [contact["AccountId"] for contact in contacts["records"]] == [master]


def test_the_losers_are_deleted_and_know_their_master(
    partner: Partner, client: httpx.Client
) -> None:
    master, loser = (new(client, "Lead", LastName=name, Company="C") for name in ("M", "L"))
    merge(partner, "Lead", master, loser)
    statement = f"SELECT IsDeleted, MasterRecordId FROM Lead WHERE Id = '{loser}'"  # noqa: S608
    (removed,) = client.get("/queryAll", params={"q": statement}).json()["records"]
    assert (removed["IsDeleted"], removed["MasterRecordId"]) == (True, master)


def test_the_master_takes_the_fields_that_are_given(partner: Partner, client: httpx.Client) -> None:
    master = new(client, "Account", Name="M", Phone="1", Fax="2")
    loser = new(client, "Account", Name="L", Website="x.example")
    merge(
        partner,
        "Account",
        master,
        loser,
        fields=(
            "<so:fieldsToNull>Fax</so:fieldsToNull><so:Phone>3 &amp; 4</so:Phone>"
            "<so:NumberOfEmployees>5</so:NumberOfEmployees>"
            "<so:AnnualRevenue>1500.0</so:AnnualRevenue>"
        ),
    )
    after = row(client, "Account", master)
    assert (after["Phone"], after["Fax"], after["NumberOfEmployees"]) == ("3 & 4", None, 5)
    assert (after["AnnualRevenue"], after["Website"]) == (1500.0, None)


def test_a_parent_that_goes_leaves_the_master_on_top(
    partner: Partner, client: httpx.Client
) -> None:
    parent = new(client, "Account", Name="Parent")
    master = new(client, "Account", Name="M", ParentId=parent)
    merge(partner, "Account", master, parent)
    assert row(client, "Account", master)["ParentId"] is None


def test_who_is_in_a_campaign_already_is_there_once(partner: Partner, client: httpx.Client) -> None:
    campaign = new(client, "Campaign", Name="F")
    master, loser = (new(client, "Contact", LastName=name) for name in ("M", "L"))
    for person in (master, loser):
        new(client, "CampaignMember", CampaignId=campaign, ContactId=person)
    merge(partner, "Contact", master, loser)
    statement = {"q": "SELECT ContactId FROM CampaignMember"}
    members = client.get("/query", params=statement).json()["records"]
    assert [member["ContactId"] for member in members] == [master]
    assert row(client, "Campaign", campaign)["NumberOfContacts"] == 1
