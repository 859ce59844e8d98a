"""Conversion to draft-07: the same values fit, read by a validator of that draft."""

from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from connector_host.draft07 import to_draft07
from connector_host.errors import BadInput

NAME = {"type": "string", "minLength": 2}
CASES: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "a definition with neighbours": (
        {"$defs": {"Name": NAME}, "properties": {"a": {"$ref": "#/$defs/Name", "maxLength": 3}}},
        [{"a": "ab"}, {"a": "a"}, {"a": "abcd"}, {}],
    ),
    "a definition that refers to itself": (
        {
            "$defs": {"Tree": {"items": {"$ref": "#/$defs/Tree"}, "type": "array"}},
            "$ref": "#/$defs/Tree",
        },
        [[[]], [1], []],
    ),
    "fixed items": (
        {"prefixItems": [{"type": "integer"}, NAME], "items": False},
        [[1, "ab"], [1, "a"], [1, "ab", 2], ["x"]],
    ),
    "names that need others": (
        {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}},
        [{"a": 1}, {"a": 1, "b": 1}, {"c": 1}, {"c": 1, "d": 1}],
    ),
    "conditions": (
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
        [{"a": 1}, {"a": 1, "b": 1}, {}, {"c": 1}],
    ),
    "a value that may be null": ({"type": ["string", "null"], "enum": ["a", None]}, ["a", None, 1]),
}


@pytest.mark.parametrize(("schema", "values"), CASES.values(), ids=CASES)
def test_the_same_values_fit(schema: dict[str, Any], values: list[Any]) -> None:
    converted = to_draft07(schema)

    Draft7Validator.check_schema(converted)
    new, old = Draft202012Validator(schema), Draft7Validator(converted)
    outcomes = [new.is_valid(value) for value in values]
    assert [old.is_valid(value) for value in values] == outcomes
    assert {*outcomes} == {True, False}


def test_a_schema_is_left_as_it_was() -> None:
    schema = {"$defs": {"Name": NAME}, "properties": {"a": {"$ref": "#/$defs/Name", "title": "A"}}}
    before = repr(schema)

    to_draft07(schema)

    assert repr(schema) == before


def test_keywords_without_a_draft07_counterpart_are_rejected() -> None:
    with pytest.raises(BadInput, match="unevaluatedProperties"):
        to_draft07({"properties": {"a": {"unevaluatedProperties": False}}})
