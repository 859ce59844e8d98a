"""list_objects: which objects of all it gives."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.list_objects import Input, flow
from salesforce_connector.errors import BadReply


def summary(name: str, label: str, *, custom: bool = False) -> dict[str, Any]:
    able = dict.fromkeys(("queryable", "searchable", "createable", "updateable", "deletable"), True)
    return {"name": name, "label": label, "labelPlural": f"{label}s", "custom": custom, **able}


ALL = ok(
    {
        "sobjects": [
            summary("Account", "Firma"),
            summary("Contract", "Vertrag"),
            summary("Invoice__c", "RECHNUNG", custom=True),
        ]
    }
)


@pytest.mark.parametrize("body", [{}, [], {"sobjects": None}, {"sobjects": [{"name": "X"}]}])
def test_an_answer_that_is_no_list_is_a_bad_reply(body: Any) -> None:
    assert isinstance(drive(flow(Input()), ok(body)).error, BadReply)


@pytest.mark.parametrize(
    ("search", "custom", "names"),
    [
        ("", None, ["Account", "Contract", "Invoice__c"]),
        ("", True, ["Invoice__c"]),
        ("", False, ["Account", "Contract"]),
        ("co", None, ["Account", "Contract"]),
        ("rechnung", None, ["Invoice__c"]),
        ("VERTRAG", None, ["Contract"]),
        ("vertrag", True, []),
        ("xyzzy", None, []),
    ],
)
def test_search_filters_objects_by_name_and_label_in_any_case(
    search: str, custom: bool | None, names: list[str]
) -> None:
    run = drive(flow(Input(search=search, custom=custom)), ALL)

    assert [target.name for target in run.output.objects] == names
    (call,) = run.calls
    assert (call.method, call.path) == ("GET", "/sobjects")
