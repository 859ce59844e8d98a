"""What standard objects do by themselves when they are saved."""

from datetime import timedelta
from typing import Any

import pytest

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.deletion import delete
from salesforce_emulator.records.writing import create, existing, update

Row = dict[str, Any]


class Desk:
    """The administrator at work: creates and changes records, and looks at them."""

    def __init__(self, org: Org, access: Access) -> None:
        self.org, self.access = org, access

    def new(self, name: str, **body: Any) -> str:
        with self.org.transaction():
            return create(self.org, self.access, self.org.schema[name], body)

    def change(self, name: str, record_id: str, **body: Any) -> Row:
        with self.org.transaction():
            update(self.org, self.access, self.org.schema[name], record_id, body)
        return self.row(name, record_id)

    def row(self, name: str, record_id: str) -> Row:
        return existing(self.org, self.org.schema[name], record_id)

    def create(self, name: str, **body: Any) -> Row:
        return self.row(name, self.new(name, **body))


@pytest.fixture
def desk(org: Org, access: Access) -> Desk:
    return Desk(org, access)


@pytest.mark.parametrize(
    ("stage", "chance", "category", "closed", "won"),
    [
        ("Prospecting", 10, "Pipeline", 0, 0),
        ("Needs Analysis", 20, "Pipeline", 0, 0),
        ("Negotiation/Review", 90, "Pipeline", 0, 0),
        ("Closed Won", 100, "Closed", 1, 1),
        ("Closed Lost", 0, "Omitted", 1, 0),
    ],
)
def test_a_stage_decides_about_its_opportunity(
    desk: Desk, stage: str, chance: float, category: str, closed: int, won: int
) -> None:
    row = desk.create("Opportunity", Name="D", StageName=stage, CloseDate="2026-05-31", Amount=1000)

    assert (row["Probability"], row["ForecastCategory"]) == (chance, category)
    assert (row["IsClosed"], row["IsWon"]) == (closed, won)
    assert row["ExpectedRevenue"] == 10 * chance
    assert (row["FiscalYear"], row["FiscalQuarter"], row["Fiscal"]) == (2026, 2, "2026 2")


def test_a_set_probability_is_kept_until_the_stage_changes(desk: Desk) -> None:
    deal = desk.new(
        "Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-05-31", Probability=42
    )

    assert desk.row("Opportunity", deal)["Probability"] == 42
    assert desk.change("Opportunity", deal, Amount=10)["Probability"] == 42
    won = desk.change("Opportunity", deal, StageName="Closed Won")
    assert (won["Probability"], won["IsWon"]) == (100, 1)
    assert won["LastStageChangeDate"] is not None


def test_counts_how_often_a_close_date_is_pushed_to_a_later_month(desk: Desk) -> None:
    deal = desk.new("Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-05-01")

    assert desk.change("Opportunity", deal, CloseDate="2026-05-31")["PushCount"] == 0
    assert desk.change("Opportunity", deal, CloseDate="2026-06-01")["PushCount"] == 1
    assert desk.change("Opportunity", deal, CloseDate="2026-01-01")["PushCount"] == 1


@pytest.mark.parametrize("kind", ["Contact", "Lead"])
def test_name_is_composed_of_first_and_last_name(desk: Desk, kind: str) -> None:
    fields = {"LastName": "Lovelace", "Company": "Acme"}
    fields = fields if kind == "Lead" else {"LastName": "Lovelace"}

    person = desk.new(kind, Salutation="Ms.", FirstName="Ada", **fields)

    assert desk.row(kind, person)["Name"] == "Ada Lovelace"
    assert desk.change(kind, person, FirstName=None)["Name"] == "Lovelace"


def test_a_converted_lead_is_closed_to_changes(desk: Desk) -> None:
    lead = desk.new("Lead", LastName="L", Company="C")
    with desk.org.transaction():
        desk.org.db.execute('UPDATE "Lead" SET "IsConverted" = 1')

    with pytest.raises(SalesforceError, match="cannot reference converted lead"):
        desk.change("Lead", lead, Company="D")


def test_a_case_closes_by_its_status_and_opens_again(desk: Desk) -> None:
    case = desk.new("Case", Subject="Broken")

    closed = desk.change("Case", case, Status="Closed")
    assert (closed["IsClosed"], closed["ClosedDate"]) == (1, "2026-11-22T12:00:00.000+0000")
    opened = desk.change("Case", case, Status="Working")
    assert (opened["IsClosed"], opened["ClosedDate"]) == (0, None)


