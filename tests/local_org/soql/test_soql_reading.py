"""Parsing: statements that the grammar accepts or refuses, and the caret of errors."""

# ruff: noqa: S608 - SOQL, put together here

from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.soql import parse
from salesforce_emulator.soql.syntax import Comparison, Junction, Membership, Negation, Query

CORPORA = Path(__file__).parents[3].parent / "shared" / "salesforce" / "soql"

ACCEPTED = [
    "select id from account",
    "SELECT Id FROM Order ORDER BY Name",
    "SELECT Group.Name, Format, Type FROM GroupMember",
    "SELECT MAX(Amount) max, COUNT(Id) year FROM Opportunity GROUP BY Name",
    "SELECT Id FROM Account a, a.Owner o WHERE o.Name = 'x'",
    "SELECT Id\nFROM Account\r\n\tWHERE Name = 'a'",
    "SELECT Id FROM Account WHERE (NOT Name = 'a') AND (NOT Name = 'b')",
    "SELECT Id FROM Account WHERE Name IN ('a', null) AND A__c INCLUDES ('x;y', 'z')",
    "SELECT Id FROM Account WHERE A__c >= -1.5 AND B__c < .5 AND C__c = USD12.50",
    "SELECT Id FROM Account WHERE D__c = 2026-01-31 AND E__c > 2026-01-31T01:02:03.4+01:00",
    "SELECT Id FROM Account WHERE D__c = last_n_days : 3 OR D__c = Tomorrow",
    "SELECT TYPEOF What WHEN Account THEN Phone, Fax ELSE Name END FROM Task",
    "SELECT Name FROM Account LIMIT 5 OFFSET 6 FOR VIEW",
    "SELECT Id FROM Account USING SCOPE mine WHERE Name != null",
    "SELECT COUNT(Id) FROM Account GROUP BY CUBE(Name, Type) HAVING COUNT(Id) > 1",
    r"SELECT Id FROM Account WHERE Name = 'it\'s \"so\" \\ \n \u2019' AND Name LIKE '\%\_'",
]

# Statement, and the reason on the last line.
REFUSED = [
    ("SELECT * FROM Account", "unexpected token: '*'"),
    ("SELECT Id, FROM Account", "unexpected token: 'FROM'"),
    ("SELECT FROM Account", "unexpected token: 'FROM'"),
    ("SELECT Id FROM", "unexpected token: '<EOF>'"),
    ("UPDATE Account", "unexpected token: 'UPDATE'"),
    ("SELECT Id FROM Account limit", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account HAVING COUNT(Id) > 1", "unexpected token: 'HAVING'"),
    ("SELECT Id FROM Account group WHERE Id = null", "unexpected token: 'group'"),
    ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "token: 'OR'"),
    ("SELECT Id FROM Account WHERE Name = 'a' AND NOT Name = 'b'", "unexpected token: 'NOT'"),
    ("SELECT Id FROM Account WHERE SomeField__c IS NULL", "unexpected token: 'IS'"),
    ('SELECT Id FROM Account WHERE Name = "a"', "unexpected token: '\"'"),
    ("SELECT Id FROM Account WHERE Name = 'a", "unexpected token: '''"),
    ("SELECT Id FROM Account WHERE Name = :name", "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM Account ALL ROWS", "ALL ROWS not allowed in this context"),
    ("SELECT Id FROM Account WHERE D__c = LAST_N_DAYS", "unexpected token: 'LAST_N_DAYS'"),
    ("SELECT Id FROM Account WHERE D__c = 2026-02-30", "invalid date: 2026-02-30"),
    ("SELECT Id FROM Account LIMIT -1", "unexpected token: '-'"),
    ("SELECT NOW() FROM Account", "unexpected token: '('"),
    ("SELECT FIELDS(ALL) FROM Account GROUP BY FIELDS(ALL)", "unexpected token: 'FIELDS'"),
    ("SELECT Id FROM Account FOR", "unexpected token: 'FOR'"),
    ("SELECT Id FROM Account FOR FOR VIEW", "unexpected token: 'FOR'"),
    ("SELECT Id FROM FOR REFERENCE", "unexpected token: 'FOR'"),
    ("SELECT Id FROM Account FOR VIEW FOR REFERENCE", "unexpected token: 'FOR'"),
    ("SELECT Id FROM Account UPDATE TRACKING FOR VIEW", "unexpected token: 'FOR'"),
    ("SELECT Id FROM Account UPDATE Something", "unexpected token: 'Something'"),
    ("SELECT Id FROM Account FOR UPDATE", "FOR UPDATE not allowed in this context"),
    ("SELECT Id FROM AS a", "unexpected token: 'AS'"),
    ("SELECT Id FROM Account BY ORDER BY Name", "unexpected token: 'BY'"),
    ("SELECT Id FROM Account WHERE __c = 1", "unexpected token: '__c'"),
    ("SELECT Id FROM Account WHERE COUNT() = null", "COUNT() takes a field here"),
    ("SELECT Id FROM Account ORDER BY COUNT()", "COUNT() takes a field here"),
    ("SELECT Name FROM Account GROUP BY Name HAVING COUNT() > 1", "COUNT() takes a field here"),
    ("SELECT COUNT(), Id FROM Account", "COUNT() must be the only element in the SELECT list"),
    ("SELECT COUNT() n FROM Account", "COUNT() must be the only element in the SELECT list"),
    ("SELECT COUNT() FROM Account GROUP BY Name", "COUNT() must be the only element"),
    ("SELECT Id FROM A WHERE Id IN (SELECT BId BId FROM B)", "selects one field"),
    ("SELECT Id FROM A WHERE Id IN (SELECT COUNT() FROM B)", "selects one field"),
    ("SELECT Id FROM A WHERE Id IN (SELECT BId FROM B FOR VIEW)", "takes no GROUP BY, ORDER BY"),
    ("SELECT FORMAT(convertCurrency(MAX(Amount))) FROM A", "does not take these arguments"),
    (r"SELECT Id FROM Account WHERE Name = 'C:\temp\x'", r"Illegal character sequence '\x'"),
    (r"SELECT Id FROM Account WHERE Name = '100\%'", r"Illegal character sequence '\%'"),
]


