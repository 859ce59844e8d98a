"""Order, limits, pages and locators."""

# ruff: noqa: S608 - SOQL, put together here

from datetime import timedelta
from pathlib import Path

import pytest
from local_org.soql.questions import Asker, reason

from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.schema import Field


def fill(org: Org, count: int, sobject: str = "Account", **fixed: str) -> list[str]:
    """Write records past the rules, and give their ids."""
    ids = [org.ids.next(org.schema[sobject].key_prefix) for _ in range(count)]
    name = "Name" if sobject == "Account" else "LastName"
    names = ", ".join(f'"{item}"' for item in ("Id", name, "IsDeleted", *fixed))
    marks = ", ".join("?" * (3 + len(fixed)))
    with org.transaction():
        org.db.executemany(
            f'INSERT INTO "{sobject}" ({names}) VALUES ({marks})',
            [(item, f"N{at}", 0, *fixed.values()) for at, item in enumerate(ids)],
        )
    return ids


def test_a_page_has_2_000_records(org: Org, ask: Asker) -> None:
    ids = fill(org, 4_001)
    pages = ask.all_pages("SELECT Id FROM Account", version=59.0)
    assert [len(page["records"]) for page in pages] == [2_000, 2_000, 1]
    assert [page["totalSize"] for page in pages] == [4_001] * 3
    assert [page["done"] for page in pages] == [False, False, True]
    assert list(pages[0]) == ["totalSize", "done", "nextRecordsUrl", "records"]
    url = pages[0]["nextRecordsUrl"]
    assert url.startswith("/services/data/v59.0/query/0r8")
    assert url.endswith("-2000")
    assert len(url.rpartition("/")[2]) == len("0r8xx5R2yF2gs3VASQ-2000")
    assert [record["Id"] for page in pages for record in page["records"]] == ids


def test_all_that_fits_one_page_has_no_locator(org: Org, ask: Asker) -> None:
    fill(org, 2_000)
    response = ask("SELECT Id FROM Account")
    assert list(response) == ["totalSize", "done", "records"]


@pytest.mark.parametrize(
    ("requested", "expected"), [(None, 2_000), (1, 200), (200, 200), (500, 500), (9_999, 2_000)]
)
def test_batch_size_sets_the_page_size(
    org: Org, ask: Asker, requested: int | None, expected: int
) -> None:
    fill(org, 2_200)
    assert len(ask("SELECT Id FROM Account", batch_size=requested)["records"]) == expected


def test_long_texts_make_pages_smaller(org: Org, ask: Asker) -> None:
    long_one, long_two = (
        Field(name=f"{name}__c", label=name, type="textarea", length=32_000, custom=True)
        for name in ("One", "Two")
    )
    org.extend(org.schema.with_fields("Account", long_one, long_two))
    fill(org, 1_100)

    def first_page(fields: str) -> int:
        return len(ask(f"SELECT {fields} FROM Account")["records"])

    assert first_page("Id, BillingStreet") == 1_100
    assert first_page("Id, Description") == 1_000
    assert first_page("Id, One__c, Description") == 1_000
    assert first_page("Id, One__c, Two__c") == 200
    pages = ask.all_pages("SELECT Id, One__c, Two__c FROM Account")
    assert [len(page["records"]) for page in pages] == [200] * 5 + [100]


def test_limit_and_offset_bound_the_pages(org: Org, ask: Asker) -> None:
    ids = fill(org, 700)
    pages = ask.all_pages("SELECT Id FROM Account LIMIT 450 OFFSET 10", batch_size=200)
    assert [len(page["records"]) for page in pages] == [200, 200, 50]
    assert pages[0]["totalSize"] == 450
    assert [item["Id"] for page in pages for item in page["records"]] == ids[10:460]
    assert ask("SELECT Id FROM Account LIMIT 0") == {"totalSize": 0, "done": True, "records": []}
    assert ask.column("SELECT Id FROM Account LIMIT 1 OFFSET 2000") == []