def test_a_case_copies_its_contacts_fields(desk: Desk) -> None:
    account = desk.new("Account", Name="Acme")
    contact = desk.new("Contact", LastName="L", Email="l@acme.example", AccountId=account)

    row = desk.create("Case", ContactId=contact)

    assert (row["ContactEmail"], row["AccountId"]) == ("l@acme.example", account)


def test_a_task_closes_by_its_status_and_finds_its_account(desk: Desk) -> None:
    account = desk.new("Account", Name="Acme")
    deal = desk.new(
        "Opportunity",
        Name="D",
        StageName="Prospecting",
        CloseDate="2026-05-01",
        AccountId=account,
    )

    task = desk.new("Task", Subject="Call", WhatId=deal, Priority="High")

    row = desk.row("Task", task)
    assert (row["AccountId"], row["IsHighPriority"], row["IsClosed"]) == (account, 1, 0)
    done = desk.change("Task", task, Status="Completed")
    assert (done["IsClosed"], done["CompletedDateTime"] is not None) == (1, True)


@pytest.mark.parametrize(
    "times",
    [
        {"DurationInMinutes": 90},
        {"EndDateTime": "2026-01-01T11:30:00Z"},
        {"DurationInMinutes": 90, "EndDateTime": "2026-01-01T11:30:00Z"},
    ],
)
def test_two_of_start_end_and_duration_make_the_third(desk: Desk, times: Row) -> None:
    row = desk.create("Event", Subject="Meet", StartDateTime="2026-01-01T10:00:00Z", **times)

    assert row["EndDateTime"] == "2026-01-01T11:30:00.000+0000"
    assert (row["DurationInMinutes"], row["ActivityDate"]) == (90, "2026-01-01")


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"StartDateTime": "2026-01-01T10:00:00Z"}, "REQUIRED_FIELD_MISSING"),
        ({"DurationInMinutes": 5}, "REQUIRED_FIELD_MISSING"),
        (
            {
                "StartDateTime": "2026-01-01T10:00:00Z",
                "EndDateTime": "2026-01-01T11:00:00Z",
                "DurationInMinutes": 5,
            },
            "FIELD_INTEGRITY_EXCEPTION",
        ),
        (
            {"StartDateTime": "2026-01-01T10:00:00Z", "DurationInMinutes": 20161},
            "FIELD_INTEGRITY_EXCEPTION",
        ),
    ],
)
def test_an_event_whose_times_disagree_is_refused(desk: Desk, times: Row, code: str) -> None:
    with pytest.raises(SalesforceError) as caught:
        desk.new("Event", **times)

    assert caught.value.code == code


def test_a_campaign_counts_its_members(desk: Desk) -> None:
    campaign = desk.new("Campaign", Name="Spring")
    contact = desk.new("Contact", FirstName="Ada", LastName="L", MailingCity="Rome")
    lead = desk.new("Lead", LastName="M", Company="C")

    member = desk.new("CampaignMember", CampaignId=campaign, ContactId=contact)
    desk.new("CampaignMember", CampaignId=campaign, LeadId=lead, Status="Responded")

    row = desk.row("CampaignMember", member)
    assert (row["Name"], row["City"], row["Status"]) == ("Ada L", "Rome", "Sent")
    counted = desk.row("Campaign", campaign)
    assert [counted[f"NumberOf{name}"] for name in ("Leads", "Contacts", "Responses")] == [1, 1, 1]
    with pytest.raises(SalesforceError, match="Already a campaign member"):
        desk.new("CampaignMember", CampaignId=campaign, LeadId=lead)
    with pytest.raises(SalesforceError, match="LeadId or ContactId"):
        desk.new("CampaignMember", CampaignId=campaign)
    with desk.org.transaction():
        delete(desk.org, desk.access, desk.org.schema["CampaignMember"], member)
    assert desk.row("Campaign", campaign)["NumberOfContacts"] == 0


