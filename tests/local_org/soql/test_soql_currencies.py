"""Orgs with several currencies: conversion of amounts."""

# ruff: noqa: S608 - SOQL, put together here

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_org.soql.questions import Asker, bare, reason

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.currency_fields import switch_on
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.formatting import formatter
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.syntax import Call

RATES = {"USD": 1.0, "EUR": 0.5, "JPY": 150.0}
DEAL = {"StageName": "Prospecting", "CloseDate": "2026-12-01"}


@pytest.fixture
def world(clock: Clock) -> Iterator[Org]:
    """An org that counts in dollars, and knows euros, yen, and pounds no more."""
    with open_org(clock=clock, settings=Settings(reraises=True)) as org:
        switch_on(org, "USD", {"EUR": 0.5, "JPY": 150.0, "GBP": 0.8}, inactive=["GBP"])
        yield org


@pytest.fixture
def ask(world: Org) -> Asker:
    return Asker(world, world.admin_id)


@pytest.fixture
def european(world: Org) -> Asker:
    """Somebody whose currency is the euro."""
    with world.transaction():
        row = dict(
            world.db.execute('SELECT * FROM "User" WHERE "Id" = ?', (world.admin_id,)).fetchone()
        )
        row |= {"Id": world.ids.next("005"), "Username": "e@x", "DefaultCurrencyIsoCode": "EUR"}
        marks = ", ".join("?" * len(row))
        names = ", ".join(f'"{name}"' for name in row)
        world.db.execute(f'INSERT INTO "User" ({names}) VALUES ({marks})', tuple(row.values()))
    return Asker(world, row["Id"])


@pytest.fixture
def deals(ask: Asker) -> Asker:
    """1000 dollars, 1000 euros (2000 dollars), 1500 yen (10 dollars)."""
    for code, amount in (("USD", 1000), ("EUR", 1000), ("JPY", 1500)):
        ask.create("Opportunity", Name=code, Amount=amount, CurrencyIsoCode=code, **DEAL)
    return ask


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT Id FROM Opportunity WHERE Amount > GBP5", "GBP is no active currency"),
        ("SELECT Id FROM Opportunity WHERE Amount > XXX5", "XXX is no active currency"),
        ("SELECT Id FROM Opportunity WHERE Amount IN (EUR5, 5)", "IN takes either amounts"),
        ("SELECT Id FROM Opportunity WHERE Probability > EUR5", "must be of type double"),
        ("SELECT Id FROM Opportunity WHERE convertCurrency(Amount) > 5", "in SELECT alone"),
        ("SELECT Id FROM Opportunity ORDER BY convertCurrency(Amount)", "in SELECT alone"),
        ("SELECT convertCurrency(Name) FROM Opportunity", "does not support the function"),
        ("SELECT Amount, convertCurrency(Amount) FROM Opportunity", "duplicate field selected"),
        ("SELECT convertCurrency(MAX(Amount)) FROM Opportunity", "can not be converted"),
        (
            "SELECT MAX(Amount) FROM Opportunity GROUP BY Name HAVING MAX(Amount) > USD5",
            "An aggregate can not be compared",
        ),
    ],
)
def test_is_refused(deals: Asker, statement: str, words: str) -> None:
    assert words in reason(deals.refused(statement))


def test_an_org_with_one_currency_has_nothing_of_it(org: Org) -> None:
    ask = Asker(org, org.admin_id)
    assert "does not offer convertCurrency(Amount)" in reason(
        ask.refused("SELECT convertCurrency(Amount) FROM Opportunity")
    )
    assert "unexpected token: 'USD5'" in reason(
        ask.refused("SELECT Id FROM Opportunity WHERE Amount > USD5")
    )
    assert "No such column 'CurrencyIsoCode'" in reason(
        ask.refused("SELECT CurrencyIsoCode FROM Opportunity")
    )
    assert org.schema.get("CurrencyType") is None


def test_amounts_in_the_users_currency(deals: Asker, european: Asker) -> None:
    statement = "SELECT Amount, convertCurrency(Amount) mine FROM Opportunity ORDER BY Id"
    assert [deal["mine"] for deal in deals(statement)["records"]] == [1000.0, 2000.0, 10.0]
    assert [item["mine"] for item in european(statement)["records"]] == [500.0, 1000.0, 5.0]
    converted_soql = "SELECT convertCurrency(Amount) FROM Opportunity ORDER BY Id"
    assert european.column(converted_soql) == [500.0, 1000.0, 5.0], "under the field's own name"


def test_totals_are_in_the_corporate_currency(deals: Asker, european: Asker) -> None:
    total = bare(
        european("SELECT SUM(Amount), MAX(Amount), AVG(Amount) a FROM Opportunity")["records"][0]
    )
    assert total == {"expr0": 3010.0, "expr1": 2000.0, "a": pytest.approx(1003.33, abs=0.01)}
    having = "SELECT Name FROM Opportunity GROUP BY Name HAVING SUM(Amount) > 999 ORDER BY Name"
    assert deals.column(having) == ["EUR", "USD"]


def test_amounts_are_ordered_by_corporate_value(deals: Asker) -> None:
    assert deals.column("SELECT Name FROM Opportunity ORDER BY Amount DESC") == [
        "EUR",
        "USD",
        "JPY",
    ]