def test_the_offset_is_at_most_2_000(ask: Asker) -> None:
    error = ask.refused("SELECT Id FROM Account OFFSET 2001")
    assert error.code == "NUMBER_OUTSIDE_VALID_RANGE"
    assert error.message == "Maximum SOQL offset allowed is 2000"


def test_later_writes_do_not_change_pages(org: Org, ask: Asker) -> None:
    """What is written after the first page moves no record from one page to another."""
    ids = fill(org, 600)
    statement = "SELECT Id, Name FROM Account ORDER BY Name DESC"
    first = ask(statement, batch_size=200)
    expected = [item["Id"] for item in ask(statement)["records"]]
    fill(org, 10)
    with org.transaction():
        org.db.execute('UPDATE "Account" SET "Name" = ? WHERE "Id" = ?', ("zzz", ids[5]))
        org.db.execute('DELETE FROM "Account" WHERE "Id" = ?', (expected[250],))
    second = ask.more(first["nextRecordsUrl"])
    third = ask.more(second["nextRecordsUrl"])
    result = [item["Id"] for page in (first, second, third) for item in page["records"]]
    assert result == [item for item in expected if item != expected[250]]
    assert (third["done"], third["totalSize"]) == (True, 600)
    again = ask.more(first["nextRecordsUrl"])
    assert again == second, "a page may be had twice"


def test_a_locator_lives_two_days(org: Org, clock: Clock, ask: Asker) -> None:
    fill(org, 201)
    url = ask("SELECT Id FROM Account", batch_size=200)["nextRecordsUrl"]
    clock.advance(timedelta(days=2, seconds=-1))
    assert len(ask.more(url)["records"]) == 1
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Exception, match="INVALID_QUERY_LOCATOR: invalid query locator"):
        ask.more(url)


@pytest.mark.parametrize(
    "locator",
    ["", "0r8xx5R2yF2gs3VASQ-2000", "{id}", "{id}-", "{id}-x", "{id}-201", "{id}--1", "{id}-9e9",
     "{id}-²", "{id}-99999999999999999999", "001000000000001AAA-0"],
)  # fmt: skip
def test_a_locator_that_is_none_is_refused(org: Org, ask: Asker, locator: str) -> None:
    fill(org, 201)
    real = ask("SELECT Id FROM Account", batch_size=200)["nextRecordsUrl"].rpartition("/")[2]
    with pytest.raises(Exception, match="INVALID_QUERY_LOCATOR"):
        ask.more(locator.replace("{id}", real.partition("-")[0]))


def test_a_locator_is_its_users(org: Org, ask: Asker) -> None:
    fill(org, 201)
    url = ask("SELECT Id FROM Account", batch_size=200)["nextRecordsUrl"]
    with pytest.raises(Exception, match="INVALID_QUERY_LOCATOR"):
        Asker(org, "005000000000009AAA").more(url)


def test_children_count_toward_the_page(org: Org, ask: Asker) -> None:
    parents = fill(org, 150)
    for parent in parents:
        fill(org, 2, "Contact", AccountId=parent)
    statement = "SELECT Id, (SELECT Id FROM Contacts) FROM Account"
    pages = ask.all_pages(statement, batch_size=200)
    assert [len(page["records"]) for page in pages] == [66, 66, 18]
    assert [page["totalSize"] for page in pages] == [150] * 3
    assert [item["Id"] for page in pages for item in page["records"]] == parents
    assert all(item["Contacts"]["totalSize"] == 2 for page in pages for item in page["records"])


def test_a_page_is_filled_to_the_brim(org: Org, ask: Asker) -> None:
    for parent in fill(org, 101):
        fill(org, 1, "Contact", AccountId=parent)
    pages = ask.all_pages("SELECT Id, (SELECT Id FROM Contacts) FROM Account", batch_size=200)
    assert [len(page["records"]) for page in pages] == [100, 1]


