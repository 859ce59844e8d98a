"""The scope rule by itself: whose property a dependency is."""

from typing import Any

import pytest

from connector_host.dependencies import option_request

COLUMN = {
    "x-dynamic-options": {"source": "columns", "depends_on": ["table", "schema"]},
    "type": "string",
}
QUERY: dict[str, Any] = {
    "type": "object",
    "$defs": {
        "Join": {
            "properties": {"table": {}, "on": {"type": "array", "items": COLUMN}},
        },
        "Group": {"properties": {"all": {"items": {"$ref": "#/$defs/Term"}}}},
        "Term": {"anyOf": [{"$ref": "#/$defs/Group"}, {"properties": {"column": COLUMN}}]},
    },
    "properties": {
        "table": {},
        "schema": {"default": "public"},
        "joins": {"items": {"$ref": "#/$defs/Join"}},
        "where": {"items": {"$ref": "#/$defs/Term"}},
        "by_name": {"patternProperties": {"^[a-z]+$": {"$ref": "#/$defs/Join"}}},
    },
}
INPUTS = {
    "table": "people",
    "joins": [{"table": "towns"}, {"on": [""]}],
    "by_name": {"home": {"table": "homes"}},
}


@pytest.mark.parametrize(
    ("path", "table"),
    [
        (["joins", 0, "on", 0], "towns"),
        (["where", 0, "column"], "people"),
        (["where", 2, "all", 0, "all", 1, "column"], "people"),
        (["by_name", "home", "on", 3], "homes"),
    ],
)
def test_innermost_object_takes_precedence(path: list[str | int], table: str) -> None:
    """And a property without a value has its default."""
    request = option_request(QUERY, INPUTS, path)

    assert request is not None
    assert request.inputs == {"table": table, "schema": "public"}
    assert request.missing == ()


def test_empty_property_hides_outer_ones() -> None:
    request = option_request(QUERY, INPUTS, ["joins", 1, "on", 0])

    assert request is not None
    assert request.missing == ("table",)
    assert "table" not in request.inputs


def test_fixed_inputs_are_passed_on_and_optional_ones_may_be_empty() -> None:
    field = {
        "x-dynamic-options": {
            "source": "rooms",
            "depends_on": ["floor", "wing"],
            "optional": ["wing"],
            "inputs": {"house": "north"},
        }
    }
    schema = {"properties": {"floor": {}, "wing": {}, "room": field}}
    request = option_request(schema, {"floor": 2, "wing": ""}, ["room"])

    assert request is not None
    assert (request.inputs, request.missing) == ({"house": "north", "floor": 2}, ())
