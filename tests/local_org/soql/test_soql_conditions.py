"""WHERE: operators and values by the type of the field."""

# ruff: noqa: S608 - SOQL, put together here

from dataclasses import replace

import pytest
from local_org.soql.questions import Asker, reason

from salesforce_emulator.org.state import Org
from salesforce_emulator.schema import Field, PicklistValue


@pytest.fixture
def people(ask: Asker) -> Asker:
    """Four accounts, some with less in them than others."""
    ask.create("Account", Name="Acme", Industry="Banking", AnnualRevenue=100, NumberOfEmployees=5)
    ask.create("Account", Name="bolt 100%", Industry="Energy", AnnualRevenue=200)
    ask.create("Account", Name="Écran", BillingCity="Paris", Phone="12_34")
    ask.create("Account", Name="zeta", Industry="banking")
    return ask


FOUND = [
    ("Name = 'ACME'", "Acme"),
    ("Name = 'écran'", "Écran"),
    ("Name != 'acme'", "bolt 100%,Écran,zeta"),
    ("Name <> 'acme'", "bolt 100%,Écran,zeta"),
    ("Industry = 'BANKING'", "Acme,zeta"),
    ("Industry != 'Banking'", "bolt 100%,Écran"),
    ("Industry = null", "Écran"),
    ("Industry = ''", "Écran"),
    ("Industry != null", "Acme,bolt 100%,zeta"),
    ("NOT Industry = 'Energy'", "Acme,Écran,zeta"),
    ("NOT (Industry = 'Energy' OR Name = 'Acme')", "Écran,zeta"),
    ("NOT (NOT Industry = 'Energy')", "bolt 100%"),
    ("Name LIKE 'a%'", "Acme"),
    ("Name LIKE '%C%'", "Acme,Écran"),
    ("Name LIKE 'É_ran'", "Écran"),
    ("Name LIKE 'écr%'", "Écran"),
    (r"Name LIKE '%\%'", "bolt 100%"),
    (r"Phone LIKE '%\_%'", "Écran"),
    (r"Name LIKE '%\_%'", ""),
    ("(NOT Name LIKE 'a%') AND Industry != null", "bolt 100%,zeta"),
    ("Name < 'b'", "Acme"),
    ("Name >= 'BOLT 100%' AND Name <= 'Zeta'", "bolt 100%,zeta"),
    ("Name IN ('acme', 'ZETA', 'nobody')", "Acme,zeta"),
    ("Name IN ('acme', 'ÉCRAN')", "Acme,Écran"),
    ("Name NOT IN ('acme', 'zeta')", "bolt 100%,Écran"),
    ("Industry IN ('energy', null)", "bolt 100%,Écran"),
    ("Industry NOT IN ('energy')", "Acme,Écran,zeta"),
    ("Industry NOT IN ('energy', null)", "Acme,zeta"),
    ("AnnualRevenue = 100", "Acme"),
    ("AnnualRevenue = 100.0", "Acme"),
    ("AnnualRevenue > 100", "bolt 100%"),
    ("AnnualRevenue >= 100 AND AnnualRevenue < 201", "Acme,bolt 100%"),
    ("NOT AnnualRevenue > 100", "Acme,Écran,zeta"),
    ("AnnualRevenue IN (100, 7)", "Acme"),
    ("AnnualRevenue != 100", "bolt 100%,Écran,zeta"),
    ("NumberOfEmployees = 5", "Acme"),
    ("IsDeleted = false", "Acme,bolt 100%,Écran,zeta"),
    ("IsDeleted != true", "Acme,bolt 100%,Écran,zeta"),
    ("IsDeleted = null", "Acme,bolt 100%,Écran,zeta"),
    ("IsDeleted = TRUE", ""),
    ("CreatedDate = 2026-11-22T13:00:00+01:00", "Acme,bolt 100%,Écran,zeta"),
    ("CreatedDate > 2026-11-22T12:00:00.000Z", ""),
    ("CreatedDate < 2026-11-22T12:00:00.001Z", "Acme,bolt 100%,Écran,zeta"),
    ("Name = 'Acme' OR (Industry = 'Energy' AND AnnualRevenue > 1)", "Acme,bolt 100%"),
    ("Account.Name = 'Acme'", "Acme"),
    (r"Name = '\u0041cme'", "Acme"),
]