def test_locators_survive_a_restart_of_an_org_in_a_file(tmp_path: Path, clock: Clock) -> None:
    with open_org(data=tmp_path / "org.sqlite3", clock=clock) as org:
        ids = fill(org, 300)
        ask = Asker(org, org.admin_id)
        first = ask("SELECT Id FROM Account", batch_size=200)
    with open_org(data=tmp_path / "org.sqlite3", clock=clock) as org:
        ask = Asker(org, org.admin_id)
        fresh = ask("SELECT Id FROM Account ORDER BY Id DESC", batch_size=200)
        assert fresh["nextRecordsUrl"] != first["nextRecordsUrl"]
        rest = ask.more(first["nextRecordsUrl"])["records"]
        assert [item["Id"] for item in rest] == ids[200:]


def test_a_family_too_large_for_the_page_has_a_locator_of_its_own(org: Org, ask: Asker) -> None:
    small, large = fill(org, 2)
    fill(org, 1, "Contact", AccountId=small)
    children = fill(org, 450, "Contact", AccountId=large)
    statement = "SELECT Id, (SELECT Id, LastName FROM Contacts) FROM Account"
    first = ask(statement, batch_size=200)
    assert len(first["records"]) == 1
    family = ask.more(first["nextRecordsUrl"])["records"][0]["Contacts"]
    assert (family["totalSize"], family["done"], len(family["records"])) == (450, False, 200)
    result = [item["Id"] for item in family["records"]]
    while "nextRecordsUrl" in family:
        family = ask.more(family["nextRecordsUrl"])
        result += [item["Id"] for item in family["records"]]
        assert family["totalSize"] == 450
    assert result == children
    assert family["records"][0]["attributes"]["type"] == "Contact"


def test_query_passes_over_deleted_rows_and_query_all_does_not(org: Org, ask: Asker) -> None:
    ids = fill(org, 300)
    with org.transaction():
        org.db.execute('UPDATE "Account" SET "IsDeleted" = 1 WHERE "Id" > ?', (ids[9],))
    assert ask("SELECT count() FROM Account")["totalSize"] == 10
    assert ask("SELECT Id FROM Account WHERE IsDeleted = true")["totalSize"] == 0
    pages = ask.all_pages("SELECT Id FROM Account", all_rows=True, batch_size=200)
    assert [len(page["records"]) for page in pages] == [200, 100]
    assert "/query/" in pages[0]["nextRecordsUrl"]
    deleted = "SELECT Id FROM Account WHERE IsDeleted = true"
    assert ask(deleted, all_rows=True)["totalSize"] == 290


ORDERS = [
    ("Name", "ann,Bob,Éva,eve"),
    ("Name DESC", "eve,Éva,Bob,ann"),
    ("AnnualRevenue", "Bob,eve,ann,Éva"),
    ("AnnualRevenue NULLS LAST", "ann,Éva,Bob,eve"),
    ("AnnualRevenue DESC", "Bob,eve,Éva,ann"),
    ("AnnualRevenue DESC NULLS LAST, Name DESC", "Éva,ann,eve,Bob"),
    ("Rating, Name", "ann,Bob,eve,Éva"),
    ("Rating DESC, Name", "ann,Éva,eve,Bob"),
    ("Owner.Name, Name", "ann,Bob,Éva,eve"),
    ("Id DESC", "Éva,eve,Bob,ann"),
]


@pytest.mark.parametrize(("order", "names"), ORDERS)
def test_order(ask: Asker, order: str, names: str) -> None:
    """Nulls come first unless told otherwise, picklists in their own order, ties by id."""
    for name, revenue, rating in (
        ("ann", 1, None),
        ("Bob", None, "Hot"),
        ("eve", None, "Warm"),
        ("Éva", 2, "Cold"),
    ):
        ask.create("Account", Name=name, AnnualRevenue=revenue, Rating=rating)
    result = ",".join(ask.column(f"SELECT Name FROM Account ORDER BY {order}"))
    assert result == names


def test_unsortable_fields_are_refused_in_order_by(ask: Asker) -> None:
    for field in ("Description", "BillingAddress"):
        error = ask.refused(f"SELECT Id FROM Account ORDER BY {field}")
        assert reason(error) == f"field '{field}' can not be sorted in a query call"
    many = ", ".join(["Name"] * 33)
    assert "32 fields" in reason(ask.refused(f"SELECT Id FROM Account ORDER BY {many}"))
