"""Inputs that a path or an address cannot carry, and several records of one external id."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Forbidden, NotFound, Rejected
from salesforce_emulator.org.state import Org

Act = Callable[..., Any]
KEYED = {"sobject": "Account", "external_id_field": "External_Id__c"}


@pytest.mark.parametrize("key", [".", "..", "a/../b", "%2e%2e", "...", "/", "?x=1#y", "ü 日本"])
def test_any_text_is_an_external_id(act: Act, local_org: Org, key: str) -> None:
    with pytest.raises(NotFound):
        act("get_record_by_external_id", {**KEYED, "external_id": key})
    with pytest.raises(NotFound):
        act(
            "upsert_record",
            {**KEYED, "external_id": key, "fields": {"Name": "x"}, "update_only": True},
        )
    created = act("upsert_record", {**KEYED, "external_id": key, "fields": {"Name": "one"}})
    again = act("upsert_record", {**KEYED, "external_id": key, "fields": {"Name": "two"}})
    result = act("get_record_by_external_id", {**KEYED, "external_id": key})["record"]

    assert (created["created"], again["created"], again["id"]) == (True, False, created["id"])
    assert (result["Id"], result["Name"], result["External_Id__c"]) == (created["id"], "two", key)


def test_a_query_of_the_documented_length_is_answered(act: Act, local_org: Org) -> None:
    """100,000 characters go in the body of a composite call; no address takes them."""
    names = ", ".join(f"'{number:05}'" for number in range(9_000))
    soql = f"SELECT Id, Name FROM Account WHERE Name NOT IN ({names})"  # noqa: S608
    assert 80_000 < len(soql) < 100_000
    created = act("create_record", {"sobject": "Account", "fields": {"Name": "Far away"}})["id"]
    done = act("query", {"soql": soql, "limit": 5_000})

    assert created in {row["Id"] for row in done["records"]}
    assert done["complete"]


def test_a_long_query_has_pages_too(act: Act, local_org: Org) -> None:
    records = [{"Name": f"A{number}"} for number in range(2_500)]
    act("create_records", {"sobject": "Account", "records": records})
    names = ", ".join(f"'{number:05}'" for number in range(3_000))
    soql = f"SELECT Id FROM Account WHERE Name LIKE 'A%' AND Name NOT IN ({names})"  # noqa: S608
    done = act("query", {"soql": soql})

    assert len({row["Id"] for row in done["records"]}) >= 2_500
    assert done["complete"]


def test_a_long_query_that_is_refused_reports_why(act: Act, local_org: Org) -> None:
    names = ", ".join(f"'{number:05}'" for number in range(3_000))
    with pytest.raises(Exception, match="Nmae") as error:
        act("query", {"soql": f"SELECT Nmae FROM Account WHERE Name IN ({names})"})  # noqa: S608
    assert error.value.code == "INVALID_FIELD"  # type: ignore[attr-defined]


@pytest.mark.parametrize("letter", ["x", "ü", "日", "\N{GRINNING FACE}"])
def test_a_text_of_any_letters_is_as_long_as_it_is_encoded(
    act: Act, local_org: Org, letter: str
) -> None:
    values = [f"{letter * 50}{number}" for number in range(60)]
    name = values[-1]
    record_id = act("create_record", {"sobject": "Account", "fields": {"Name": name}})["id"]
    done = act(
        "query",
        {"soql": "SELECT Id FROM Account WHERE Name IN :names", "parameters": {"names": values}},
    )

    assert [row["Id"] for row in done["records"]] == [record_id]


def test_a_record_is_read_with_more_fields_than_an_address_takes(act: Act, local_org: Org) -> None:
    fields = {"Name": "Wide", "External_Id__c": "W"}
    record_id = act("create_record", {"sobject": "Account", "fields": fields})["id"]
    about = act("describe_object", {"sobject": "Account"})
    names = [field["name"] for field in about["fields"]]
    paths = [f"Owner.{item}" for item in ("Name", "Username", "Email")]
    wide = (names + paths) * 20
    assert len(",".join(wide)) > 16_384

    by_id = act("get_record", {"sobject": "Account", "id": record_id, "fields": wide})["record"]
    key = {**KEYED, "external_id": "W", "fields": wide}
    assert by_id["Name"] == act("get_record_by_external_id", key)["record"]["Name"] == "Wide"
    missing = {**key, "external_id": "nobody", "required": False}
    assert act("get_record_by_external_id", missing)["record"] is None


def test_a_long_query_is_explained(act: Act, local_org: Org) -> None:
    names = ", ".join(f"'{number:05}'" for number in range(3_000))
    soql = f"SELECT Id FROM Account WHERE Name IN ({names})"  # noqa: S608
    assert act("explain_query", {"soql": soql})["plans"]


def long_search(count: int = 2_000) -> str:
    names = ", ".join(f"'{number:05}'" for number in range(count))
    return f"FIND {{:word}} IN NAME FIELDS RETURNING Account(Id, Name WHERE Name NOT IN ({names}))"


def test_a_search_that_no_address_holds_finds_what_a_short_one_does(
    act: Act, local_org: Org
) -> None:
    record_id = act("create_record", {"sobject": "Account", "fields": {"Name": "Zebrano"}})["id"]
    sosl = long_search()
    assert 16_384 < len(sosl) < 100_000
    done = act("search", {"sosl": sosl, "parameters": {"word": "Zebrano"}})

    assert [row["Id"] for row in done["records"]] == [record_id]


def test_a_long_search_that_is_refused_reports_why(act: Act, local_org: Org) -> None:
    sosl = long_search().replace("Id, Name WHERE", "Id, Nmae WHERE")
    with pytest.raises(Rejected, match="Nmae"):
        act("search", {"sosl": sosl, "parameters": {"word": "Zebrano"}})


def test_a_long_search_of_an_object_that_is_not_allowed_is_not_sent(
    act: Act, connection: Any, local_org: Org
) -> None:
    connection.settings["allowed_objects"] = ["Contact"]
    with pytest.raises(Forbidden):
        act("search", {"sosl": long_search(), "parameters": {"word": "Zebrano"}})
    connection.settings["allowed_objects"] = ["Account"]
    assert act("search", {"sosl": long_search(), "parameters": {"word": "zzz"}})["records"] == []