def test_a_standard_price_comes_before_any_other(desk: Desk) -> None:
    product = desk.new("Product2", Name="Bolt", IsActive=True)
    book = desk.new("Pricebook2", Name="Trade", IsActive=True)
    standard = desk.org.db.execute('SELECT "Id" FROM "Pricebook2" WHERE "IsStandard"').fetchone()[0]
    price = {"Product2Id": product, "UnitPrice": 5, "IsActive": True}

    with pytest.raises(SalesforceError, match="create a standard price"):
        desk.new("PricebookEntry", Pricebook2Id=book, **price)
    desk.new("PricebookEntry", Pricebook2Id=standard, **price)
    desk.new("PricebookEntry", Pricebook2Id=book, **price)
    with pytest.raises(SalesforceError, match="already exists"):
        desk.new("PricebookEntry", Pricebook2Id=book, **price)


def test_lines_add_up_to_the_amount_of_their_opportunity(desk: Desk) -> None:
    product = desk.new("Product2", Name="Bolt", IsActive=True)
    standard = desk.org.db.execute('SELECT "Id" FROM "Pricebook2" WHERE "IsStandard"').fetchone()[0]
    entry = desk.new(
        "PricebookEntry", Pricebook2Id=standard, Product2Id=product, UnitPrice=5, IsActive=True
    )
    deal = desk.new("Opportunity", Name="D", StageName="Prospecting", CloseDate="2026-05-01")

    first = desk.new("OpportunityLineItem", OpportunityId=deal, PricebookEntryId=entry, Quantity=3)
    desk.new(
        "OpportunityLineItem", OpportunityId=deal, Product2Id=product, Quantity=2, TotalPrice=8
    )

    row = desk.row("Opportunity", deal)
    assert (row["Amount"], row["TotalOpportunityQuantity"]) == (23, 5)
    assert (row["Pricebook2Id"], row["HasOpportunityLineItem"]) == (standard, 1)
    assert row["ExpectedRevenue"] == 2.3
    with pytest.raises(SalesforceError, match="only one of unit price"):
        desk.change("OpportunityLineItem", first, UnitPrice=1, TotalPrice=3)
    with desk.org.transaction():
        delete(desk.org, desk.access, desk.org.schema["OpportunityLineItem"], first)
    assert desk.row("Opportunity", deal)["Amount"] == 8


def test_a_campaign_adds_up_its_opportunities(desk: Desk) -> None:
    spring, summer = (desk.new("Campaign", Name=name) for name in ("Spring", "Summer"))
    deal = {"StageName": "Prospecting", "CloseDate": "2026-05-01", "CampaignId": spring}
    desk.new("Opportunity", Name="A", Amount=10, **deal)
    won = desk.new("Opportunity", Name="B", Amount=5, **(deal | {"StageName": "Closed Won"}))

    def sums(campaign: str) -> list[float]:
        row = desk.row("Campaign", campaign)
        names = ("NumberOfOpportunities", "NumberOfWonOpportunities", "AmountAllOpportunities")
        return [row[name] for name in (*names, "AmountWonOpportunities")]

    assert sums(spring) == [2, 1, 15, 5]
    desk.change("Opportunity", won, CampaignId=summer)
    assert (sums(spring), sums(summer)) == ([1, 0, 10, 0], [1, 1, 5, 5])
    with desk.org.transaction():
        delete(desk.org, desk.access, desk.org.schema["Opportunity"], won)
    assert sums(summer) == [0, 0, 0, 0]


def test_an_order_comes_to_the_sum_of_its_lines(desk: Desk) -> None:
    account = desk.new("Account", Name="Acme")
    product = desk.new("Product2", Name="Bolt", IsActive=True)
    standard = desk.org.db.execute('SELECT "Id" FROM "Pricebook2" WHERE "IsStandard"').fetchone()[0]
    entry = desk.new(
        "PricebookEntry", Pricebook2Id=standard, Product2Id=product, UnitPrice=5, IsActive=True
    )
    order = desk.new("Order", AccountId=account, EffectiveDate="2026-01-01", Status="Draft")

    line = desk.create("OrderItem", OrderId=order, PricebookEntryId=entry, Quantity=3)
    desk.new("OrderItem", OrderId=order, PricebookEntryId=entry, Quantity=1, UnitPrice=2)

    assert (line["TotalPrice"], line["Product2Id"], line["ListPrice"]) == (15, product, 5)
    row = desk.row("Order", order)
    assert (row["TotalAmount"], row["StatusCode"], row["OrderNumber"]) == (17, "Draft", "00000100")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-01-01", 12, "2026-12-31"), ("2026-01-31", 1, "2026-02-27"), ("2026-01-01", None, None)],
)
def test_a_contract_ends_so_many_months_after_its_start(
    desk: Desk, start: str, months: int | None, end: str | None
) -> None:
    account = desk.new("Account", Name="Acme")

    row = desk.create("Contract", AccountId=account, StartDate=start, ContractTerm=months)

    assert (row["EndDate"], row["Status"], row["StatusCode"]) == (end, "Draft", "Draft")


