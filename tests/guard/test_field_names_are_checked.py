"""With `check_fields`, a misspelt field is refused before the write, and nothing else is."""

from typing import Any

import pytest
from guard.test_guard_judges import composite, get, guard, judge

from salesforce_connector.action import Call
from salesforce_connector.errors import Rejected

CHECKED = {"check_fields": True}
MISSPELT = {
    "create": Call("POST", "/sobjects/Account", json={"Nmae": "Acme"}),
    "update": Call("PATCH", "/sobjects/Account/001000000000001AAA", json={"nmae": None}),
    "upsert": Call("PATCH", "/sobjects/Account/Ext__c/1", json={"Nmae": "Acme"}),
    "collection": Call(
        "POST",
        "/composite/sobjects",
        json={"records": [{"attributes": {"type": "Account"}, "Nmae": "x"}]},
    ),
    "collection upsert": Call(
        "PATCH", "/composite/sobjects/Account/Ext__c", json={"records": [{"Nmae": "x"}]}
    ),
    "tree": Call(
        "POST",
        "/composite/tree/Contact",
        json={"records": [{"Email": "x", "Account": {"Ext__c": "1"}, "Emial": "x"}]},
    ),
    "below in a tree": Call(
        "POST",
        "/composite/tree/Account",
        json={"records": [{"Name": "x", "ChildAccounts": {"records": [{"Nmae": "x"}]}}]},
    ),
    "composite": composite(("POST", "/sobjects/Account", {"Nmae": "x"})),
    "relationship with a plain value": Call("POST", "/sobjects/Account", json={"Owner": "x"}),
}


@pytest.mark.parametrize("call", MISSPELT.values(), ids=MISSPELT.keys())
def test_a_misspelt_field_is_refused_with_the_nearest_name(call: Call) -> None:
    with pytest.raises(Rejected) as caught:
        judge(guard(**CHECKED), call)
    assert caught.value.code == "INVALID_FIELD"
    assert not caught.value.sent
    assert "Did you mean" in caught.value.remedy


@pytest.mark.parametrize(
    "call",
    [
        Call("POST", "/sobjects/Account", json={"name": "Acme", "OwnerId": None}),
        Call("POST", "/sobjects/Contact", json={"Account": {"Ext__c": "1"}}),
        Call("POST", "/sobjects/Account/quickActions/New", json={"record": {}}),
        Call("POST", "/services/apexrest/x", json={"Nmae": "x"}),
        Call("POST", "/sobjects/ContentVersion", content=b"x"),
        Call("DELETE", "/sobjects/Account/001000000000001AAA"),
        get("/sobjects/Account"),
        Call("POST", "//odd/../path", json={"Nmae": "x"}),
        composite(("POST", "/composite", {"compositeRequest": []})),
    ],
)
def test_what_is_spelt_or_not_plain_to_see_goes_through(call: Call) -> None:
    judge(guard(**CHECKED), call)


def test_without_the_setting_nothing_is_asked() -> None:
    call: Any = MISSPELT["create"]
    assert guard().open
    judge(guard(), call)
