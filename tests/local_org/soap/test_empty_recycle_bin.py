"""emptyRecycleBin deletes records and their children for good."""

import httpx
import pytest
from local_org.rest_calls import create_record
from local_org.soap.partner import Partner


def emptied(partner: Partner, *ids: str) -> list[dict[str, list[str]]]:
    inner = "".join(f"<ids>{item}</ids>" for item in ids)
    return partner.results(f"<emptyRecycleBin>{inner}</emptyRecycleBin>")


def undeleted(partner: Partner, record_id: str) -> dict[str, list[str]]:
    return partner.result(f"<undelete><ids>{record_id}</ids></undelete>")


def there(client: httpx.Client, sobject: str) -> list[str]:
    query = {"q": f"SELECT Id FROM {sobject}"}  # noqa: S608 - SOQL
    return [item["Id"] for item in client.get("/queryAll", params=query).json()["records"]]


@pytest.mark.parametrize("record_id", ["nothing", "001000000000001AAA", "zzz000000000001AAA"])
def test_records_outside_the_bin_are_refused(partner: Partner, record_id: str) -> None:
    (message,) = emptied(partner, record_id)

    assert message["success"] == ["false"]
    assert message["statusCode"][0] in {"MALFORMED_ID", "UNDELETE_FAILED"}


def test_leaves_a_record_that_is_not_deleted(partner: Partner, client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="A")
    (message,) = emptied(partner, account)

    assert (message["success"], there(client, "Account")) == (["false"], [account])


def test_at_most_two_hundred_ids_are_accepted(partner: Partner) -> None:
    inner = "<ids>001000000000001AAA</ids>" * 201
    response = partner.post(f"<emptyRecycleBin>{inner}</emptyRecycleBin>")

    assert partner.fault(response)[0] == "sf:EXCEEDED_ID_LIMIT"


def test_emptying_removes_a_record_with_its_children_only(
    partner: Partner, client: httpx.Client
) -> None:
    first, second = (create_record(client, "Account", Name=name) for name in "AB")
    create_record(client, "Contact", LastName="C", AccountId=first)
    for item in (first, second):
        client.delete(f"/sobjects/Account/{item}")
    assert len(there(client, "Contact")) == 1
    (message,) = emptied(partner, first)

    assert (message["success"], message["id"]) == (["true"], [first])
    assert (there(client, "Account"), there(client, "Contact")) == ([second], [])
    assert undeleted(partner, first)["statusCode"] == ["UNDELETE_FAILED"]
    assert undeleted(partner, second)["success"] == ["true"]


def test_a_child_that_is_forgotten_does_not_come_back_with_its_parent(
    partner: Partner, client: httpx.Client
) -> None:
    account = create_record(client, "Account", Name="A")
    contact = create_record(client, "Contact", LastName="C", AccountId=account)
    client.delete(f"/sobjects/Contact/{contact}")
    client.delete(f"/sobjects/Account/{account}")
    (message,) = emptied(partner, contact)
    assert message["success"] == ["true"]

    assert undeleted(partner, account)["success"] == ["true"]
    assert there(client, "Contact") == []


def test_a_child_of_two_deleted_records_is_not_restored_by_the_other(
    partner: Partner, client: httpx.Client
) -> None:
    contact = create_record(client, "Contact", LastName="C")
    stage = {"StageName": "Prospecting", "CloseDate": "2027-01-31"}
    deal = create_record(client, "Opportunity", Name="O", **stage)
    create_record(client, "OpportunityContactRole", OpportunityId=deal, ContactId=contact)
    client.delete(f"/sobjects/Opportunity/{deal}")
    client.delete(f"/sobjects/Contact/{contact}")
    (message,) = emptied(partner, contact)
    assert (message["success"], there(client, "OpportunityContactRole")) == (["true"], [])

    assert undeleted(partner, deal)["success"] == ["true"]
