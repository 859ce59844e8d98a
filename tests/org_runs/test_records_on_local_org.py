"""One record in and out, run by the connector on an org."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from salesforce_connector.errors import NotFound, Rejected
from salesforce_emulator.org.state import Org

Act = Callable[..., Any]

_numbers = count(1)


@pytest.fixture
def account(act: Act) -> Iterator[str]:
    """An account's id; it is deleted afterwards, also on a real org."""
    created = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme (test)"}})
    yield created["id"]
    act("delete_record", {"sobject": "Account", "id": created["id"]})


def test_refuses_what_the_org_refuses_and_names_the_field(act: Act, account: str) -> None:
    with pytest.raises(Rejected) as error:
        act(
            "update_record",
            {"sobject": "Account", "id": account, "fields": {"IsDeleted": True}},
        )
    assert error.value.fields == ("IsDeleted",)


MISSPELT = {
    "create_record": {"sobject": "Account", "fields": {"Name": "Acme", "Industri": "Energy"}},
    "create_records": {"sobject": "Account", "records": [{"Name": "A"}, {"Industri": "Energy"}]},
    "create_record_tree": {
        "sobject": "Account",
        "records": [{"fields": {"Name": "Acme", "Industri": "Energy"}}],
    },
}


@pytest.mark.parametrize(("action", "inputs"), MISSPELT.items(), ids=MISSPELT.keys())
def test_a_misspelt_field_is_refused_before_anything_is_written(
    act: Act, action: str, inputs: dict[str, Any]
) -> None:
    counted = {"soql": "SELECT COUNT() FROM Account"}
    before = act("query", counted)
    with pytest.raises(Rejected, match="Did you mean Industry") as caught:
        act(action, inputs)
    values = int(act("query", counted)["total"]) - int(before["total"])
    assert values == (action == "create_records")  # the other one of two
    assert caught.value.sent is bool(values)


def test_a_field_that_the_user_may_not_see_is_as_unknown(act: Act, local_org: Org) -> None:
    profile = "SELECT Profile.Name FROM User WHERE Username = 'integration@local-org.example'"
    (user,) = act("query", {"soql": profile})["records"]
    hidden = local_org.settings.hidden_fields.setdefault(user["Profile"]["Name"], {})
    hidden["Account"] = {"AnnualRevenue"}
    with pytest.raises(Rejected, match="AnnualRevenue"):
        act("create_record", {"sobject": "Account", "fields": {"Name": "A", "AnnualRevenue": 1}})


def test_an_id_of_another_object_raises_not_found(act: Act, account: str) -> None:
    with pytest.raises((NotFound, Rejected)):
        act("get_record", {"sobject": "Contact", "id": account})


def test_what_is_written_is_read_back(act: Act, account: str) -> None:
    """Texts come back as they went in, but for what Salesforce itself changes."""
    text = "Zeile 1\r\nZeile 2, 日本語 \\ ' \" & <b>"
    fields = {"Description": text, "NumberOfEmployees": 12, "AnnualRevenue": 1.5e6}
    act("update_record", {"sobject": "Account", "id": account, "fields": fields})
    names = list(fields)
    result = act("get_record", {"sobject": "Account", "id": account, "fields": names})["record"]
    assert {name: result[name] for name in names} == fields


def test_upserts_twice_by_an_external_id(act: Act, local_org: object) -> None:
    """The first makes it, the second finds it. The field is the local org's own."""
    del local_org  # a real org may have no such field
    upsert = {
        "sobject": "Account",
        "external_id_field": "External_Id__c",
        "external_id": f"run/{next(_numbers)} #?%",
        "fields": {"Name": "Acme (test)"},
    }
    first, second = act("upsert_record", upsert), act("upsert_record", upsert)
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]


def test_values_cannot_break_out_of_a_query(act: Act, account: str) -> None:
    result = act(
        "query",
        {
            "soql": "SELECT Id FROM Account WHERE Id = :id AND Name = :name",
            "parameters": {"id": account, "name": "' OR Name != '"},
        },
    )
    assert result["records"] == []


def test_objects_are_listed_and_described(act: Act) -> None:
    names = [item["name"] for item in act("list_objects", {"search": "contact"})["objects"]]
    assert "Contact" in names
    described = act("describe_object", {"sobject": "Contact"})
    required = [item["name"] for item in described["fields"] if item["required_on_create"]]
    assert "LastName" in required
