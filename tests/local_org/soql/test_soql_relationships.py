"""Parents, polymorphic parents, TYPEOF, subqueries, semi-joins."""

# ruff: noqa: S608 - SOQL, put together here

import pytest
from local_org.soql.family import Family
from local_org.soql.questions import Asker, bare, reason


def test_fields_keep_the_order_of_select_and_the_schemas_case(family: Family) -> None:
    response = family.ask("select NAME, account.RATING, id, ACCOUNT.name from contact where id = "
                        f"'{family.ann}'")  # fmt: skip
    assert response == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": {
                    "type": "Contact",
                    "url": f"/services/data/v68.0/sobjects/Contact/{family.ann}",
                },
                "Name": "Ann",
                "Account": {
                    "attributes": {
                        "type": "Account",
                        "url": f"/services/data/v68.0/sobjects/Account/{family.acme}",
                    },
                    "Rating": "Hot",
                    "Name": "Acme",
                },
                "Id": family.ann,
            }
        ],
    }
    record = response["records"][0]
    assert list(record) == ["attributes", "Name", "Account", "Id"]
    assert list(record["Account"]) == ["attributes", "Rating", "Name"]


def test_a_missing_parent_is_null(family: Family) -> None:
    response = family.ask(
        "SELECT Account.Name, Account.Owner.Name FROM Contact WHERE LastName='Cyd'"
    )
    assert bare(response["records"][0]) == {"Account": None}
    column = family.ask.column
    statement = "SELECT LastName FROM Contact WHERE Account.{} ORDER BY LastName"
    assert column(statement.format("Rating = null")) == ["Cyd"]
    assert column(statement.format("Rating != 'Cold'")) == ["Ann", "Bob", "Cyd"]
    assert column(statement.format("IsDeleted = false")) == ["Ann", "Bob", "Cyd"]


def test_paths_may_go_up_five_parents_and_no_more(family: Family) -> None:
    far = "SELECT Name FROM Account WHERE Parent.Owner.Profile.CreatedBy.Name = null"
    assert family.ask.column(far) == ["Acme"]
    most = "Parent.Parent.Parent.Parent.Parent.Name"
    assert family.ask(f"SELECT {most} FROM Account")["totalSize"] == 2
    assert "more than 5" in reason(family.ask.refused(f"SELECT Parent.{most} FROM Account"))


def test_aliases_and_the_object_name_prefix_fields(family: Family) -> None:
    for statement in (
        "SELECT c.Account.Name FROM Contact c WHERE c.LastName = 'Ann'",
        "SELECT Contact.Account.Name FROM Contact WHERE Contact.LastName = 'Ann'",
        "SELECT a.Name FROM Contact c, c.Account a WHERE c.LastName = 'Ann'",
        "SELECT a.Name FROM Contact, Contact.Account a WHERE LastName = 'Ann'",
    ):
        record = family.ask(statement)["records"][0]
        assert record["Account"]["Name"] == "Acme", statement
    assert "Didn't understand relationship" in reason(
        family.ask.refused("SELECT Id FROM Contact, Account")
    )


def test_a_field_comes_once(family: Family) -> None:
    for fields in ("Id, Name, ID", "Account.Name, Id, Account.NAME"):
        error = family.ask.refused(f"SELECT {fields} FROM Contact")
        assert error.code == "INVALID_FIELD"
        assert reason(error).startswith("duplicate field selected: ")


def test_plain_fields_take_no_alias(family: Family) -> None:
    error = family.ask.refused("SELECT Id Name FROM Account")
    assert (error.code, reason(error)) == (
        "MALFORMED_QUERY",
        "only aggregate expressions use field aliasing",
    )


def test_a_polymorphic_parent_is_a_name(family: Family) -> None:
    ask = family.ask
    tasks = ask(
        "SELECT Who.Name, Who.Type, What.Name, What.Type, Owner.Name, Owner.Profile.Name FROM Task"
        " ORDER BY Subject"
    )["records"]
    who = tasks[0]["Who"]
    assert who["attributes"] == {
        "type": "Name",
        "url": f"/services/data/v68.0/sobjects/Contact/{family.ann}",
    }
    assert bare(who) == {"Name": "Ann", "Type": "Contact"}
    assert bare(tasks[0]["What"]) == {"Name": "Acme", "Type": "Account"}
    assert bare(tasks[1]["Who"]) == {"Name": "Lee", "Type": "Lead"}
    assert tasks[1]["What"] is None
    assert tasks[0]["Owner"]["Profile"]["Name"] == "System Administrator"
    assert ask.column("SELECT Subject FROM Task WHERE Who.Type = 'Lead'") == ["Mail"]
    assert ask.column("SELECT Subject FROM Task WHERE What.Name LIKE 'ac%'") == ["Call"]
    assert ask.column("SELECT Subject FROM Task WHERE Owner.FirstName = 'Ada'") == ["Call", "Mail"]
    assert "on entity 'Name'" in reason(ask.refused("SELECT What.BillingCity FROM Task"))


