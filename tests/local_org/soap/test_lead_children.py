"""convertLead: activities, campaigns, files, notes and attachments of the lead."""

import httpx
from local_org.rest_calls import create_record, get_record, query_records
from local_org.soap.partner import Partner

from salesforce_emulator.org.state import Org

SALES = "sales@local-org.example"
FILE = {"PathOnClient": "a.txt", "VersionData": "YQ=="}


def lead(client: httpx.Client, name: str = "Lee") -> str:
    return create_record(client, "Lead", LastName=name, Company="Leeds Ltd")


def convert(partner: Partner, lead_id: str, **more: str) -> dict[str, str]:
    """Convert a lead and give the ids of what came of it."""
    parts = {"convertedStatus": "Closed - Converted", "leadId": lead_id, **more}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
    message = partner.result(f"<convertLead><leadConverts>{inner}</leadConverts></convertLead>")
    assert message["success"] == ["true"]
    return {name: values[0] for name, values in message.items() if values}


def test_only_open_activities_go_to_a_new_owner(
    partner: Partner, client: httpx.Client, org: Org
) -> None:
    own = lead(client)
    still = create_record(client, "Task", Subject="S", WhoId=own)
    ended = create_record(client, "Task", Subject="S", WhoId=own, Status="Completed")
    times = {"Subject": "E", "WhoId": own, "DurationInMinutes": 30}
    ahead = create_record(client, "Event", StartDateTime="2026-12-01T10:00:00Z", **times)
    over = create_record(client, "Event", StartDateTime="2026-11-01T10:00:00Z", **times)
    (sales,) = query_records(client, f"SELECT Id FROM User WHERE Username = '{SALES}'")  # noqa: S608
    convert(partner, own, ownerId=sales["Id"])

    owners = [get_record(client, "Task", item)["OwnerId"] for item in (still, ended)]
    owners += [get_record(client, "Event", item)["OwnerId"] for item in (ahead, over)]
    assert owners == [sales["Id"], org.admin_id, sales["Id"], org.admin_id]


def test_activities_are_about_the_opportunity_or_else_the_account(
    partner: Partner, client: httpx.Client
) -> None:
    first, second = lead(client), lead(client)
    tasks = [create_record(client, "Task", Subject="S", WhoId=item) for item in (first, second)]
    converted = convert(partner, first)
    other = convert(partner, second, doNotCreateOpportunity="true")

    message = [get_record(client, "Task", task) for task in tasks]
    assert [(item["WhoId"], item["WhatId"], item["AccountId"]) for item in message] == [
        (converted["contactId"], converted["opportunityId"], converted["accountId"]),
        (other["contactId"], other["accountId"], other["accountId"]),
    ]


def test_the_last_campaign_is_the_opportunity_s_and_counts_the_conversion(
    partner: Partner, client: httpx.Client
) -> None:
    own = lead(client)
    first, last = (create_record(client, "Campaign", Name=name) for name in "AB")
    for item in (first, last):
        create_record(client, "CampaignMember", CampaignId=item, LeadId=own)
    done = convert(partner, own)

    assert get_record(client, "Opportunity", done["opportunityId"])["CampaignId"] == last
    members = query_records(client, "SELECT ContactId, LeadId FROM CampaignMember")
    assert {member["ContactId"] for member in members} == {done["contactId"]}
    message = get_record(client, "Campaign", first)
    names = ("NumberOfContacts", "NumberOfConvertedLeads", "NumberOfOpportunities")
    assert [message[name] for name in names] == [1, 1, 0]
    assert get_record(client, "Campaign", last)["NumberOfOpportunities"] == 1


def test_a_contact_who_is_a_member_already_stays_so_once(
    partner: Partner, client: httpx.Client
) -> None:
    own, account = lead(client), create_record(client, "Account", Name="A")
    contact = create_record(client, "Contact", LastName="Lee", AccountId=account)
    campaign = create_record(client, "Campaign", Name="C")
    for person in ({"LeadId": own}, {"ContactId": contact}):
        create_record(client, "CampaignMember", CampaignId=campaign, **person)
    convert(partner, own, accountId=account, contactId=contact)

    members = query_records(client, "SELECT ContactId FROM CampaignMember WHERE ContactId != null")
    assert [member["ContactId"] for member in members] == [contact]


def test_files_are_shared_with_all_that_came_of_the_lead(
    partner: Partner, client: httpx.Client
) -> None:
    own, account = lead(client), create_record(client, "Account", Name="A")
    version = create_record(client, "ContentVersion", **FILE, FirstPublishLocationId=own)
    document = get_record(client, "ContentVersion", version)["ContentDocumentId"]
    create_record(client, "ContentDocumentLink", ContentDocumentId=document, LinkedEntityId=account)
    done = convert(partner, own, accountId=account)

    statement = "SELECT LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId = "
    linked = [item["LinkedEntityId"] for item in query_records(client, f"{statement}'{document}'")]
    values = {done["accountId"], done["contactId"], done["opportunityId"]}
    assert values <= set(linked)
    assert len(linked) == len(set(linked))


def test_notes_and_attachments_are_the_contact_s_and_copied_to_the_account(
    partner: Partner, client: httpx.Client
) -> None:
    own = lead(client)
    note = create_record(client, "Note", Title="N", Body="B", ParentId=own)
    attachment = create_record(client, "Attachment", Name="a.txt", Body="YWI=", ParentId=own)
    done = convert(partner, own)

    assert get_record(client, "Note", note)["ParentId"] == done["contactId"]
    assert get_record(client, "Attachment", attachment)["ParentId"] == done["contactId"]
    (copy,) = query_records(client, f"SELECT Body FROM Note WHERE ParentId = '{done['accountId']}'")  # noqa: S608
    assert copy["Body"] == "B"
    statement = f"SELECT Id FROM Attachment WHERE ParentId = '{done['accountId']}'"  # noqa: S608
    (copy,) = query_records(client, statement)
    assert client.get(f"/sobjects/Attachment/{copy['Id']}/Body").content == b"ab"
