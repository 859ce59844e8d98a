"""Compiled SQL against a plain evaluation in Python, on generated records and conditions."""

# ruff: noqa: S608 - SOQL, put together here

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_org.soql.naive import CONDITIONS, NUMBERS, TEXTS, Condition, Row, holds, written
from local_org.soql.questions import Asker

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.currency_fields import switch_on

ROWS = 60


class World:
    """Accounts, some with a parent, and the same rows as dictionaries."""

    def __init__(self, org: Org) -> None:
        self.ask = Asker(org, org.admin_id)
        self.rows: dict[str, Row] = {}
        texts = itertools.cycle([text or None for text in TEXTS])
        numbers = itertools.cycle([*NUMBERS, None])
        ids = [org.ids.next("001") for _ in range(ROWS)]
        for at, record_id in enumerate(ids):
            parent = ids[at // 2] if at % 3 else None
            name, phone, number = next(texts), (next(texts), next(texts))[1], next(numbers)
            org.db.execute(
                'INSERT INTO "Account" ("Id", "ParentId", "IsDeleted", "Name", "Phone",'
                ' "NumberOfEmployees") VALUES (?, ?, 0, ?, ?, ?)',
                (record_id, parent, name, phone, number),
            )
            above = self.rows.get(parent or "", {})
            self.rows[record_id] = {
                "Name": name,
                "Phone": phone,
                "NumberOfEmployees": number,
                "IsDeleted": False,
                "Parent.Name": above.get("Name"),
                "Parent.NumberOfEmployees": above.get("NumberOfEmployees"),
                "Parent.IsDeleted": None if parent is None else False,
            }


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with open_org() as org:
        yield World(org)


@settings(max_examples=150, deadline=None)
@given(condition=CONDITIONS)
def test_a_condition_finds_the_rows_that_it_is_true_of(world: World, condition: Condition) -> None:
    """Law: for any condition, the ids found are those of the rows it holds for, in order."""
    result = world.ask.column(f"SELECT Id FROM Account WHERE {written(condition)}")
    assert result == [key for key, row in world.rows.items() if holds(condition, row)]


@settings(max_examples=60, deadline=None)
@given(condition=CONDITIONS)
def test_a_condition_and_its_opposite_share_the_rows_out(
    world: World, condition: Condition
) -> None:
    """Law: each row is found by a condition or by its NOT, and never by both."""
    matching = world.ask.column(f"SELECT Id FROM Account WHERE {written(condition)}")
    other = world.ask.column(f"SELECT Id FROM Account WHERE NOT {written(condition)}")
    assert sorted(matching + other) == list(world.rows)


@settings(max_examples=60, deadline=None)
@given(condition=CONDITIONS, field=st.sampled_from(["Name", "NumberOfEmployees", "Parent.Name"]))
def test_groups_share_the_rows_out(world: World, condition: Condition, field: str) -> None:
    """Law: the groups' counts add up to the count of the rows, which COUNT() and pages agree on."""
    where = f"FROM Account WHERE {written(condition)}"
    total = sum(holds(condition, row) for row in world.rows.values())
    groups = world.ask(f"SELECT {field} f, COUNT(Id) n {where} GROUP BY {field}")["records"]
    assert sum(group["n"] for group in groups) == total
    assert world.ask(f"SELECT COUNT() {where}")["totalSize"] == total
    assert world.ask(f"SELECT COUNT(Id) {where}")["records"][0]["expr0"] == total
    stored = [row[field] for row in world.rows.values() if holds(condition, row)]
    distinct = {item.lower() if isinstance(item, str) else item for item in stored}
    assert len(groups) == len(distinct)


FRAGMENTS = [
    "Id",
    "Name",
    "BillingAddress",
    "Owner.Name",
    "Parent.Parent.Name",
    "COUNT(Id)",
    "COUNT()",
    "MAX(CreatedDate)",
    "toLabel(Type)",
    "FIELDS(STANDARD)",
    "FORMAT(AnnualRevenue)",
    "convertCurrency(AnnualRevenue)",
    "FORMAT(convertCurrency(AnnualRevenue))",
    "FORMAT(SUM(AnnualRevenue))",
    "convertCurrency(MAX(AnnualRevenue))",
    "CALENDAR_YEAR(CreatedDate)",
    "DAY_ONLY(convertTimezone(CreatedDate))",
    "SUM(AnnualRevenue)",
    "GROUPING(Name)",
    "IsDeleted",
    "DISTANCE(BillingAddress,GEOLOCATION(1,2),'km')",
    "CreatedDate",
    "AnnualRevenue",
    "Description",
]
ITEMS = st.sampled_from(
    [
        *FRAGMENTS,
        "(SELECT Id FROM Contacts)",
        "(SELECT Name, (SELECT Id FROM Cases) FROM ChildAccounts LIMIT 1)",
        "TYPEOF Owner WHEN User THEN Name END",
        "(SELECT TYPEOF Owner WHEN User THEN Profile.Name ELSE Name, UserRole.Name END FROM Cases)",
    ]
)
VALUES = st.sampled_from(
    [
        "'x'",
        "''",
        "'001000000000001'",
        "1",
        "-1.5",
        "null",
        "true",
        "TODAY",
        "LAST_N_DAYS:9",
        "2026-01-01",
        "USD5",
        "EUR5",
        "2026-01-01T00:00:00Z",
        "10:00:00Z",
    ]
)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "LIKE"])


