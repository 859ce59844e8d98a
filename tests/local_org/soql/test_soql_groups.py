"""Counting, summing and grouping."""

# ruff: noqa: S608 - SOQL, put together here

from typing import Any

import pytest
from local_org.soql.questions import Answer, Asker, bare, reason

from salesforce_emulator.org.state import Org


@pytest.fixture
def deals(ask: Asker) -> Asker:
    """Five leads and four opportunities, of which one has no amount."""
    for name, source, rating in (
        ("a", "Web", "Hot"),
        ("b", "web", "Cold"),
        ("c", "Other", "Hot"),
        ("d", None, "Hot"),
        ("e", "Web", "Hot"),
    ):
        ask.create("Lead", LastName=name, Company="X", LeadSource=source, Rating=rating)
    for name, amount, day in (
        ("w", 10, "2026-01-05"),
        ("x", 20.25, "2026-02-05"),
        ("y", None, "2025-03-05"),
        ("z", 0.1, "2025-03-06"),
    ):
        ask.create("Opportunity", Name=name, StageName="Prospecting", CloseDate=day, Amount=amount)
    return ask


def rows(answer: Answer) -> list[tuple[Any, ...]]:
    """Return the values of an answer's groups."""
    assert answer["done"] is True
    assert answer["totalSize"] == len(answer["records"])
    for record in answer["records"]:
        assert record["attributes"] == {"type": "AggregateResult"}
    return [tuple(bare(record).values()) for record in answer["records"]]


def test_count_returns_a_total_and_no_record(deals: Asker) -> None:
    assert deals("SELECT count() FROM Lead") == {"totalSize": 5, "done": True, "records": []}
    assert deals("SELECT COUNT() FROM Lead WHERE Rating = 'Hot' LIMIT 2")["totalSize"] == 2
    assert deals("SELECT COUNT() FROM Lead LIMIT 10 OFFSET 4")["totalSize"] == 1


def test_totals_of_all_rows(deals: Asker) -> None:
    response = deals(
        "SELECT COUNT(Id), COUNT(LeadSource) held, COUNT_DISTINCT(LeadSource), MIN(LastName),"
        " MAX(LastName) FROM Lead"
    )
    assert bare(response["records"][0]) == {
        "expr0": 5,
        "held": 4,
        "expr1": 2,
        "expr2": "a",
        "expr3": "e",
    }
    totals = "SELECT SUM(Amount), AVG(Amount), MIN(CloseDate), COUNT(Amount) FROM Opportunity"
    assert rows(deals(totals)) == [(30.35, pytest.approx(30.35 / 3), "2025-03-05", 3)]
    assert rows(deals("SELECT SUM(Amount) FROM Opportunity WHERE Name = 'nobody'")) == [(None,)]
    assert rows(deals("SELECT COUNT(Id) n FROM Opportunity WHERE Name = 'nobody'")) == [(0,)]


def test_texts_group_without_regard_to_case(deals: Asker) -> None:
    statement = "SELECT LeadSource, COUNT(Id) FROM Lead GROUP BY LeadSource"
    assert rows(deals(statement)) == [(None, 1), ("Other", 1), ("Web", 3)]
    assert list(deals(statement)["records"][0]) == ["attributes", "LeadSource", "expr0"]


def test_sums_are_of_decimals(ask: Asker) -> None:
    """As floats, three tenths are a little more than 0.3."""
    for name in ("a", "b", "c"):
        ask.create(
            "Opportunity", Name=name, StageName="Prospecting", CloseDate="2026-01-05", Amount=0.1
        )
    assert rows(ask("SELECT SUM(Amount) FROM Opportunity")) == [(0.3,)]


