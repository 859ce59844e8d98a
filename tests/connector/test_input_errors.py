"""Sentences about inputs are for people: they name the field, and nothing of the code's inside."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.errors import Rejected
from salesforce_connector.identifiers import repair_id
from salesforce_connector.validation import read_input

INSIDE = re.compile(
    r"\['|literal\[|function-|constrained|pattern|\^|\\|\(\?|after validation|pydantic|value error"
    r"|valid (tuple|dictionary|list|string|integer)|tagged-union|NoneType",
    re.IGNORECASE,
)
ID = "001D000000IqhSLIAZ"


def refused_input(name: str, inputs: dict[str, Any]) -> Rejected:
    expected: Any = {**ACTIONS, **TRIGGERS}[name]
    with pytest.raises(Rejected) as raised:
        read_input(expected.input, inputs, name)
    assert not INSIDE.search(raised.value.message), raised.value.message
    return raised.value


@pytest.mark.parametrize(
    ("name", "inputs", "field", "hint"),
    [
        ("read_changes", {"sobject": "Account", "start": "soon"}, "start", "now, everything or"),
        ("read_changes", {"sobject": "Account", "start": "2026-01-01T00:00:00"}, "start", "offset"),
        ("get_record", {"sobject": "Account", "id": "001"}, "id", "such as"),
        ("get_record", {"sobject": "A b", "id": ID}, "sobject", "such as"),
        ("get_record", {"sobject": "Account", "id": ID, "fields": "Name"}, "fields", "a list"),
        ("create_records", {"sobject": "Account", "records": []}, "records", "at least 1 item"),
        ("create_records", {"sobject": "Account", "records": {}}, "records", "a list"),
        ("create_records", {"sobject": "Account", "rows": [{"Name": "x"}]}, "records", "required"),
        ("create_record", {"sobject": "Account", "fields": []}, "fields", "an object"),
        ("query", {"soql": "SELECT Id FROM A", "limit": 0}, "limit", "at least 1"),
        ("query", {"soql": "SELECT Id FROM A", "limit": "x"}, "limit", "whole number"),
        ("query", {"soql": ""}, "soql", "empty"),
        ("delete_records", {"ids": [ID], "fail_when": "some"}, "fail_when", "any"),
        (
            "delete_records",
            {"ids": [ID], "fail_when": {"more_than": -1}},
            "fail_when.more_than",
            "",
        ),
        ("log_activity", {"kind": "party", "subject": "x"}, "kind", "task"),
        ("find_records", {"sobject": "A", "filters": [{"field": "?"}]}, "filters.0.field", "form"),
    ],
)
def test_an_input_that_does_not_fit_is_reported_in_plain_words(
    name: str, inputs: dict[str, Any], field: str, hint: str
) -> None:
    error = refused_input(name, inputs)
    assert field in error.fields
    assert hint in error.message


JUNK: list[Any] = [None, True, 5, -1, 1.5, "", "x y", [], [1], {}, {"a": 1}, [[]], {"x": {"y": []}}]


@pytest.mark.parametrize("name", [*ACTIONS, *TRIGGERS])
def test_no_sentence_shows_what_is_inside(name: str) -> None:
    expected: Any = {**ACTIONS, **TRIGGERS}[name]
    good = dict(expected.examples[0].input)
    for field in expected.input.model_fields:
        for junk in JUNK:
            error = refusal(expected.input, {**good, field: junk}, name)
            if error is not None:
                assert not INSIDE.search(error.message), error.message
                roots = {field.split(".")[0] for field in error.fields if field}
                assert roots <= expected.input.model_fields.keys()


def refusal(model: Any, inputs: dict[str, Any], name: str) -> Rejected | None:
    """Return the error of an input, None when it fits."""
    try:
        read_input(model, inputs, name)
    except Rejected as error:
        return error
    return None


@pytest.mark.parametrize(
    "text",
    [ID, f" {ID} ", f"{ID}.", f"'{ID}'", ID.lower(), f"{ID}\n"],
)
def test_a_pasted_id_is_repaired(text: str) -> None:
    assert repair_id(text) == ID


def test_an_id_of_15_characters_stays_as_it_is() -> None:
    assert repair_id(" 001d000000iqhsl") == "001d000000iqhsl"


@given(st.text("abcXYZ0189", min_size=15, max_size=15))
def test_the_case_of_an_id_comes_back(id_: str) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    suffix = "".join(
        letters[sum(1 << at for at in range(5) if id_[start + at].isupper())]
        for start in (0, 5, 10)
    )
    whole = id_ + suffix

    assert repair_id(whole) == whole
    assert repair_id(whole.lower()) == whole
