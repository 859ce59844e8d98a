"""A model becomes a schema that makes a good form: each rule by itself."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model

from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints, rename_dependencies
from salesforce_connector.forms.schema import (
    LONGEST_DESCRIPTION,
    input_schema,
    or_null,
    output_schema,
    shorten_description,
)


class Period(BaseModel):
    """A part of a year."""

    model_config = ConfigDict(title="Period of time")

    name: str | None = None
    days: int = 7


class Tree(BaseModel):
    children: list["Tree"] = []
    parent: "Tree | None" = None


def schema_of(annotation: Any, default: Any = ...) -> dict[str, Any]:
    """Return the schema of one property."""
    model = create_model("Model", value=(annotation, default))
    schema: dict[str, Any] = input_schema(model)["properties"]["value"]
    return schema


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str | None, {"type": ["string", "null"]}),
        (Literal["a", "b"] | None, {"type": ["string", "null"], "enum": ["a", "b", None]}),
        (Literal["a"] | None, {"type": ["string", "null"], "enum": ["a", None]}),
        (list[int] | None, {"type": ["array", "null"], "items": {"type": "integer"}}),
        (Annotated[str, Field(max_length=3)] | None, {"type": ["string", "null"], "maxLength": 3}),
        (AwareDatetime | None, {"type": ["string", "null"], "format": "date-time"}),
        (Path | None, {"type": ["string", "null"]}),
    ],
    ids=str,
)
def test_a_value_that_may_be_null_is_flat(annotation: Any, expected: dict[str, Any]) -> None:
    """And leaving it out is its default, which a form need not enter."""
    assert schema_of(annotation, None) == {"title": "Value", **expected}


def test_an_object_that_may_be_null_is_flat_and_begins_nothing() -> None:
    schema = schema_of(Period | None, None)

    assert schema["type"] == ["object", "null"]
    assert schema["properties"]["name"]["type"] == ["string", "null"]
    assert "default" not in schema["properties"]["days"]
    assert schema_of(Period)["$ref"] == "#/$defs/Period"


def test_a_definition_that_refers_to_itself_stays_a_definition() -> None:
    schema = input_schema(Tree)

    Draft202012Validator.check_schema(schema)
    valid = Draft202012Validator(schema).is_valid
    assert valid({"parent": {"parent": None}})
    assert not valid({"parent": {"parent": 1}})


def test_each_branch_of_a_union_has_a_title_and_no_class_name() -> None:
    names = Annotated[Literal["now"], Field(title="From now on")]
    schema = schema_of(names | AwareDatetime | float | int | Period | list[str] | None)

    titles = [branch.get("title", branch.get("$ref")) for branch in schema["anyOf"]]
    assert titles == [
        *("From now on", "Date and time", "Number", "#/$defs/Period", "List", "No value"),
    ]
    assert input_schema(create_model("Model", value=(Period, ...)))["$defs"]["Period"]["title"] == (
        "Period of time"
    )
    assert "title" not in input_schema(Tree)["$defs"]["Tree"]


def test_a_value_of_any_type_lists_the_types_and_is_entered_as_json() -> None:
    schema = schema_of(Any, None)

    assert schema["type"] == ["object", "array", "string", "number", "boolean", "null"]
    assert schema["x-widget"] == "json"


def test_properties_are_in_the_order_of_a_form() -> None:
    class Form(BaseModel):
        late: Annotated[int, Field(json_schema_extra=hints(visibility="internal"))] = 1
        folded: Annotated[int, Field(json_schema_extra=hints(visibility="advanced", group="A"))] = 1
        plain: int = 1
        other: Annotated[int, Field(json_schema_extra=hints(visibility="advanced"))] = 1
        grouped: Annotated[
            int, Field(json_schema_extra=hints(visibility="advanced", group="A"))
        ] = 1
        first: Annotated[int, Field(json_schema_extra=hints(visibility="important"))] = 1
        needed: int

    schema = input_schema(Form)

    order = ["needed", "first", "plain", "folded", "grouped", "other", "late"]
    assert list(schema["properties"]) == schema["ui:order"] == order


def test_a_dependency_is_renamed_below_the_property_that_reports_so() -> None:
    name = Annotated[str, Field(json_schema_extra=dynamic_options("fields", "sobject"))]

    class Form(BaseModel):
        sobjects: list[str]
        fields: list[name] = Field(json_schema_extra=rename_dependencies(sobject="sobjects"))

    fields = input_schema(Form)["properties"]["fields"]

    assert fields["items"]["x-dynamic-options"]["depends_on"] == ["sobjects"]
    assert not any("rename" in key for key in fields)


def test_an_output_goes_by_our_names() -> None:
    class Result(BaseModel):
        done: bool = Field(alias="isDone", description="Whether it is done.")
        anything: Any

    schema = output_schema(Result)

    assert {*schema["properties"]} == {"done", "anything"}
    assert "type" not in schema["properties"]["anything"]


@pytest.mark.parametrize(
    ("text", "description", "help_text"),
    [
        ("Short.", "Short.", None),
        ("One. " + "x" * 120 + ".", "One.", "x" * 120 + "."),
        ("Two\n  lines.", "Two lines.", None),
        (f"{'word ' * 40}end.", f"{('word ' * 24)[:117]}...", f"{'word ' * 40}end."),
    ],
)
def test_a_description_is_cut_at_a_sentence(
    text: str, description: str, help_text: str | None
) -> None:
    schema = {"description": text}
    shorten_description(schema)

    assert len(schema["description"]) <= LONGEST_DESCRIPTION
    assert schema["description"][:100] == description[:100]
    assert schema.get("x-help") == help_text


@given(st.lists(st.sampled_from(["word", "Two.", "x" * 50, "end!", "e.g.", "\n"]), max_size=60))
def test_no_word_of_a_description_is_lost(words: list[str]) -> None:
    """Description and help together hold every word."""
    text = " ".join(words)
    schema = {"description": text}
    shorten_description(schema)
    shown = f"{schema['description'].removesuffix('...')} {schema.get('x-help', '')}"

    assert len(schema["description"]) <= LONGEST_DESCRIPTION
    assert set(text.split()) <= set(shown.split())


def test_choices_with_titles_take_null_as_one_more_choice() -> None:
    choices = {"type": "string", "oneOf": [{"const": "A", "title": "Letter A"}]}
    schema = or_null(choices)

    assert schema["oneOf"][1] == {"const": None, "title": "No value"}
    valid = Draft202012Validator(schema).is_valid
    assert [valid("A"), valid(None), valid("B")] == [True, True, False]
    assert len(choices["oneOf"]) == 1
