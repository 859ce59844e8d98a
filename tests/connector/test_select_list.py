"""What a query selects: read as far as it goes, and nothing of what is no query."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.query.select_list import Select, Unreadable, read_select

WORDS = ["SELECT", "FROM", "Id", "(", ")", ",", "COUNT", "GROUP", "BY", "TYPEOF", "END", "'x'", ":"]


@pytest.mark.parametrize(
    "soql",
    [
        "",
        "SELECT",
        "SELECT Id",
        "SELECT Id FROM",
        "SELECT Id, FROM Account",
        "SELECT (SELECT Id FROM Contacts FROM Account",
        "SELECT COUNT(Id FROM Account",
        "SELECT TYPEOF What WHEN Account THEN Name FROM Task",
        "SELECT Id FROM 'Account'",
        "UPDATE Account",
        "SELECT Id, " + "(SELECT Id, " * 8_000,
        "SELECT Id, " + "(SELECT " * 25 + "Id FROM A" + ") FROM A" * 25,
        "SELECT Id -- all of them\nFROM Account",
        "SELECT Name\x00 FROM Account",
    ],
    ids=lambda soql: soql[:60],
)
def test_a_text_that_is_not_a_query_is_not_read(soql: str) -> None:
    with pytest.raises(Unreadable):
        read_select(soql)


@given(st.lists(st.sampled_from(WORDS), max_size=20))
def test_any_words_are_read_or_not(words: list[str]) -> None:
    with contextlib.suppress(Unreadable):
        assert read_select(" ".join(words)).source


def brief(select: Select) -> list[Any]:
    return [
        brief(item.child)
        if item.child
        else f"{item.function}({'.'.join(item.path)}){item.alias}"
        if item.function
        else f"{'.'.join(item.path)} {item.alias}".strip()
        for item in select.items
    ]


@pytest.mark.parametrize(
    ("soql", "items", "source", "aggregates"),
    [
        ("select Id , Name from Account where Name = 'a FROM b'", ["Id", "Name"], "Account", False),
        ("SELECT Owner . Name, Id FROM Case", ["Owner.Name", "Id"], "Case", False),
        ("SELECT COUNT() FROM Case", ["COUNT()"], "Case", False),
        (
            "SELECT COUNT(Id) c, MAX(Amount) FROM Deal__c",
            ["COUNT(Id)c", "MAX(Amount)"],
            "Deal__c",
            True,
        ),
        ("SELECT StageName s FROM Deal__c GROUP BY StageName", ["StageName s"], "Deal__c", True),
        (
            "SELECT Id, (SELECT Id FROM Contacts WHERE Name LIKE :x ORDER BY Id) FROM Account",
            ["Id", ["Id"]],
            "Account",
            False,
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Name ELSE Id END, toLabel(Status) FROM Task",
            ["TYPEOF(What)", "TOLABEL(Status)"],
            "Task",
            False,
        ),
        (
            "SELECT FORMAT(convertCurrency(Amount)) f FROM Deal__c WHERE Id IN (SELECT Id FROM X)",
            ["FORMAT(Amount)f"],
            "Deal__c",
            False,
        ),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 200", ["FIELDS(ALL)"], "Lead", False),
    ],
)
def test_what_is_selected(soql: str, items: list[Any], source: str, aggregates: bool) -> None:
    select = read_select(soql)

    assert brief(select) == items
    assert (select.source, select.aggregates) == (source, aggregates)