@pytest.mark.parametrize(("condition", "names"), FOUND)
def test_finds(people: Asker, condition: str, names: str) -> None:
    result = people.column(f"SELECT Name FROM Account WHERE {condition} ORDER BY Name")
    assert ",".join(result) == names


def test_an_id_may_have_15_or_18_characters(ask: Asker) -> None:
    record_id = ask.create("Account", Name="Acme")
    other = ask.create("Account", Name="Bolt")
    for values in (record_id, record_id[:15]):
        assert ask.column(f"SELECT Id FROM Account WHERE Id = '{values}'") == [record_id]
        assert ask.column(f"SELECT Id FROM Account WHERE Id IN ('{values}')") == [record_id]
    assert ask.column(f"SELECT Id FROM Account WHERE Id > '{record_id}'") == [other]
    assert ask.column(f"SELECT Id FROM Account WHERE Id != '{record_id}'") == [other]


REFUSED = [
    ("Nmae = 'x'", "INVALID_FIELD", "No such column 'Nmae' on entity 'Account'."),
    ("Owner.Nmae = 'x'", "INVALID_FIELD", "No such column 'Nmae' on entity 'User'."),
    ("Boss.Name = 'x'", "INVALID_FIELD", "Didn't understand relationship 'Boss' in field path."),
    ("Id = 'somethingwonky'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: somethingwonky"),
    ("OwnerId IN ('x')", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: x"),
    ("Id LIKE '001%'", "INVALID_FIELD", "invalid operator on id field"),
    ("Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered"),
    ("BillingAddress = 'x'", "INVALID_FIELD", "field 'BillingAddress' can not be filtered"),
    ("CreatedDate = '2026-01-01'", "INVALID_FIELD", "must be of type dateTime and should not be"),
    ("CreatedDate = 2026-01-01", "INVALID_FIELD", "must be of type dateTime and should not be"),
    ("AnnualRevenue = '5'", "INVALID_FIELD", "must be of type double and should not be enclosed"),
    ("NumberOfEmployees = '5'", "INVALID_FIELD", "must be of type int and should not be"),
    ("AnnualRevenue > EUR5", "MALFORMED_QUERY", "unexpected token: 'EUR5'"),
    ("AnnualRevenue > USD5.5", "MALFORMED_QUERY", "unexpected token: 'USD5.5'"),
    ("IsDeleted = 'true'", "INVALID_FIELD", "must be of type boolean and should not be"),
    ("IsDeleted > true", "INVALID_FIELD", "invalid operator on boolean field"),
    ("Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed in quotes"),
    ("AnnualRevenue LIKE '5%'", "INVALID_FIELD", "invalid operator on currency field"),
    ("Name > null", "MALFORMED_QUERY", "null can be compared by = and != alone"),
    ("Name INCLUDES ('x')", "INVALID_FIELD", "only valid on multipicklist field"),
    ("COUNT(Id) > 1", "MALFORMED_QUERY", "Aggregate functions are not allowed here"),
    ("Name = TODAY", "INVALID_FIELD", "must be of type string"),
    ("A.B.C.D.E.F.Name = 'x'", "MALFORMED_QUERY", "more than 5 child-to-parent relationships"),
]


@pytest.mark.parametrize(("condition", "code", "words"), REFUSED)
def test_refuses(ask: Asker, condition: str, code: str, words: str) -> None:
    error = ask.refused(f"SELECT Id FROM Account WHERE {condition}")
    assert error.code == code
    assert words in reason(error)
    assert "\nERROR at Row:1:Column:30\n" in error.message or code == "MALFORMED_QUERY"


@pytest.fixture
def skilled(org: Org, ask: Asker) -> Asker:
    """Contacts with a multipicklist and a case-sensitive code."""
    skills = tuple(PicklistValue(name, name) for name in ("C", "Java", "Python"))
    many = Field(name="Skills__c", label="Skills", type="multipicklist", picklist=skills,
                 custom=True, sortable=False, groupable=False)  # fmt: skip
    code = Field(name="Code__c", label="Code", type="string", length=20, custom=True,
                 case_sensitive=True)  # fmt: skip
    org.extend(org.schema.with_fields("Contact", many, code))
    for name, selected, text in (
        ("both", "C;Python", "a*B?"),
        ("one", "C", "a*b?"),
        ("other", "Java", "[x]"),
        ("none", None, None),
    ):
        ask.create("Contact", LastName=name, Skills__c=selected, Code__c=text)
    return ask


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("Skills__c INCLUDES ('C')", "both,one"),
        ("Skills__c INCLUDES ('c;python')", "both"),
        ("Skills__c INCLUDES ('C;Python', 'Java')", "both,other"),
        ("Skills__c EXCLUDES ('C')", "none,other"),
        ("Skills__c = 'C;Python'", "both"),
        ("Skills__c = 'Python;C'", "both"),
        ("Skills__c = 'C'", "one"),
        ("Skills__c != 'C'", "both,none,other"),
        ("Skills__c = null", "none"),
        ("Skills__c IN ('C', 'Java')", "one,other"),
        ("Code__c = 'a*b?'", "one"),
        ("Code__c IN ('A*B?', 'a*B?')", "both"),
        ("Code__c LIKE 'a*%'", "both,one"),
        ("Code__c LIKE '%B_'", "both"),
        ("Code__c LIKE '[%]'", "other"),
    ],
)
def test_multipicklists_and_fields_that_mind_case(
    skilled: Asker, condition: str, names: str
) -> None:
    result = skilled.column(f"SELECT LastName FROM Contact WHERE {condition} ORDER BY LastName")
    assert ",".join(result) == names