def lines_of(name: str) -> list[str]:
    if not CORPORA.is_dir():
        pytest.skip("the corpora are not beside this checkout")
    return (CORPORA / name).read_text("utf-8").splitlines()


@pytest.mark.parametrize("statement", ACCEPTED)
def test_reads(statement: str) -> None:
    assert isinstance(parse(statement), Query)


@pytest.mark.parametrize(("statement", "reason"), REFUSED)
def test_refuses(statement: str, reason: str) -> None:
    with pytest.raises(SalesforceError) as caught:
        parse(statement)
    assert (caught.value.status, caught.value.code) == (400, "MALFORMED_QUERY")
    assert reason in caught.value.message.splitlines()[-1]


@pytest.mark.parametrize("name", ["real_accepted.txt", "valid.txt"])
def test_reads_every_statement_that_real_orgs_took(name: str) -> None:
    lines = lines_of(name)
    assert len(lines) > 100
    for line in lines:
        assert parse(line).columns, line


def test_every_invalid_statement_of_the_corpus_is_refused() -> None:
    lines = lines_of("invalid.txt")
    assert len(lines) > 40
    for line in lines:
        with pytest.raises(SalesforceError, match="MALFORMED_QUERY"):
            parse(line)


@pytest.mark.parametrize("nothing", ["", " ", "\n\t"])
def test_an_empty_statement_is_refused_without_a_caret(nothing: str) -> None:
    with pytest.raises(SalesforceError) as caught:
        parse(nothing)
    assert caught.value.message == "A query string has to be specified"


def test_a_statement_may_have_100_000_characters_and_no_more() -> None:
    start = "SELECT Id FROM Account WHERE Name IN ("
    most = start + ",".join(["'x'"] * 24_000)
    most += " " * (100_000 - len(most) - 1) + ")"
    assert len(parse(most).where.values) == 24_000  # type: ignore[union-attr]
    with pytest.raises(SalesforceError, match="100,000"):
        parse(most + " ")


def test_a_string_may_have_4_000_characters_and_no_more() -> None:
    assert parse(f"SELECT Id FROM Account WHERE Name = '{'x' * 4_000}'").where is not None
    with pytest.raises(SalesforceError, match="4,000"):
        parse(f"SELECT Id FROM Account WHERE Name = '{'x' * 4_001}'")