@pytest.mark.parametrize(
    ("statement", "groups"),
    [
        (
            (
                "SELECT LeadSource s, Rating FROM Lead GROUP BY LeadSource, Rating"
                " ORDER BY Rating, LeadSource DESC NULLS LAST"
            ),
            [("Other", "Hot"), ("Web", "Hot"), (None, "Hot"), ("web", "Cold")],
        ),
        (
            "SELECT COUNT(Id), LeadSource FROM Lead GROUP BY LeadSource HAVING COUNT(Id) > 1",
            [(3, "Web")],
        ),
        (
            "SELECT LeadSource FROM Lead GROUP BY LeadSource HAVING LeadSource LIKE 'o%'",
            [("Other",)],
        ),
        (
            "SELECT Rating FROM Lead GROUP BY Rating HAVING NOT Rating IN ('hot', null)",
            [("Cold",)],
        ),
        (
            (
                "SELECT COUNT(Id) n FROM Lead WHERE LastName != 'a' GROUP BY LeadSource"
                " ORDER BY COUNT(Id) DESC, MAX(LastName) LIMIT 2"
            ),
            [(2,), (1,)],
        ),
        (
            (
                "SELECT CALENDAR_YEAR(CloseDate) y, SUM(Amount) FROM Opportunity"
                " GROUP BY CALENDAR_YEAR(CloseDate) ORDER BY CALENDAR_YEAR(CloseDate) DESC"
            ),
            [(2026, 30.25), (2025, 0.1)],
        ),
        (
            (
                "SELECT Owner.Name, Owner.Profile.Name p, COUNT(Id) FROM Opportunity"
                " GROUP BY Owner.Name, Owner.Profile.Name"
            ),
            [("Ada Admin", "System Administrator", 4)],
        ),
        ("SELECT IsClosed, COUNT(Id) FROM Opportunity GROUP BY IsClosed", [(False, 4)]),
        (
            "SELECT MAX(Amount) FROM Opportunity GROUP BY CloseDate HAVING MAX(Amount) > 10",
            [(20.25,)],
        ),
        (
            "SELECT FORMAT(MAX(Amount)) m, FORMAT(MIN(CloseDate)) d FROM Opportunity",
            [("$20.25", "3/5/2025")],
        ),
    ],
)
def test_groups(deals: Asker, statement: str, groups: list[tuple[Any, ...]]) -> None:
    assert rows(deals(statement)) == groups


def test_rollup_adds_subtotals_and_the_grand_total(deals: Asker) -> None:
    statement = (
        "SELECT LeadSource, Rating, GROUPING(LeadSource) s, GROUPING(Rating) r, COUNT(Id) n"
        " FROM Lead WHERE LeadSource != null GROUP BY ROLLUP(LeadSource, Rating)"
    )
    assert rows(deals(statement)) == [
        ("Other", "Hot", 0, 0, 1),
        ("Other", None, 0, 1, 1),
        ("web", "Cold", 0, 0, 1),
        ("Web", "Hot", 0, 0, 2),
        ("Web", None, 0, 1, 3),
        (None, None, 1, 1, 4),
    ]


def test_cube_adds_the_totals_of_every_combination(deals: Asker) -> None:
    result = rows(
        deals(
            "SELECT LeadSource, Rating, COUNT(Id) FROM Lead WHERE LeadSource != null"
            " GROUP BY CUBE(LeadSource, Rating) HAVING COUNT(Id) > 1"
            " ORDER BY COUNT(Id), Rating NULLS LAST"
        )
    )
    assert result == [("Web", "Hot", 2), (None, "Hot", 3), ("Web", None, 3), (None, None, 4)]


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("SELECT Name, COUNT(Id) FROM Lead", "MALFORMED_QUERY",
         "Field must be grouped or aggregated: Name"),
        ("SELECT Name FROM Lead GROUP BY Rating", "MALFORMED_QUERY",
         "Field must be grouped or aggregated: Name"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY Rating ORDER BY Name", "MALFORMED_QUERY",
         "Ordered field must be grouped or aggregated: Name"),
        ("SELECT COUNT() FROM Lead ORDER BY Name", "MALFORMED_QUERY",
         "Ordered field must be grouped or aggregated: Name"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY Rating HAVING Name = 'x'", "MALFORMED_QUERY",
         "Field must be grouped or aggregated: Name"),
        ("SELECT MAX(CreatedDate) FROM Lead LIMIT 1", "MALFORMED_QUERY",
         "overall aggregate functions cannot also use LIMIT"),
        ("SELECT MAX(CreatedDate) FROM Lead OFFSET 1", "MALFORMED_QUERY",
         "overall aggregate functions cannot also use OFFSET"),
        ("SELECT COUNT(), Name FROM Lead", "MALFORMED_QUERY", "must be the only element"),
        ("SELECT COUNT() FROM Lead GROUP BY Name", "MALFORMED_QUERY", "must be the only element"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY Description", "INVALID_FIELD",
         "field 'Description' can not be grouped in a query call"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY Nmae", "INVALID_FIELD", "No such column 'Nmae'"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY Name, name", "MALFORMED_QUERY",
         "duplicate grouping expression: name"),
        ("SELECT COUNT(Id) n, Rating N FROM Lead GROUP BY Rating", "MALFORMED_QUERY",
         "duplicate alias: N"),
        ("SELECT SUM(Name) FROM Lead", "INVALID_FIELD",
         "field Name does not support aggregate operator SUM"),
        ("SELECT MAX(IsDeleted) FROM Lead", "INVALID_FIELD",
         "field IsDeleted does not support aggregate operator MAX"),
        ("SELECT COUNT(Address) FROM Lead", "INVALID_FIELD",
         "field Address does not support aggregate operator COUNT"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY ROLLUP(Name, Rating, Status, Title)",
         "MALFORMED_QUERY", "takes 3 fields at most"),
        ("SELECT GROUPING(Rating) FROM Lead GROUP BY Rating", "MALFORMED_QUERY",
         "with ROLLUP or CUBE"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY COUNT(Id)", "MALFORMED_QUERY",
         "can not be grouped by"),
    ],
)  # fmt: skip
def test_refuses(ask: Asker, statement: str, code: str, words: str) -> None:
    error = ask.refused(statement)
    assert error.code == code
    assert words in reason(error)


