"""Forms: which fields there are, and which of them are sealed."""

from typing import Any

import pytest

from connector_host import settings_form
from connector_host.errors import BadInput

SECRET = {"type": "string", "x-secret": True}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["url", "key"],
    "properties": {
        "url": {"type": "string", "title": "Address", "description": "Where."},
        "key": {"$ref": "#/$defs/Key", "title": "Key"},
        "port": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "proxy": {"type": "object", "properties": {"password": SECRET}},
        "spares": {"type": "array", "items": SECRET},
        "mode": {"enum": ["a", "b"]},
    },
    "oneOf": [{"properties": {"pem": SECRET}}, {"properties": {"note": {"type": "string"}}}],
    "$defs": {"Key": SECRET},
}


def test_lists_the_fields_with_what_the_schema_says_of_them() -> None:
    result = {field.name: field for field in settings_form.fields(SCHEMA)}

    assert [*result] == ["url", "key", "port", "proxy", "spares", "mode", "pem", "note"]
    assert (result["url"].title, result["url"].description) == ("Address", "Where.")
    assert result["port"].title == "port"
    assert [name for name, field in result.items() if field.required] == ["url", "key"]
    assert result["key"].title == "Key"
    assert (result["port"].types, result["mode"].types) == (("integer", "null"), ("string",))


def test_a_field_with_a_secret_anywhere_in_it_is_secret() -> None:
    """By reference, in a branch, in an object or a list: a part in the open would be a leak."""
    assert [field.name for field in settings_form.fields(SCHEMA) if field.secret] == [
        "key",
        "proxy",
        "spares",
        "pem",
    ]


def test_split_keeps_all_settings() -> None:
    settings = {"url": "x", "key": "k", "pem": "p", "unknown": 1}

    plain, secrets = settings_form.split(SCHEMA, settings)

    assert plain == {"url": "x", "unknown": 1}
    assert secrets == {"key": "k", "pem": "p"}


@pytest.mark.parametrize(
    ("types", "text", "value"),
    [
        (("string",), "5", "5"),
        ((), "5", "5"),
        (("string", "null"), "null", "null"),
        (("integer",), "5", 5),
        (("boolean",), "true", True),
        (("array",), '["a"]', ["a"]),
    ],
)
def test_text_is_parsed_for_its_field(types: tuple[str, ...], text: str, value: Any) -> None:
    field = settings_form.Field("f", "F", "", required=True, secret=False, types=types)

    assert settings_form.parse(field, text) == value


def test_invalid_json_is_rejected_and_not_repeated() -> None:
    field = settings_form.Field("port", "Port", "", required=True, secret=False, types=("integer",))

    with pytest.raises(BadInput, match="'port' is not integer") as caught:
        settings_form.parse(field, "eighty")
    assert "eighty" not in str(caught.value)
