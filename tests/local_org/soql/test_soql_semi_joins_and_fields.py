"""Semi-joins, compound and base64 fields, FIELDS()."""

# ruff: noqa: S608 - SOQL, put together here

import pytest
from local_org.soql.family import Family
from local_org.soql.questions import Asker, bare, reason

from salesforce_emulator.org.state import Org


def test_semi_and_anti_joins(family: Family) -> None:
    column = family.ask.column
    inner = "(SELECT AccountId FROM Contact WHERE LastName LIKE 'A%')"
    assert column(f"SELECT Name FROM Account WHERE Id IN {inner}") == ["Acme"]
    assert column(f"SELECT Name FROM Account WHERE Id NOT IN {inner}") == ["Bolt"]
    assert column("SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)") == [
        "Bolt"
    ], "a contact without an account excludes nothing"
    assert column(f"SELECT Name FROM Account WHERE Name != 'x' AND (Id IN {inner})") == ["Acme"]
    assert column(
        "SELECT LastName FROM Contact WHERE AccountId IN (SELECT Id FROM Account"
        " WHERE Parent.Name = null) ORDER BY LastName"
    ) == ["Ann", "Bob"]
    two = f"Id IN {inner} AND Id NOT IN (SELECT AccountId FROM Opportunity)"
    assert column(f"SELECT Name FROM Account WHERE {two}") == ["Acme"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("Name IN (SELECT AccountId FROM Contact)", "should be an id field, cannot use: 'Name'"),
        ("Parent.Id IN (SELECT AccountId FROM Contact)", "cannot use: 'Parent.Id'"),
        ("Id IN (SELECT Name FROM Contact)", "field 'Name' can not be used in a semi join"),
        ("Id IN (SELECT OwnerId FROM Contact)", "should point to the same object type"),
        ("Id IN (SELECT ParentId FROM Account)", "should not be on the same object type"),
        ("Id IN (SELECT WhatId FROM Task)", "'Task' is not supported for semi join inner selects"),
        ("Id IN (SELECT AccountId FROM Contact) OR Name = 'x'", "with the 'OR' operator"),
        ("NOT Id IN (SELECT AccountId FROM Contact)", "only allowed at the top level WHERE"),
        ("Id IN (SELECT AccountId FROM Contact LIMIT 1)", "takes no GROUP BY, ORDER BY, LIMIT"),
        ("Id IN (SELECT AccountId, Id FROM Contact)", "selects one field"),
        ("Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
         "Nesting of semi join sub-selects is not supported"),
        (" AND ".join(["Id IN (SELECT AccountId FROM Contact)"] * 3),
         "Maximum 2 semi join sub-selects are allowed"),
        ("Id IN (SELECT AccountId FROM Xyzzy)", "sObject type 'Xyzzy' is not supported"),
    ],
)  # fmt: skip
def test_semi_joins_are_refused(ask: Asker, condition: str, words: str) -> None:
    assert words in reason(ask.refused(f"SELECT Id FROM Account WHERE {condition}"))


def test_compound_fields_come_as_objects(family: Family) -> None:
    records = family.ask("SELECT BillingAddress FROM Account ORDER BY Name")["records"]
    address = records[0]["BillingAddress"]
    assert address["city"] == "Rome"
    assert set(address) >= {"city", "country", "latitude", "longitude", "postalCode", "street"}
    assert records[1]["BillingAddress"] is None


def test_base64_fields_come_as_paths(ask: Asker) -> None:
    account = ask.create("Account", Name="Acme")
    blob = ask.create("Attachment", Name="a.txt", ParentId=account, Body="aGk=")
    record = ask("SELECT Body FROM Attachment", version=60.0)["records"][0]
    assert record["Body"] == f"/services/data/v60.0/sobjects/Attachment/{blob}/Body"


def test_fields_function_selects_the_objects_fields(org: Org, family: Family) -> None:
    ask = family.ask
    names = {field.name for field in org.schema["Account"].fields}
    record = bare(ask("SELECT FIELDS(ALL) FROM Account LIMIT 1")["records"][0])
    assert set(record) == names
    custom = bare(ask("SELECT Id, FIELDS(CUSTOM) FROM Account LIMIT 200")["records"][0])
    assert list(custom) == ["Id", "External_Id__c"]
    by_id = ask(f"SELECT FIELDS(ALL) FROM Account WHERE Id IN ('{family.acme}')")
    assert by_id["totalSize"] == 1
    standard = bare(ask("SELECT FIELDS(STANDARD) FROM Account")["records"][0])
    assert set(standard) == names - {"External_Id__c"}
    children = ask("SELECT (SELECT FIELDS(ALL) FROM Contacts LIMIT 2) FROM Account")["records"]
    assert children[0]["Contacts"]["records"][0]["LastName"] == "Ann"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SELECT FIELDS(ALL) FROM Account", "must have a LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "must have a LIMIT of at most 200"),
        ("SELECT Id, FIELDS(STANDARD) FROM Account", "duplicate field selected: Id"),
        ("SELECT FIELDS(CUSTOM) FROM Task LIMIT 1", "at least one field being selected"),
        ("SELECT FIELDS(ALL) FROM Account GROUP BY Name", "takes neither TYPEOF nor FIELDS()"),
    ],
)
def test_fields_is_refused(ask: Asker, statement: str, words: str) -> None:
    assert words in reason(ask.refused(statement))