def test_every_new_record_has_its_required_fields(desk: Desk) -> None:
    """A field that is never null has a value although nobody gave one."""
    account = desk.new("Account", Name="Acme")
    bodies: dict[str, Row] = {
        "Account": {"Name": "A"},
        "Contact": {"LastName": "L"},
        "Lead": {"LastName": "L", "Company": "C"},
        "Opportunity": {"Name": "O", "StageName": "Prospecting", "CloseDate": "2026-01-01"},
        "Case": {},
        "Task": {},
        "Event": {"StartDateTime": "2026-01-01T10:00:00Z", "DurationInMinutes": 5},
        "Campaign": {"Name": "C"},
        "Product2": {"Name": "P"},
        "Note": {"ParentId": account, "Title": "T"},
        "Group": {"Name": "G", "Type": "Queue"},
        "UserRole": {"Name": "R"},
        "EmailMessage": {"Subject": "S"},
        "Contract": {"AccountId": account},
        "Order": {"AccountId": account, "EffectiveDate": "2026-01-01"},
        "Asset": {"Name": "A", "AccountId": account},
        "ContentVersion": {"PathOnClient": "a.txt", "VersionData": "aGk="},
        "Invoice__c": {},
    }
    missing = {
        (name, field.name)
        for name, body in bodies.items()
        for row in [desk.create(name, **body)]
        for field in desk.org.schema[name].fields
        if not field.nillable and not field.compound and row[field.name] is None
    }

    assert not missing


def test_a_first_version_makes_its_file_and_the_next_one_is_its_latest(desk: Desk) -> None:
    first = desk.create("ContentVersion", PathOnClient="a/report.txt", VersionData="aGk=")
    second = desk.new(
        "ContentVersion",
        PathOnClient="report.txt",
        VersionData="aGVsbG8=",
        ContentDocumentId=first["ContentDocumentId"],
    )

    assert (first["Title"], first["FileExtension"], first["ContentSize"]) == ("report", "txt", 2)
    file = desk.row("ContentDocument", first["ContentDocumentId"])
    assert (file["LatestPublishedVersionId"], file["ContentSize"]) == (second, 5)
    assert desk.row("ContentVersion", first["Id"])["IsLatest"] == 0
    assert desk.row("ContentVersion", second)["VersionNumber"] == "2"


def test_a_username_is_one_persons_alone(desk: Desk) -> None:
    profile = desk.org.db.execute('SELECT "Id" FROM "Profile" LIMIT 1').fetchone()[0]
    new_user = {
        "Username": "grace@local.example",
        "LastName": "Hopper",
        "Email": "grace@local.example",
        "Alias": "ghopp",
        "TimeZoneSidKey": "GMT",
        "LocaleSidKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": "en_US",
        "ProfileId": profile,
    }

    row = desk.create("User", FirstName="Grace", **new_user)

    assert (row["Name"], row["IsActive"], row["CommunityNickname"]) == ("Grace Hopper", 1, "grace")
    with pytest.raises(SalesforceError, match="Duplicate Username"):
        desk.new("User", **(new_user | {"Username": "GRACE@local.example"}))
    with pytest.raises(SalesforceError, match="invalid email address"):
        desk.new("User", **(new_user | {"Username": "grace"}))


def test_derived_fields_change_only_with_their_source(desk: Desk, clock: Clock) -> None:
    case = desk.new("Case", Status="Closed")
    closed_at = desk.row("Case", case)["ClosedDate"]
    with desk.org.transaction():
        desk.org.db.execute(
            'UPDATE "CaseStatus" SET "IsClosed" = 1 WHERE "ApiName" = ?', ("Escalated",)
        )
    clock.advance(timedelta(days=1))

    assert desk.change("Case", case, Subject="x")["ClosedDate"] == closed_at
    assert desk.change("Case", case, Status="Escalated")["ClosedDate"] == closed_at
