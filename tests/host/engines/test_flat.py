"""Forms of all auth methods as one flat list of fields, and settings read back out of it."""

import doctest
from typing import Any

import jsonschema
import pytest

from connector_host.engines import flat
from connector_host.engines.flat import FlatField, from_flat, union_fields
from connector_host.errors import BadInput
from connector_host.registry import Registry

KEY = {"type": "string", "title": "Key", "description": "Identifies the app.", "minLength": 1}
SECRET = {"type": "string", "title": "Secret", "x-secret": True, "description": "Proves the app."}
MANIFEST: dict[str, Any] = {
    "auth_methods": [
        {
            "name": "person",
            "title": "Person",
            "schema": {
                "type": "object",
                "properties": {
                    "key": KEY,
                    "secret": {**SECRET, "description": "Leave empty for a public client."},
                    "scopes": {"type": "array", "items": {"type": "string"}, "title": "Scopes"},
                    "speed": {"enum": ["slow", "fast"], "default": "slow", "title": "Speed"},
                },
                "required": ["key"],
            },
        },
        {
            "name": "robot",
            "title": "Robot",
            "schema": {
                "type": "object",
                "properties": {
                    "key": KEY,
                    "secret": SECRET,
                    "speed": {"enum": ["fast", "faster"], "default": "fast", "title": "Speed"},
                    "retries": {"type": "integer", "title": "Retries"},
                    "share": {"anyOf": [{"type": "number"}, {"type": "null"}], "title": "Share"},
                    "dry": {"$ref": "#/$defs/switch", "title": "Dry"},
                    "extra": {"type": "object", "title": "Extra"},
                    "pem": {"type": "string", "examples": ["-----BEGIN-----\nx"], "title": "PEM"},
                },
                "required": ["key", "secret"],
                "$defs": {"switch": {"type": "boolean"}},
            },
        },
    ]
}
PERSON, ROBOT = MANIFEST["auth_methods"]


def field(name: str) -> FlatField:
    return next(field for field in union_fields(MANIFEST) if field.name == name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("retries", "many"),
        ("retries", "1.5"),
        ("retries", "true"),
        ("share", "NaN"),
        ("share", "1,5"),
        ("dry", "perhaps"),
        ("extra", "[1]"),
        ("extra", "[" * 100_000),
    ],
)
def test_unparsable_text_is_rejected_and_not_repeated(name: str, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_flat(ROBOT, {name: text})

    assert caught.value.fields == (name,)
    assert text not in str(caught.value)


def test_each_field_is_listed_once_and_says_who_uses_it() -> None:
    assert [field.name for field in union_fields(MANIFEST)] == [
        *("key", "secret", "scopes", "speed", "retries", "share", "dry", "extra", "pem")
    ]
    assert field("key").methods == ("person", "robot")
    assert field("key").required
    assert field("key").description == "Identifies the app."
    assert field("retries").description == "Used by: Robot."
    assert not field("retries").required


def test_a_description_is_true_for_every_method_that_has_the_field() -> None:
    secret = field("secret")

    assert secret.description == "Person: Leave empty for a public client. Robot: Proves the app."
    assert secret.required_by == ("robot",)
    assert not secret.required
    assert secret.secret


def test_choices_are_those_of_all_methods_and_a_default_is_one_that_all_share() -> None:
    assert field("speed").choices == ("slow", "fast", "faster")
    assert field("speed").default is None
    assert field("pem").multiline
    assert not field("key").multiline


def test_settings_hold_no_field_of_another_method_and_nothing_empty() -> None:
    stored: dict[str, Any] = {
        "key": " k ",
        "secret": "",
        "scopes": [],
        "retries": "3",
        "unknown": "x",
        "speed": None,
    }

    assert from_flat(PERSON, stored) == {"key": "k"}


def test_text_is_converted_for_the_method() -> None:
    stored: dict[str, Any] = {
        "key": "k",
        "secret": " spaces belong to it ",
        "retries": " 3 ",
        "share": "0.5",
        "dry": "Yes",
        "extra": '{"a": 1}',
        "pem": "-----BEGIN-----\nx\n",
    }

    assert from_flat(ROBOT, stored) == {
        "key": "k",
        "secret": " spaces belong to it ",
        "retries": 3,
        "share": 0.5,
        "dry": True,
        "extra": {"a": 1},
        "pem": "-----BEGIN-----\nx",
    }


@pytest.mark.parametrize(
    "text", ["api, refresh", "api\nrefresh", '["api", "refresh"]', " api ,,refresh"]
)
def test_list_can_be_entered_in_each_form(text: str) -> None:
    assert from_flat(PERSON, {"scopes": text}) == {"scopes": ["api", "refresh"]}


def test_typed_values_are_unchanged() -> None:
    stored = {"dry": False, "retries": 0, "scopes": ["api"]}

    assert from_flat(ROBOT, stored) == {"dry": False, "retries": 0}
    assert from_flat(PERSON, stored) == {"scopes": ["api"]}


@pytest.mark.parametrize("method", ["authorization_code", "client_credentials", "jwt_bearer"])
def test_salesforces_fields_survive_a_flat_form(method: str) -> None:
    """The examples of each method, written as text, come back as its own schema wants them."""
    manifest = Registry.load().manifest("salesforce")
    entry = next(
        auth_method for auth_method in manifest["auth_methods"] if auth_method["name"] == method
    )
    texts = {}
    for item in union_fields(manifest):
        schema = next(
            expected["schema"]["properties"][item.name]
            for expected in manifest["auth_methods"]
            if item.name in expected["schema"]["properties"]
        )
        example = schema["examples"][0]
        texts[item.name] = ", ".join(example) if isinstance(example, list) else str(example)

    settings = from_flat(entry, texts)

    jsonschema.validate(settings, entry["schema"])
    assert set(settings) == set(entry["schema"]["properties"])


def test_the_examples_are_true() -> None:
    assert doctest.testmod(flat).failed == 0
