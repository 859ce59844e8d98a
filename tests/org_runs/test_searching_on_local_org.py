"""Searches, run by the connector."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

Act = Callable[..., Any]


def _create(act: Act, sobject: str, **fields: Any) -> str:
    return str(act("create_record", {"sobject": sobject, "fields": fields})["id"])


@pytest.mark.parametrize(
    "name",
    ["O'Hara (Sons) & Co", 'A "quoted" name', "back \\ slash", "this and that or not", "2+2"],
)
def test_finds_what_a_person_typed(act: Act, name: str) -> None:
    """No character and no word of it is an operator."""
    account = _create(act, "Account", Name=name)
    _create(act, "Account", Name="Another")
    for inputs in (
        {"text": name, "objects": [{"sobject": "Account"}]},
        {"sosl": "FIND {:t} RETURNING Account(Id, Name)", "parameters": {"t": name}},
    ):
        result = act("search", inputs)["records"]
        assert [(item["Id"], item["Name"]) for item in result] == [(account, name)]


def test_finds_words_that_begin_so_with_conditions(act: Act) -> None:
    _create(act, "Contact", LastName="Kimberley", Email="k@a.example")
    requested = _create(act, "Contact", LastName="Kimba", Email="k@b.example")
    result = act(
        "search",
        {
            "text": "kim",
            "starts_with": True,
            "search_in": "NAME",
            "objects": [
                {
                    "sobject": "Contact",
                    "fields": ["Id", "Owner.Name"],
                    "filters": [{"field": "Email", "operator": "ends_with", "value": "b.example"}],
                    "limit": 5,
                }
            ],
        },
    )
    assert [item["Id"] for item in result["records"]] == [requested]


def test_searches_everywhere_when_no_object_is_named(act: Act) -> None:
    values = {_create(act, "Account", Name="Zephyr"), _create(act, "Case", Subject="Zephyr hums")}
    assert {item["Id"] for item in act("search", {"text": "zephyr"})["records"]} == values


def test_reports_what_is_wrong(act: Act) -> None:
    with pytest.raises(Rejected) as refused:
        act("search", {"sosl": "FIND {acme} RETURNING Account(Nmae)"})
    assert refused.value.code == "INVALID_FIELD"
