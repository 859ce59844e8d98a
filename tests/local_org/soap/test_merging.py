"""merge: the master, the losers, and their related records."""

import httpx
import pytest
from local_org.rest_calls import create_record, get_record
from local_org.soap.partner import Partner


def merge(
    partner: Partner, sobject: str, master: str, *losers: str, fields: str = ""
) -> dict[str, list[str]]:
    record = f"<so:type>{sobject}</so:type><so:Id>{master}</so:Id>{fields}"
    ids = "".join(f"<recordToMergeIds>{loser}</recordToMergeIds>" for loser in losers)
    body = f"<merge><request><masterRecord>{record}</masterRecord>{ids}</request></merge>"
    return partner.result(body)


def test_unmergeable_records_are_refused(partner: Partner, client: httpx.Client) -> None:
    ids = [create_record(client, "Account", Name=f"A{number}") for number in range(4)]
    campaigns = [create_record(client, "Campaign", Name="C") for _ in range(2)]
    assert merge(partner, "Account", ids[0], *ids[1:])["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Account", ids[0])["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Account", ids[0], ids[0])["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Campaign", *campaigns)["statusCode"] == ["MERGE_FAILED"]
    assert merge(partner, "Nothing", *ids[:2])["statusCode"] == ["INVALID_TYPE"]
    wrong = merge(partner, "Account", ids[0], campaigns[0])
    assert wrong["statusCode"] == ["INVALID_CROSS_REFERENCE_KEY"]
    client.delete(f"/sobjects/Account/{ids[1]}")
    assert merge(partner, "Account", *ids[:2])["statusCode"] == ["ENTITY_IS_DELETED"]
    assert get_record(client, "Account", ids[0])["Name"] == "A0"


def test_a_change_that_is_refused_merges_nothing(partner: Partner, client: httpx.Client) -> None:
    first, second = (create_record(client, "Account", Name=name) for name in ("A", "B"))
    message = merge(partner, "Account", first, second, fields="<so:Nothing>1</so:Nothing>")
    assert message["statusCode"] == ["INVALID_FIELD"]
    assert get_record(client, "Account", second)["Name"] == "B"


@pytest.mark.parametrize(
    ("field", "kind"), [("AnnualRevenue", "double"), ("NumberOfEmployees", "int")]
)
def test_a_text_that_is_no_number_is_a_fault(partner: Partner, field: str, kind: str) -> None:
    record = f"<so:type>Account</so:type><so:{field}>much</so:{field}>"
    response = partner.post(
        f"<merge><request><masterRecord>{record}</masterRecord></request></merge>"
    )
    assert f"'much' is not a valid value for the type xsd:{kind}" in partner.fault(response)[1]


def test_children_of_the_losers_move_to_the_master(partner: Partner, client: httpx.Client) -> None:
    master, first, second = (
        create_record(client, "Account", Name=name) for name in ("M", "A", "B")
    )
    moved = {
        create_record(client, "Contact", LastName="L", AccountId=first),
        create_record(client, "Case", AccountId=first),
        create_record(client, "Task", Subject="Call", WhatId=second),
        create_record(client, "Account", Name="Child", ParentId=second),
        create_record(client, "Invoice__c", Account__c=first),
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
    master, loser = (
        create_record(client, "Lead", LastName=name, Company="C") for name in ("M", "L")
    )
    merge(partner, "Lead", master, loser)
    statement = f"SELECT IsDeleted, MasterRecordId FROM Lead WHERE Id = '{loser}'"  # noqa: S608
    (removed,) = client.get("/queryAll", params={"q": statement}).json()["records"]
    assert (removed["IsDeleted"], removed["MasterRecordId"]) == (True, master)


def test_the_master_gets_the_fields_of_the_request(partner: Partner, client: httpx.Client) -> None:
    master = create_record(client, "Account", Name="M", Phone="1", Fax="2")
    loser = create_record(client, "Account", Name="L", Website="x.example")
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
    after = get_record(client, "Account", master)
    assert (after["Phone"], after["Fax"], after["NumberOfEmployees"]) == ("3 & 4", None, 5)
    assert (after["AnnualRevenue"], after["Website"]) == (1500.0, None)


def test_a_parent_that_goes_leaves_the_master_on_top(
    partner: Partner, client: httpx.Client
) -> None:
    parent = create_record(client, "Account", Name="Parent")
    master = create_record(client, "Account", Name="M", ParentId=parent)
    merge(partner, "Account", master, parent)
    assert get_record(client, "Account", master)["ParentId"] is None


def test_merged_campaign_members_are_unique(partner: Partner, client: httpx.Client) -> None:
    campaign = create_record(client, "Campaign", Name="F")
    master, loser = (create_record(client, "Contact", LastName=name) for name in ("M", "L"))
    for person in (master, loser):
        create_record(client, "CampaignMember", CampaignId=campaign, ContactId=person)
    merge(partner, "Contact", master, loser)
    statement = {"q": "SELECT ContactId FROM CampaignMember"}
    members = client.get("/query", params=statement).json()["records"]
    assert [member["ContactId"] for member in members] == [master]
    assert get_record(client, "Campaign", campaign)["NumberOfContacts"] == 1
