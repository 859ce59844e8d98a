"""Rules of standard objects: fields that a save derives from others."""

import pytest
from local_org.records.desk import Desk, Row

from salesforce_emulator.errors import SalesforceError


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