def test_typeof_selects_fields_by_type(family: Family) -> None:
    tasks = family.ask(
        "SELECT Subject, TYPEOF Who WHEN Contact THEN LastName, IsDeleted WHEN Lead THEN Company"
        " END, TYPEOF What WHEN Opportunity THEN Amount ELSE Name, Type END FROM Task"
        " ORDER BY Subject"
    )["records"]
    assert tasks[0]["Who"]["attributes"]["type"] == "Contact"
    assert bare(tasks[0]["Who"]) == {"LastName": "Ann", "IsDeleted": False}
    assert bare(tasks[1]["Who"]) == {"Company": "Leeds"}
    assert tasks[0]["What"]["attributes"]["type"] == "Account"
    assert bare(tasks[0]["What"]) == {"Name": "Acme", "Type": "Account"}
    assert tasks[1]["What"] is None


def test_typeof_follows_parents_within_its_branches(family: Family) -> None:
    """A branch's paths begin at the record, be it in WHEN, where it is one, or in ELSE."""
    tasks = family.ask(
        "SELECT TYPEOF What WHEN Account THEN Owner.Profile.Name, Owner.Alias, Parent.Name END,"
        " TYPEOF Owner WHEN Group THEN Name ELSE Profile.Name, Name END FROM Task ORDER BY Subject"
    )["records"]
    what = tasks[0]["What"]
    assert list(what) == ["attributes", "Owner", "Parent"]
    assert what["Owner"]["Profile"]["Name"] == "System Administrator"
    assert what["Owner"]["attributes"]["type"] == "User"
    assert len(bare(what["Owner"])["Alias"]) == 5
    assert what["Parent"] is None, "the account has none"
    assert tasks[1]["What"] is None
    assert tasks[1]["Owner"]["attributes"]["type"] == "User"
    assert tasks[1]["Owner"]["Profile"]["Name"] == "System Administrator"


def test_typeof_of_a_parents_relationship(family: Family) -> None:
    ask = family.ask
    case = ask.create("Case", Subject="Broken")
    ask.create("CaseComment", ParentId=case, CommentBody="hot")
    comment = ask(
        "SELECT Parent.Subject, TYPEOF Parent.Owner WHEN User THEN Username, Profile.Name END"
        " FROM CaseComment"
    )["records"][0]
    parent = comment["Parent"]
    assert list(parent) == ["attributes", "Subject", "Owner"]
    assert parent["attributes"]["type"] == "Case"
    assert parent["Owner"]["Profile"]["Name"] == "System Administrator"
    error = ask.refused("SELECT TYPEOF Account.Owner WHEN User THEN Name END FROM Contact")
    assert (
        reason(error) == "TYPEOF is for polymorphic relationships alone, cannot use: Account.Owner"
    )


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("TYPEOF Boss WHEN User THEN Name END", "Didn't understand relationship 'Boss'"),
        ("TYPEOF CreatedBy WHEN User THEN Name END", "polymorphic relationships alone"),
        ("TYPEOF What WHEN Xyzzy THEN Name END", "sObject type 'Xyzzy' is not supported"),
        ("TYPEOF What WHEN Lead THEN Name END", "What can not be a Lead"),
        ("TYPEOF What WHEN Account THEN Nmae END", "No such column 'Nmae' on entity 'Account'"),
        ("TYPEOF What WHEN Account THEN Boss.Name END", "Didn't understand relationship 'Boss'"),
        ("TYPEOF What WHEN Account THEN Owner.Nmae END", "No such column 'Nmae' on entity 'User'"),
        ("TYPEOF What WHEN Account THEN Owner.Manager.Manager.Manager.Manager.Name END",
         "more than 5 child-to-parent"),
        ("TYPEOF What WHEN Account THEN Owner.Name, Owner.Name END", "duplicate field selected"),
        ("TYPEOF What ELSE Owner.Name END", "unexpected token: 'ELSE'"),
        ("What.Name, TYPEOF What WHEN Account THEN Name END", "duplicate field selected: What"),
    ],
)  # fmt: skip
def test_typeof_is_refused(family: Family, item: str, words: str) -> None:
    assert words in reason(family.ask.refused(f"SELECT {item} FROM Task"))


