"""What a builder reads when an input does not fit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector_host.errors import BadInput, PluginBroken
from connector_host.schema_validation import InputValidator

NAMES = {"type": "object", "properties": {"sobject": {}, "id": {}}, "additionalProperties": False}
OPTIONAL = {
    "properties": {"size": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}}
}
FORMS = {
    "oneOf": [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b", "c", "d"]},
    ]
}


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "object"}, [], "input must be an object"),
        ({"type": ["string", "null"]}, 1, "input must be a string or null"),
        (NAMES, {"sObject": 1}, "input has no 'sObject' (did you mean 'sobject'?)"),
        (NAMES, {"zzz": 1}, "input has no 'zzz' (there are 'id', 'sobject')"),
        ({"required": ["a", "b"]}, {}, "input lacks 'a', 'b'"),
        (
            {"enum": ["Hot", "Cold"]},
            "hot",
            "input must be one of 'Hot', 'Cold' (did you mean 'Hot'?)",
        ),
        ({"const": 3}, 4, "input must be 3"),
        ({"pattern": "^a+$"}, "b", "input must match ^a+$"),
        ({"pattern": "^a+$", "examples": ["aa"]}, "b", "input must match ^a+$, such as 'aa'"),
        ({"format": "date"}, "tomorrow", "input must be a valid date"),
        ({"minLength": 1}, "", "input must not be empty"),
        ({"minItems": 2}, [], "input must have at least 2 items"),
        ({"maxLength": 2}, "abc", "input must have at most 2 characters"),
        ({"maximum": 2}, 3, "input must be at most 2"),
        ({"exclusiveMinimum": 2}, 2, "input must be more than 2"),
        ({"items": {"type": "string"}}, ["a", 1], "input[1] must be a string"),
        ({"uniqueItems": True}, [1, 1], "input breaks the rule 'uniqueItems'"),
        (OPTIONAL, {"size": 0}, "size must be at least 1"),
        (OPTIONAL, {"size": "x"}, "size matches none of the allowed forms"),
        (FORMS, {}, "input lacks 'a'"),
        (FORMS, {"a": 1}, "a must be a string"),
    ],
)
def test_error_says_where_and_what_in_one_sentence(
    schema: dict[str, Any], value: Any, message: str
) -> None:
    with pytest.raises(BadInput) as caught:
        InputValidator(schema, "a test").check(value, "input")
    assert str(caught.value).startswith(f"The input is not valid: {message}")
    assert "\n" not in str(caught.value)


def test_message_counts_the_faults_it_does_not_show() -> None:
    schema = {"additionalProperties": {"type": "string"}}

    with pytest.raises(BadInput) as caught:
        InputValidator(schema, "a test").check(dict.fromkeys("abcde", 1), "input")

    assert str(caught.value).endswith("c must be a string; and 2 more.")
    assert caught.value.fields == ("$.a", "$.b", "$.c", "$.d", "$.e")


def test_invalid_schema_raises_an_error_with_its_owner() -> None:
    with pytest.raises(
        PluginBroken, match=r"The schema of the action 'x' is not valid at \$\.type"
    ):
        InputValidator({"type": "sting"}, "the action 'x'")


KEYS = st.text(max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
STRICT = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "parts": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2},
        "kind": {"anyOf": [{"enum": ["a", "b"]}, {"type": "integer", "minimum": 5}]},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@given(JSON)
def test_any_value_passes_or_is_explained(value: Any) -> None:
    """Law: check() returns, or raises BadInput with at least one path; nothing else."""
    paths: tuple[str, ...] = ("$",)
    try:
        InputValidator(STRICT, "a test").check(value, "input")
    except BadInput as exc:
        paths = exc.fields
    assert paths
    assert all(path.startswith("$") for path in paths)


@given(st.text(min_size=8, alphabet="abcdefgh"))
def test_never_repeats_a_value(secret: str) -> None:
    """Law: whatever the rule that a value breaks, the value is not in the message."""
    rules = [
        {"type": "integer"},
        {"maxLength": 1},
        {"pattern": "^$"},
        {"enum": ["x"]},
        {"const": 1},
    ]
    for rule in rules:
        with pytest.raises(BadInput) as caught:
            InputValidator({"properties": {"token": rule}}, "a test").check(
                {"token": secret}, "form"
            )
        assert secret not in str(caught.value)