def test_multipicklists_take_no_other_operator(skilled: Asker) -> None:
    for condition in ("Skills__c LIKE 'C%'", "Skills__c > 'C'"):
        error = skilled.refused(f"SELECT Id FROM Contact WHERE {condition}")
        assert reason(error) == "invalid operator on multipicklist field"
    assert "can not be sorted" in reason(
        skilled.refused("SELECT Id FROM Contact ORDER BY Skills__c")
    )


def test_deep_and_wide_conditions_are_answered(people: Asker) -> None:
    """As deep as the grammar lets them be, and as wide as a statement may be long."""
    deep = "Name = 'acme'"
    for level in range(49):
        nobody = f"Name = 'n{level}'"
        deep = f"(Name = '{level}' OR {deep})" if level % 2 else f"({deep} AND NOT_({nobody}))"
    deep = deep.replace("NOT_(", "(NOT ")
    assert people.column(f"SELECT Name FROM Account WHERE {deep}") == ["Acme"]
    crossed = "(Name = 'acme' AND AnnualRevenue > 1)"
    for level in range(24):
        crossed = f"((Name = 'x' OR Phone = 'y{level}') OR (Industry != null AND {crossed}))"
    assert people.column(f"SELECT Name FROM Account WHERE {crossed}") == ["Acme"]
    wide = " OR ".join(f"AnnualRevenue = {number}" for number in range(99, 3_000))
    assert people.column(f"SELECT Name FROM Account WHERE {wide}") == ["Acme", "bolt 100%"]
    entries = " OR ".join(f"Name = '{number}'" for number in range(5_000))
    assert people.column(f"SELECT Name FROM Account WHERE {entries} OR Name = 'acme'") == ["Acme"]


def test_a_field_hidden_from_the_user_is_none(org: Org, people: Asker) -> None:
    org.settings.hidden_fields["System Administrator"] = {"Account": {"Industry"}}
    error = people.refused("SELECT Id FROM Account WHERE Industry = 'Energy'")
    assert "No such column 'Industry' on entity 'Account'" in reason(error)


def test_an_object_that_cannot_be_queried_is_refused(org: Org, ask: Asker) -> None:
    invoice = org.schema["Invoice__c"]
    hidden = invoice.extended()
    hidden.flags = invoice.flags - {"queryable"}
    org.extend(org.schema.with_objects(hidden))
    error = ask.refused("SELECT Id FROM Invoice__c")
    assert error.code == "INVALID_TYPE_FOR_OPERATION"


def test_time_of_day_compares(org: Org, ask: Asker) -> None:
    template = org.schema["Contact"].field("Birthdate")
    assert template is not None
    opens = replace(template, name="Opens__c", type="time", custom=True)
    org.extend(org.schema.with_fields("Contact", opens))
    ask.create("Contact", LastName="early", Opens__c="08:30:00.000Z")
    ask.create("Contact", LastName="late", Opens__c="11:00:00.000Z")
    assert ask.column("SELECT LastName FROM Contact WHERE Opens__c < 09:00:00Z") == ["early"]
    assert ask.column("SELECT Opens__c FROM Contact WHERE Opens__c > 08:30:00.000Z") == [
        "11:00:00.000Z"
    ]
    error = ask.refused("SELECT Id FROM Contact WHERE Opens__c = '08:30'")
    assert "must be of type time" in reason(error)