def test_parentheses_leave_no_trace_but_the_order_they_make() -> None:
    where = parse("SELECT Id FROM A WHERE ((B = 1)) AND (C = 2 OR (NOT D IN (3)))").where
    assert isinstance(where, Junction)
    first, second = where.parts
    assert isinstance(first, Comparison)
    assert isinstance(second, Junction)
    assert second.operator == "OR"
    last = second.parts[1]
    assert isinstance(last, Negation)
    assert isinstance(last.part, Membership)


def test_nesting_of_conditions_is_limited() -> None:
    """Else compiling would take what stack there is: the depth has a bound of ours."""

    def nested(depth: int) -> str:
        text = "A = 1"
        for level in range(depth):
            text = f"({text} {'AND' if level % 2 else 'OR'} B = {level})"
        return f"SELECT Id FROM A WHERE {text}"

    assert parse(nested(40)).where is not None
    with pytest.raises(SalesforceError, match="QUERY_TOO_COMPLICATED"):
        parse(nested(60))
    heaped = f"SELECT Id FROM A WHERE {'(' * 20_000}A = 1{')' * 20_000}"
    assert isinstance(parse(heaped).where, Comparison)


# Offset of the token, snippet, spaces before the caret: the rule that recorded errors follow.
CARETS = [
    ("SELECT A FROM B LIMIT X", "SELECT A FROM B LIMIT X", 22, 23),
    (
        "SELECT Id, LongFieldName__c, OtherFieldName__c, FROM Account WHERE Name = 'something'",
        "LongFieldName__c, OtherFieldName__c, FROM Account WHERE Name = 'something'",
        37,
        49,
    ),
]


def at_the_edge(reach: int, start: str) -> tuple[str, str, int, int]:
    """Return a case with white space so many characters before the token, and after it."""
    before = f"SELECT Id, {'x' * (reach - 3)}, "
    after = f"{'y' * (reach - 1)} FROM"
    displayed = before[before.index(start) :] + "*" + (after if reach < 31 else after[:-5])
    return f"{before}*{after}", displayed, displayed.index("*"), len(before) + 1


CARETS += [at_the_edge(31, "x"), at_the_edge(30, "Id")]


@pytest.mark.parametrize(("statement", "snippet", "spaces", "column"), CARETS)
def test_the_caret_is_below_the_token_in_a_window(
    statement: str, snippet: str, spaces: int, column: int
) -> None:
    with pytest.raises(SalesforceError) as caught:
        parse(statement)
    blank, displayed, caret, position, _ = caught.value.message.split("\n")
    assert blank == ""
    assert displayed == snippet
    assert caret == " " * spaces + "^"
    assert position == f"ERROR at Row:1:Column:{column}"


def test_rows_and_columns_count_from_the_line() -> None:
    with pytest.raises(SalesforceError, match="ERROR at Row:2:Column:6\n"):
        parse("SELECT Id\nFROM , Account")


def is_read_or_refused(text: str) -> bool:
    try:
        return bool(parse(text).columns)
    except SalesforceError as error:
        return error.status == 400


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Law: no text makes another error than SalesforceError."""
    assert is_read_or_refused(text)


WORDS = (
    "SELECT FROM WHERE AND OR NOT IN LIKE ( ) , = < != 'a' '\\' 1 1.5 null true Id Name Account"
    " COUNT( GROUP BY HAVING ORDER LIMIT OFFSET TODAY LAST_N_DAYS:3 2026-01-01 TYPEOF WHEN THEN END"
    " FIELDS(ALL) toLabel(Type) :x . ; 2026-01-01T00:00:00Z INCLUDES USING SCOPE WITH FOR VIEW"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=20).map(" ".join))
def test_any_words_of_the_language_are_read_or_refused(text: str) -> None:
    """Law: so it is for texts that look like statements."""
    assert is_read_or_refused(text)


def test_the_grammar_stays_small() -> None:
    """Each optional clause doubles the alternatives of its rule: ten in one took two seconds."""
    grammar = files("salesforce_emulator.soql").joinpath("grammar.lark").read_text("utf-8")
    assert len(Lark(grammar, parser="lalr", maybe_placeholders=True).rules) < 300
