"""convertLead: the lead, and the records that it becomes."""

import httpx
import pytest
from local_org.rest_calls import create_record, get_record
from local_org.soap.partner import Partner

STATUS = "Closed - Converted"
LEAD = {
    "LastName": "Lee",
    "FirstName": "Ann",
    "Company": "Leeds Ltd",
    "Email": "ann@leeds.example",
    "Phone": "1",
    "City": "Leeds",
    "LeadSource": "Web",
    "Industry": "Banking",
    "NumberOfEmployees": 7,
}


def convert(partner: Partner, lead: str, status: str = STATUS, **more: str) -> dict[str, list[str]]:
    parts = {"convertedStatus": status, "leadId": lead, **more}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
    body = f"<convertLead><leadConverts>{inner}</leadConverts></convertLead>"
    return partner.result(body)


@pytest.mark.parametrize(
    ("lead", "more", "code"),
    [
        ("nothing", {}, "MALFORMED_ID"),
        ("001000000000001AAA", {}, "INVALID_CROSS_REFERENCE_KEY"),
        ("00Q000000000001", {}, "INVALID_CROSS_REFERENCE_KEY"),
        ("", {"status": "Open - Not Contacted"}, "INVALID_STATUS"),
        ("", {"status": ""}, "REQUIRED_FIELD_MISSING"),
        ("", {"accountId": "001000000000001AAA"}, "INVALID_CROSS_REFERENCE_KEY"),
        ("", {"ownerId": "00G000000000001AAA"}, "REQUIRED_FIELD_MISSING"),
    ],
)
def test_refuses_and_leaves_all_as_it_was(
    partner: Partner, client: httpx.Client, lead: str, more: dict[str, str], code: str
) -> None:
    own = create_record(client, "Lead", **LEAD)
    message = convert(partner, lead or own, **more)
    assert (message["success"], message["statusCode"]) == (["false"], [code])
    assert get_record(client, "Lead", own)["IsConverted"] is False
    for name in ("Account", "Contact", "Opportunity"):
        assert client.get("/limits/recordCount", params={"sObjects": name}).json()["sObjects"] == []


def test_refuses_a_contact_of_another_account(partner: Partner, client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme")
    contact = create_record(client, "Contact", LastName="Other")
    lead = create_record(client, "Lead", **LEAD)
    message = convert(partner, lead, accountId=account, contactId=contact)
    assert message["statusCode"] == ["INVALID_CROSS_REFERENCE_KEY"]


def test_converting_into_an_existing_opportunity_is_not_offered(
    partner: Partner, client: httpx.Client
) -> None:
    lead = create_record(client, "Lead", **LEAD)
    body = f"<leadId>{lead}</leadId><opportunityId>006000000000001AAA</opportunityId>"
    response = partner.post(f"<convertLead><leadConverts>{body}</leadConverts></convertLead>")
    assert "opportunityId" in partner.fault(response)[1]


def test_makes_an_account_a_contact_and_an_opportunity(
    partner: Partner, client: httpx.Client
) -> None:
    lead = create_record(client, "Lead", **LEAD)
    message = convert(partner, lead)
    assert message["leadId"] == [lead]
    account = get_record(client, "Account", message["accountId"][0])
    contact = get_record(client, "Contact", message["contactId"][0])
    opportunity = get_record(client, "Opportunity", message["opportunityId"][0])
    assert (account["Name"], account["BillingCity"], account["Industry"]) == (
        "Leeds Ltd",
        "Leeds",
        "Banking",
    )
    assert (account["NumberOfEmployees"], account["AccountSource"]) == (7, "Web")
    assert (contact["Name"], contact["Email"], contact["MailingCity"]) == (
        "Ann Lee",
        "ann@leeds.example",
        "Leeds",
    )
    assert contact["AccountId"] == opportunity["AccountId"] == account["Id"]
    assert (opportunity["Name"], opportunity["CloseDate"]) == ("Leeds Ltd", "2026-12-31")
    assert opportunity["StageName"] == "Prospecting"
    roles = client.get(
        "/query", params={"q": "SELECT ContactId, IsPrimary FROM OpportunityContactRole"}
    ).json()["records"]
    assert [(role["ContactId"], role["IsPrimary"]) for role in roles] == [(contact["Id"], True)]


def test_the_lead_refers_to_the_converted_records_and_is_closed(
    partner: Partner, client: httpx.Client
) -> None:
    lead = create_record(client, "Lead", **LEAD)
    message = convert(partner, lead, doNotCreateOpportunity="true")
    after = get_record(client, "Lead", lead)
    assert (after["IsConverted"], after["Status"], after["ConvertedDate"]) == (
        True,
        STATUS,
        "2026-11-22",
    )
    assert after["ConvertedAccountId"] == message["accountId"][0]
    assert after["ConvertedContactId"] == message["contactId"][0]
    assert after["ConvertedOpportunityId"] is None
    assert "opportunityId" not in message
    response = client.patch(f"/sobjects/Lead/{lead}", json={"Title": "x"})
    assert response.json()[0]["errorCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert convert(partner, lead)["statusCode"] == ["CANNOT_UPDATE_CONVERTED_LEAD"]


def test_conversion_fills_empty_fields_only(partner: Partner, client: httpx.Client) -> None:
    account = create_record(client, "Account", Name="Acme", Phone="9")
    contact = create_record(
        client, "Contact", LastName="Old", AccountId=account, LeadSource="Other"
    )
    lead = create_record(client, "Lead", **LEAD)
    message = convert(partner, lead, accountId=account, contactId=contact, opportunityName="Big")
    assert message["accountId"] == [account]
    stored = get_record(client, "Account", account)
    assert (stored["Name"], stored["Phone"], stored["Industry"]) == ("Acme", "9", "Banking")
    person = get_record(client, "Contact", contact)
    assert (person["LastName"], person["FirstName"], person["LeadSource"]) == (
        "Old",
        "Ann",
        "Other",
    )
    assert get_record(client, "Opportunity", message["opportunityId"][0])["Name"] == "Big"


def test_overwrite_lead_source_replaces_the_contacts(
    partner: Partner, client: httpx.Client
) -> None:
    account = create_record(client, "Account", Name="Acme")
    contact = create_record(
        client, "Contact", LastName="Old", AccountId=account, LeadSource="Other"
    )
    more = {"accountId": account, "contactId": contact, "overwriteLeadSource": "true"}
    convert(partner, create_record(client, "Lead", **LEAD), **more)
    assert get_record(client, "Contact", contact)["LeadSource"] == "Web"


def test_activities_and_campaigns_go_with_the_person(
    partner: Partner, client: httpx.Client
) -> None:
    lead = create_record(client, "Lead", **LEAD)
    task = create_record(client, "Task", Subject="Call", WhoId=lead)
    member = create_record(
        client,
        "CampaignMember",
        LeadId=lead,
        CampaignId=create_record(client, "Campaign", Name="F"),
    )
    message = convert(partner, lead)
    assert get_record(client, "Task", task)["WhoId"] == message["contactId"][0]
    assert get_record(client, "CampaignMember", member)["ContactId"] == message["contactId"][0]