def test_more_groups_than_an_answer_holds_are_refused(org: Org, ask: Asker) -> None:
    """No locator goes on from groups; LIMIT keeps them few."""
    with org.transaction():
        org.db.executemany(
            'INSERT INTO "Account" ("Id", "Name", "IsDeleted") VALUES (?, ?, 0)',
            [(org.ids.next("001"), f"Account {number}") for number in range(2_001)],
        )
    statement = "SELECT Name, COUNT(Id) FROM Account GROUP BY Name"
    error = ask.refused(statement)
    assert error.code == "EXCEEDED_ID_LIMIT"
    assert "does not support queryMore(), use LIMIT" in error.message
    assert ask(f"{statement} LIMIT 2000")["totalSize"] == 2_000


def test_labels_and_formats(deals: Asker) -> None:
    deals.create("Lead", LastName="f", Company="X", NumberOfEmployees=12345, LeadSource="Web")
    statement = (
        "SELECT toLabel(LeadSource), FORMAT(NumberOfEmployees) staff, NumberOfEmployees,"
        " FORMAT(CreatedDate) made FROM Lead WHERE toLabel(LeadSource) = 'web' AND LastName = 'f'"
    )
    assert bare(deals(statement)["records"][0]) == {
        "LeadSource": "Web",
        "staff": "12,345",
        "NumberOfEmployees": 12345,
        "made": "11/22/2026, 4:00 AM",
    }
    assert "does not offer convertCurrency(Amount)" in reason(
        deals.refused("SELECT convertCurrency(Amount) FROM Opportunity")
    )
    assert "does not support" in reason(deals.refused("SELECT FORMAT(Name) FROM Lead"))


def test_labels_are_the_picklists(ask: Asker) -> None:
    """A value whose label differs is shown and found by it."""
    ask.create("Account", Name="Acme", CleanStatus="Matched")
    assert ask.column("SELECT toLabel(CleanStatus) FROM Account") == ["In Sync"]
    assert ask.column("SELECT Name FROM Account WHERE toLabel(CleanStatus) = 'in sync'") == ["Acme"]
    assert ask.column("SELECT toLabel(CleanStatus) s FROM Account") == ["In Sync"]


def test_distance_over_the_ground(ask: Asker) -> None:
    ask.create("Account", Name="Paris", BillingLatitude=48.8566, BillingLongitude=2.3522)
    ask.create("Account", Name="Nowhere")
    point = "DISTANCE(BillingAddress, GEOLOCATION(51.5074, -0.1278), '{}')"
    result = ask(f"SELECT Name, {point.format('km')} FROM Account ORDER BY {point.format('km')}")
    assert result["records"][0]["expr0"] is None
    assert result["records"][1]["expr0"] == pytest.approx(343.6, abs=1)
    assert ask.column(f"SELECT {point.format('mi')} d FROM Account WHERE Name = 'Paris'") == [
        pytest.approx(213.5, abs=1)
    ]
    near = f"SELECT Name FROM Account WHERE {point.format('mi')} < 214"
    assert ask.column(near) == ["Paris"]
    assert "does not support" in reason(
        ask.refused("SELECT DISTANCE(Name, GEOLOCATION(1, 1), 'km') FROM Account")
    )
