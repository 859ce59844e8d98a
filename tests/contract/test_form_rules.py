"""Every published schema makes a good form: each rule of `form_rules` over each of them."""

import copy
from typing import Any

import pytest
from contract import form_rules
from contract.published import MANIFEST

INPUTS = {action["name"]: action["input"] for action in MANIFEST["actions"] + MANIFEST["triggers"]}
OUTPUTS = {
    action["name"]: action["output"] for action in MANIFEST["actions"] + MANIFEST["triggers"]
}
SETTINGS = {method["name"]: method["schema"] for method in MANIFEST["auth_methods"]}

# No search finds a record in the recycle bin; its id comes from the step that deleted it.
WITHOUT_CHOICES = {"undelete_record": ["$.id is an id without choices"]}


@pytest.mark.parametrize("rule", form_rules.ALL)
def test_an_input_schema_keeps_the_rule(rule: str) -> None:
    broken = {name: [*form_rules.ALL[rule](schema)] for name, schema in INPUTS.items()}

    expected = WITHOUT_CHOICES if rule == "ids_have_choices" else {}
    assert {name: result for name, result in broken.items() if result} == expected


@pytest.mark.parametrize("rule", form_rules.FOR_OUTPUTS)
def test_an_output_schema_keeps_the_rule(rule: str) -> None:
    broken = {name: [*form_rules.FOR_OUTPUTS[rule](schema)] for name, schema in OUTPUTS.items()}

    assert {name: result for name, result in broken.items() if result} == {}


@pytest.mark.parametrize("rule", form_rules.ALL)
def test_a_sign_in_form_keeps_the_rule(rule: str) -> None:
    """Settings alone may have OpenAPI's `password`, beside the mark that they are secret."""
    schemas = copy.deepcopy(SETTINGS)
    for schema in schemas.values():
        for field in schema["properties"].values():
            if field.get("x-secret") and field.get("format") == "password":
                del field["format"]
    broken = {name: [*form_rules.ALL[rule](schema)] for name, schema in schemas.items()}

    assert {name: result for name, result in broken.items() if result} == {}


@pytest.mark.parametrize("method", SETTINGS)
def test_a_sign_in_asks_for_the_address_and_the_app_first(method: str) -> None:
    """What a person must enter is above the fold, what hardly anybody changes is below it."""
    properties = SETTINGS[method]["properties"]
    shown = [n for n, field in properties.items() if field.get("x-visibility") != "advanced"]

    assert shown[:2] == ["my_domain_url", "consumer_key"]
    assert set(shown[2:]) <= {"consumer_secret", "username", "private_key"}
    assert len(shown) < len(properties)


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
DEPENDENT = {"type": "string", "x-dynamic-options": {"source": "fields", "depends_on": ["sobject"]}}

BROKEN = {
    "nullables_are_flat": [
        obj(a={"anyOf": [TEXT, {"type": "null"}]}),
        obj(a={"type": ["string", "null"], "default": None}),
    ],
    "branches_have_titles": [obj(a={"anyOf": [TEXT, {"type": "integer", "title": "Number"}]})],
    "titles_are_no_class_names": [obj(a={"title": "MoreThan", **TEXT}), {"title": "Input"}],
    "properties_have_a_type": [obj(a={"title": "Body"}), obj(a={"type": ["string", "object"]})],
    "properties_are_in_the_order_of_a_form": [
        obj(a=TEXT, b=TEXT) | {"required": ["b"], "ui:order": ["a", "b"]},
        obj(a=TEXT, b=TEXT),
        obj(a={"x-visibility": "advanced"}, b=TEXT) | {"ui:order": ["a", "b"]},
        obj(a={"x-group": "A"}, b={"x-group": "B"}, c={"x-group": "A"}) | {"ui:order": [*"abc"]},
    ],
    "descriptions_are_short": [{"description": "x" * 121}],
    "formats_are_json_schemas": [obj(a={"type": "string", "format": "path"})],
    "widgets_are_known_and_fit": [
        obj(a={"type": "string", "x-widget": "slider"}),
        obj(a={"type": "string", "x-widget": "tags"}),
    ],
    "what_a_plain_form_cannot_enter_has_a_widget": [
        obj(a={"type": "array", "items": TEXT}),
        obj(a={"type": "object", "additionalProperties": True}),
        obj(a={"anyOf": [TEXT, {"type": "integer"}]}),
    ],
    "names_are_declared_in_scope": [
        obj(a=DEPENDENT),
        obj(sobject=TEXT, a=DEPENDENT | {"x-show-when": {"kind": ["b"]}}),
        obj(a=obj(sobject=TEXT), b=DEPENDENT),
    ],
    "conditions_name_values_that_there_are": [
        obj(kind={"enum": ["a"]}, b={"x-show-when": {"kind": ["c"]}}),
        obj(a=TEXT) | {"x-one-of": [{"title": "A", "choices": [["a"], ["b"]], "required": True}]},
    ],
    "sources_are_known": [
        obj(a={"x-dynamic-options": {"source": "no_such", "size": "small"}}),
        obj(a={"x-dynamic-schema": {"source": "no_such"}}),
    ],
    "ids_have_choices": [obj(a={"type": "string", "pattern": "^[a-zA-Z0-9]{15}$"})],
    "the_root_is_an_object_without_unions": [{"type": "array"}, obj() | {"anyOf": []}],
    "few_fields_are_shown_at_first": [obj(**{f"f{n}": TEXT for n in range(9)})],
}


@pytest.mark.parametrize(
    ("rule", "schema"), [(rule, item) for rule in form_rules.ALL for item in BROKEN[rule]]
)
def test_each_rule_finds_what_breaks_it(rule: str, schema: dict[str, Any]) -> None:
    assert [*form_rules.ALL[rule](schema)] != []


def test_a_dependency_resolves_in_the_nearest_object_that_declares_it() -> None:
    inner = obj(sobject=TEXT, filters={"type": "array", "items": obj(field=DEPENDENT)})
    nested = obj(objects={"type": "array", "items": inner})

    assert [*form_rules.names_are_declared_in_scope(nested)] == []
