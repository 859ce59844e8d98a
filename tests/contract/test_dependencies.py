"""The scope rule on published schemas: which inputs the choices of a field are asked with."""

from typing import Any

import pytest
from contract.published import MANIFEST

from connector_host.dependencies import OptionRequest, option_request
from connector_host.errors import UnknownName

INPUTS = {action["name"]: action["input"] for action in MANIFEST["actions"] + MANIFEST["triggers"]}

SEARCH = {
    "text": "Acme",
    "objects": [{"sobject": "Account"}, {"sobject": "Contact", "filters": [{}, {"any": [{}]}]}],
}
TREE = {
    "sobject": "Account",
    "records": [{"fields": {}, "children": {"Contacts": {"sobject": "Contact", "records": [{}]}}}],
}


@pytest.mark.parametrize(
    ("action", "inputs", "path", "expected"),
    [
        ("search", SEARCH, ["objects", 1, "fields", 0], {"sobject": "Contact"}),
        ("search", SEARCH, ["objects", 1, "filters", 1, "any", 0, "field"], {"sobject": "Contact"}),
        ("find_records", {"sobject": "Lead"}, ["order", 0, "field"], {"sobject": "Lead"}),
        ("count_records", {"sobjects": ["Lead"]}, ["filters", 0, "field"], {"sobjects": ["Lead"]}),
        ("get_record", {"sobject": "Lead"}, ["id"], {"sobject": "Lead"}),
        (
            "find_records",
            {"sobject": "Lead", "filters": [{"field": "Status"}]},
            ["filters", 0, "value"],
            {"sobject": "Lead", "field": "Status"},
        ),
        ("log_activity", {}, ["who_id"], {"sobjects": ["Contact", "Lead"]}),
        ("log_activity", {}, ["status"], {"sobject": "Task", "field": "Status"}),
        ("run_quick_action", {"sobject": None}, ["action_name"], {}),
        ("run_quick_action", {"sobject": "Case"}, ["action_name"], {"sobject": "Case"}),
    ],
)
def test_the_nearest_object_that_declares_a_name_has_it(
    action: str, inputs: dict[str, Any], path: list[str | int], expected: dict[str, Any]
) -> None:
    request = option_request(INPUTS[action], inputs, path)

    assert request is not None
    assert (request.inputs, request.missing) == (expected, ())


def test_an_object_that_declares_a_name_and_has_no_value_hides_those_further_out() -> None:
    """The second object to search has none chosen; that of another must not be taken for it."""
    inputs = {"objects": [{"sobject": "Account"}, {}]}
    request = option_request(INPUTS["search"], inputs, ["objects", 1, "fields", 0])

    assert request == OptionRequest("fields", {}, ("sobject",))


def test_a_field_without_choices_has_none() -> None:
    assert option_request(INPUTS["query"], {}, ["soql"]) is None
    assert option_request(INPUTS["create_record_tree"], TREE, ["records", 0, "fields"]) is None


def test_children_of_a_tree_are_of_their_own_object() -> None:
    path: list[str | int] = ["records", 0, "children", "Contacts", "sobject"]
    request = option_request(INPUTS["create_record_tree"], TREE, path)

    assert request == OptionRequest("objects", {}, ())


def test_a_path_to_nothing_names_the_nearest_field() -> None:
    with pytest.raises(UnknownName, match="sobject"):
        option_request(INPUTS["get_record"], {}, ["sobjct"])


@pytest.mark.parametrize("action", INPUTS)
def test_every_field_with_dynamic_options_has_a_source(action: str) -> None:
    """From the root, with nothing entered: each says its source and what it waits for."""
    schema = INPUTS[action]
    for name, field in schema["properties"].items():
        if "x-dynamic-options" in field:
            request = option_request(schema, {}, [name])
            assert request is not None
            assert {*request.missing} <= {*field["x-dynamic-options"].get("depends_on", ())}
