"""Rules of standard objects that add up, date and version other records."""

from datetime import timedelta

import pytest
from local_org.records.desk import Desk, Row

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.records.deletion import delete


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