def test_amounts_are_written_with_their_code(deals: Asker, european: Asker) -> None:
    statement = (
        "SELECT FORMAT(Amount) own, FORMAT(convertCurrency(Amount)) mine FROM Opportunity"
        " ORDER BY Id"
    )
    own = [tuple(bare(item).values()) for item in european(statement)["records"]]
    assert own == [
        ("USD 1,000.00", "EUR 500.00"),
        ("EUR 1,000.00", "EUR 1,000.00"),
        ("JPY 1,500", "EUR 5.00"),
    ]
    assert european.column("SELECT FORMAT(SUM(Amount)) s FROM Opportunity") == ["USD 3,010.00"]


def test_an_amount_is_not_written_as_if_it_were_in_the_users_currency(world: Org) -> None:
    """Who has an amount without its currency, as GraphQL's displayValue, is refused."""
    view = QueryContext.of(world, world.admin_id, version=68.0, all_rows=False)
    field = world.schema["Opportunity"].field("Amount")
    assert field is not None
    show = formatter(field, view, Call("FORMAT", (), "Amount", 0))
    assert show(5.0, "EUR") == "EUR 5.00"
    with pytest.raises(SoqlError, match="amounts of Amount without their currency"):
        show(5.0)


def test_a_new_record_has_its_makers_currency(ask: Asker, european: Asker) -> None:
    for who in (ask, european):
        who.create("Opportunity", Name="o", **DEAL)
        who.create("Invoice__c", Amount__c=5)
    for name in ("Opportunity", "Invoice__c"):
        codes = ask.column(f"SELECT CurrencyIsoCode FROM {name} ORDER BY Id")
        assert codes == ["USD", "EUR"]
    with pytest.raises(SalesforceError, match="INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"):
        ask.create("Account", Name="a", CurrencyIsoCode="XXX")


def test_inactive_currencies_are_refused(ask: Asker) -> None:
    with pytest.raises(SalesforceError, match="INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"):
        ask.create("Account", Name="a", CurrencyIsoCode="GBP")


def test_a_line_item_has_its_parents_currency(ask: Asker) -> None:
    """And a parent's amount is converted by the parent's currency."""
    book = ask.column("SELECT Id FROM Pricebook2 WHERE IsStandard = true")[0]
    product = ask.create("Product2", Name="Lamp")
    price = {"Product2Id": product, "Pricebook2Id": book, "UnitPrice": 5, "IsActive": True}
    entry = ask.create("PricebookEntry", **price)
    deal = ask.create("Opportunity", Name="o", Amount=100, CurrencyIsoCode="EUR", **DEAL)
    line = {"OpportunityId": deal, "PricebookEntryId": entry, "Quantity": 2, "UnitPrice": 50}
    ask.create("OpportunityLineItem", **line)
    (record,) = ask(
        "SELECT CurrencyIsoCode, convertCurrency(TotalPrice) total,"
        " convertCurrency(Opportunity.Amount) FROM OpportunityLineItem"
    )["records"]
    assert (record["CurrencyIsoCode"], record["total"]) == ("EUR", 200.0)
    assert record["Opportunity"]["Amount"] == 200.0
    with pytest.raises(SalesforceError, match="CurrencyIsoCode"):
        ask.create("OpportunityLineItem", **line, CurrencyIsoCode="USD")


def test_the_rates_are_rows(deals: Asker, world: Org) -> None:
    statement = "SELECT IsoCode, ConversionRate, DecimalPlaces, IsActive FROM CurrencyType"
    result = [
        tuple(bare(deal).values()) for deal in deals(f"{statement} ORDER BY IsoCode")["records"]
    ]
    assert result == [
        ("EUR", 0.5, 2, True),
        ("GBP", 0.8, 2, False),
        ("JPY", 150.0, 0, True),
        ("USD", 1.0, 2, True),
    ]
    with world.transaction():
        world.db.execute(
            'UPDATE "CurrencyType" SET "ConversionRate" = 0.25 WHERE "IsoCode" = ?', ("EUR",)
        )
    assert deals.column("SELECT SUM(Amount) FROM Opportunity") == [5010.0]


@pytest.fixture(scope="module")
def many() -> Iterator[tuple[Asker, dict[str, float]]]:
    """Deals in all currencies, and what each is worth in dollars."""
    with open_org() as org:
        switch_on(org, "USD", {"EUR": 0.5, "JPY": 150.0})
        ask, worth = Asker(org, org.admin_id), {}
        for at, amount in enumerate((0, 1, 2, 75, 150, 300, -4, 1000.5)):
            for code, rate in RATES.items():
                name = f"{code}{at}"
                ask.create("Opportunity", Name=name, Amount=amount, CurrencyIsoCode=code, **DEAL)
                worth[name] = amount / rate
        yield ask, worth


@settings(max_examples=80, deadline=None)
@given(
    code=st.sampled_from(sorted(RATES)),
    operator=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    amount=st.sampled_from([0, 0.5, 1, 2, 75, 150, 300, 2001]),
)
def test_an_amount_with_a_code_is_compared_by_its_worth(
    many: tuple[Asker, dict[str, float]], code: str, operator: str, amount: float
) -> None:
    """Law: `Amount > EUR5` finds the records that are worth more than five euros."""
    ask, worth = many
    limit = amount / RATES[code]
    result = ask.column(f"SELECT Name FROM Opportunity WHERE Amount {operator} {code}{amount}")
    assert sorted(result) == sorted(
        name for name, value in worth.items() if _holds(value - limit, operator)
    )


def _holds(difference: float, operator: str) -> bool:
    if abs(difference) < 1e-6:
        return operator in {"=", "<=", ">="}
    return operator == "!=" or operator[0] == ("<" if difference < 0 else ">")