def test_a_subquery_returns_children_or_null(family: Family) -> None:
    records = family.ask(
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName DESC) "
        "FROM Account ORDER BY Name"
    )["records"]
    assert list(records[0]) == ["attributes", "Name", "Contacts"]
    contacts = records[0]["Contacts"]
    assert list(contacts) == ["totalSize", "done", "records"]
    assert (contacts["totalSize"], contacts["done"]) == (2, True)
    assert [contact["LastName"] for contact in contacts["records"]] == ["Bob", "Ann"]
    assert contacts["records"][0]["Account"]["Name"] == "Acme"
    assert records[1]["Contacts"] is None


def test_a_subquery_has_its_own_where_and_limit_for_each_parent(family: Family) -> None:
    family.ask.create("Contact", LastName="Dan", AccountId=family.bolt)
    statement = "SELECT (SELECT LastName FROM Contacts {}) FROM Account ORDER BY Name"

    def names(clauses: str) -> list[list[str]]:
        records = family.ask(statement.format(clauses))["records"]
        children = [(record["Contacts"] or {"records": []})["records"] for record in records]
        return [[child["LastName"] for child in item] for item in children]

    assert names("ORDER BY LastName LIMIT 1") == [["Ann"], ["Dan"]]
    assert names("WHERE LastName != 'Ann'") == [["Bob"], ["Dan"]]
    assert names("WHERE LastName = 'Ann'") == [["Ann"], []]
    inner = "(SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1 OFFSET 1)"
    for_acme = f"SELECT {inner} FROM Account WHERE Name = 'Acme' LIMIT 1"
    children = family.ask(for_acme)["records"][0]["Contacts"]["records"]
    assert [child["LastName"] for child in children] == ["Bob"]


def test_nested_subqueries_need_version_58(family: Family) -> None:
    statement = (
        "SELECT Name, (SELECT Name, (SELECT Subject FROM Tasks) FROM Contacts ORDER BY Name),"
        " (SELECT Name FROM ChildAccounts) FROM Account WHERE Name = 'Acme'"
    )
    record = family.ask(statement, version=58.0)["records"][0]
    contacts = record["Contacts"]["records"]
    assert [contact["Subject"] for contact in contacts[0]["Tasks"]["records"]] == ["Call"]
    assert contacts[1]["Tasks"] is None
    assert record["ChildAccounts"]["records"][0]["Name"] == "Bolt"
    assert "/v58.0/" in contacts[0]["attributes"]["url"]
    assert "more than 1 level away" in reason(family.ask.refused(statement, version=57.0))


def test_subqueries_nest_four_levels(family: Family) -> None:
    def nested(depth: int) -> str:
        inner = f", {nested(depth - 1)}" if depth > 1 else ""
        return f"(SELECT Id{inner} FROM ChildAccounts)"

    assert family.ask(f"SELECT Id, {nested(4)} FROM Account")["totalSize"] == 2
    error = family.ask.refused(f"SELECT Id, {nested(5)} FROM Account")
    assert "more than 4 level away" in reason(error)


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("SELECT (SELECT Id FROM Contact) FROM Account", "INVALID_TYPE",
         "Didn't understand relationship 'Contact' in FROM part of query call."),
        ("SELECT (SELECT Id FROM Contacts), (SELECT Name FROM Contacts) FROM Account",
         "INVALID_FIELD", "duplicate field selected: Contacts"),
        ("SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", "MALFORMED_QUERY",
         "Only root queries support aggregate expressions"),
        ("SELECT (SELECT Id FROM Contacts OFFSET 1) FROM Account", "MALFORMED_QUERY",
         "OFFSET in a subquery needs LIMIT 1"),
        ("SELECT (SELECT Id FROM Contacts) c FROM Account", "MALFORMED_QUERY",
         "only aggregate expressions use field aliasing"),
        ("SELECT COUNT(Id), (SELECT Id FROM Contacts) FROM Account", "MALFORMED_QUERY",
         "A grouped query takes no subquery"),
    ],
)  # fmt: skip
def test_subqueries_are_refused(family: Family, statement: str, code: str, words: str) -> None:
    error = family.ask.refused(statement)
    assert error.code == code
    assert words in reason(error)


def test_twenty_subqueries_and_no_more(ask: Asker) -> None:
    inner = ", ".join(["(SELECT Id FROM Contacts)"] * 21)
    assert "20 subqueries at most" in reason(ask.refused(f"SELECT {inner} FROM Account"))
    nested = ", ".join(["(SELECT Id, (SELECT Id FROM Cases) FROM Contacts)"] * 11)
    assert "20 subqueries at most" in reason(ask.refused(f"SELECT {nested} FROM Account"))