@st.composite
def statements(draw: st.DrawFn) -> str:
    """Make a statement of known words, most of which do not belong together."""
    expressions = st.sampled_from(FRAGMENTS)
    condition = st.builds(" ".join, st.tuples(expressions, SIGNS, VALUES))
    text = f"SELECT {', '.join(draw(st.lists(ITEMS, min_size=1, max_size=4)))} FROM Account"
    if draw(st.booleans()):
        scopes = ["mine", "delegated", "team", "user_owned", "mine_and_my_groups"]
        text += f" USING SCOPE {draw(st.sampled_from(scopes))}"
    if draw(st.booleans()):
        text += f" WHERE {' AND '.join(draw(st.lists(condition, min_size=1, max_size=3)))}"
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["{}", "ROLLUP({})", "CUBE({})"]))
        by = ", ".join(draw(st.lists(expressions, min_size=1, max_size=3)))
        text += f" GROUP BY {kind.format(by)}"
        if draw(st.booleans()):
            text += f" HAVING {draw(condition)}"
    if draw(st.booleans()):
        text += f" ORDER BY {', '.join(draw(st.lists(expressions, min_size=1, max_size=3)))} DESC"
    if draw(st.booleans()):
        text += f" LIMIT {draw(st.integers(0, 10**18 - 1))}"
    return text


def is_answered_or_refused(ask: Asker, statement: str) -> bool:
    try:
        response = ask(statement)
    except SalesforceError as error:
        return error.status == 400
    return set(response) <= {"totalSize", "done", "nextRecordsUrl", "records"}


@settings(max_examples=250, deadline=None)
@given(statement=statements())
def test_any_statement_is_answered_or_refused(world: World, statement: str) -> None:
    """Law: no statement makes another error than SalesforceError."""
    assert is_answered_or_refused(world.ask, statement)


@pytest.fixture(scope="module")
def trading() -> Iterator[World]:
    """The same, in an org with several currencies."""
    with open_org() as org:
        switch_on(org, "USD", {"EUR": 0.5})
        yield World(org)


@settings(max_examples=150, deadline=None)
@given(statement=statements())
def test_any_statement_is_answered_or_refused_with_currencies(
    trading: World, statement: str
) -> None:
    """Law: the same holds where amounts are converted."""
    assert is_answered_or_refused(trading.ask, statement)
