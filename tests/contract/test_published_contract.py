"""What every host relies on: names, schemas, examples and hints, of each action."""

import gzip
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from contract.published import MANIFEST, ROOT, SCHEMAS, lacking, published, validator
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic import BaseModel

import salesforce_schemas
from connector_host.draft07 import to_draft07
from connector_host.manifest import summarize
from salesforce_actions.catalog import ACTIONS, CORE
from salesforce_connector.action import Action
from salesforce_connector.auth import METHODS
from salesforce_connector.forms.dynamic_options import SMALL
from salesforce_connector.metadata.option_sources import SOURCES

PAGES = ROOT / "docs" / "actions"
IN_MANIFEST = {action["name"]: action for action in MANIFEST["actions"]}

AnyAction = Action[Any, Any]
each_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
EXAMPLES = [
    pytest.param(action, example.input, id=f"{action.name}: {example.summary}")
    for action in ACTIONS.values()
    for example in action.examples
]


def definitions(schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a schema and each definition in it that has properties."""
    yield "", dict(schema)
    for name, part in schema.get("$defs", {}).items():
        if "properties" in part:
            yield f"{name}.", part


EVERYTHING = [*MANIFEST["actions"], *MANIFEST["triggers"]]


def nested(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each schema within a schema, with where it stands."""
    if isinstance(schema, list):
        for at, item in enumerate(schema):
            yield from nested(item, f"{where}[{at}]")
    if not isinstance(schema, dict):
        return
    yield where, schema
    for word, part in schema.items():
        if word in {"properties", "$defs"}:
            for name, item in part.items():
                yield from nested(item, f"{where}.{name}")
        elif word in {"items", "additionalProperties", "anyOf", "oneOf", "allOf", "prefixItems"}:
            yield from nested(part, f"{where} {word}")


@pytest.mark.slow
def test_published_schemas_match_the_models() -> None:
    """It is generated, committed, and reviewed as the contract."""
    checked = subprocess.run(
        [sys.executable, "-m", "tools.publish", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@each_action
def test_an_action_has_one_name_everywhere(action: AnyAction) -> None:
    """File, variable, schemas, page, manifest and catalog."""
    module = importlib.import_module(f"salesforce_actions.actions.{action.name}")

    assert getattr(module, action.name) is action
    assert ACTIONS[action.name] is action
    assert (module.Input, module.flow) == (action.input, action.flow)
    assert (PAGES / f"{action.name}.md").read_text("utf-8").startswith(f"# {action.name}\n")
    assert IN_MANIFEST[action.name]["input"] == published(f"actions/{action.name}.input.json")
    assert IN_MANIFEST[action.name]["output"] == published(f"actions/{action.name}.output.json")


def test_each_action_that_has_a_file_is_in_the_catalog_once() -> None:
    """A file that no line names would be an action that no builder sees."""
    folder = ROOT / "actions" / "salesforce_actions" / "actions"
    defining = {
        path.stem
        for path in folder.glob("*.py")
        if f"\n{path.stem} = Action(" in path.read_text("utf-8")
    }

    assert defining == {*ACTIONS}
    assert [action["name"] for action in MANIFEST["actions"]] == [*ACTIONS]


def test_the_index_of_pages_links_each_action() -> None:
    index = (PAGES / "README.md").read_text("utf-8")

    assert [name for name in ACTIONS if f"({name}.md)" not in index] == []


@each_action
def test_an_action_says_what_it_is(action: AnyAction) -> None:
    assert action.name == action.name.lower()
    assert action.name.replace("_", "a").isalnum()
    assert action.title[0].isupper()
    assert not action.title.endswith(".")
    assert action.summary.endswith(".")
    assert action.summary.count(". ") == 0
    assert action.docs.startswith("https://")
    assert action.category
    assert action.examples
    assert len({example.summary for example in action.examples}) == len(action.examples)


@each_action
def test_hints_are_named_as_mcp_names_them_and_agree(action: AnyAction) -> None:
    hints = IN_MANIFEST[action.name]["annotations"]

    assert hints == action.annotations
    assert set(hints) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert hints["openWorldHint"] is True
    assert not (hints["readOnlyHint"] and hints["destructiveHint"])
    assert hints["idempotentHint"] or not hints["readOnlyHint"]


@each_action
@pytest.mark.parametrize("end", ["input", "output"])
def test_a_schema_is_valid_json_schema(action: AnyAction, end: str) -> None:
    schema = IN_MANIFEST[action.name][end]

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"


@each_action
def test_an_input_takes_nothing_that_it_does_not_know(action: AnyAction) -> None:
    schema = IN_MANIFEST[action.name]["input"]

    closed = {name: part.get("additionalProperties") for name, part in definitions(schema)}
    assert closed == dict.fromkeys(closed, False)
    misfits = validator(schema).iter_errors({"no_such_field": 1})
    assert "additionalProperties" in {misfit.validator for misfit in misfits}


@each_action
def test_each_property_has_a_title_and_a_description(action: AnyAction) -> None:
    """The studio shows title and description; an example says more than both."""
    result = IN_MANIFEST[action.name]

    assert lacking(result["input"], "title", "description", "examples") == {}
    assert lacking(result["output"], "title", "description") == {}
    for where, part in definitions(result["input"]):
        assert (where, lacking(part, "title", "description")) == (where, {})


@pytest.mark.parametrize("about", EVERYTHING, ids=[entry["name"] for entry in EVERYTHING])
def test_each_property_at_every_depth_has_a_title_and_a_sentence(about: dict[str, Any]) -> None:
    """In a list, in a choice of several, in a definition: a builder maps each of them."""
    for end in ("input", "output"):
        for where, part in nested(about[end]):
            assert (where, lacking(part, "title", "description")) == (where, {})
            for field in part.get("properties", {}).values():
                assert field["description"].endswith("."), (where, field["description"])


def test_a_property_deep_in_a_schema_is_looked_at() -> None:
    bare: dict[str, Any] = {"properties": {"name": {"type": "string"}}}
    deep = {"properties": {"a": {"anyOf": [{"type": "null"}, {"items": bare}]}}}
    for schema in (deep, {"$defs": {"A": bare}}, {"additionalProperties": bare}):
        assert bare in [part for _, part in nested(schema)]


@each_action
def test_descriptions_are_sentences(action: AnyAction) -> None:
    for end in ("input", "output"):
        for field in IN_MANIFEST[action.name][end]["properties"].values():
            assert field["description"].endswith("."), field["description"]


def _on_disk(example: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Put the files that an example names where they can be read."""
    for name, value in example.items():
        if isinstance(value, str) and value.startswith("/tmp"):  # noqa: S108 - an example's
            path = folder / Path(value).name
            if name == "results_folder":
                path.mkdir()
            else:
                path.write_text(f"Id,{example.get('external_id_field', 'Name')}\n", "utf-8")
            example[name] = str(path)
    return example


@pytest.mark.parametrize(("action", "example"), EXAMPLES)
def test_an_example_fits_the_schema_and_the_model(
    action: AnyAction, example: Mapping[str, Any], tmp_path: Path
) -> None:
    """And its flow makes a first call of it, so that it is more than well-formed."""
    plain = _on_disk(json.loads(json.dumps(dict(example))), tmp_path)

    assert [
        error.message for error in validator(IN_MANIFEST[action.name]["input"]).iter_errors(plain)
    ] == []
    read = action.input.model_validate(plain)
    flow = action.flow(read)
    assert next(flow) is not None
    flow.close()


@each_action
def test_an_example_of_a_property_fits_it(action: AnyAction) -> None:
    schema = IN_MANIFEST[action.name]["input"]

    for name, field in schema["properties"].items():
        alone = validator({**field, "$defs": schema.get("$defs", {})})
        for example in field["examples"]:
            assert [error.message for error in alone.iter_errors(example)] == [], name


@each_action
def test_a_default_is_what_the_schema_says(action: AnyAction) -> None:
    """What a form fills in is what is run when nothing is filled in."""
    schema = IN_MANIFEST[action.name]["input"]

    for name, field in action.input.model_fields.items():
        messages = schema["properties"][name]
        assert (name in schema.get("required", ())) is field.is_required()
        if "default" in messages:
            assert messages["default"] == field.get_default(call_default_factory=True)


def test_the_manifest_is_whole() -> None:
    assert {*MANIFEST} == {
        *("manifest_version", "name", "title", "version", "description", "categories", "icon"),
        *("auth_methods", "actions", "triggers", "option_sources"),
    }
    assert MANIFEST["name"] == "salesforce"
    assert MANIFEST["categories"]
    assert all(svg.startswith("<svg ") for svg in MANIFEST["icon"].values())
    assert {*MANIFEST["icon"]} == {"light", "dark"}
    assert [method["name"] for method in MANIFEST["auth_methods"]] == [*METHODS]
    for item in MANIFEST["actions"]:
        assert {"since", "deprecated", "replaced_by", "docs", "category"} <= item.keys()


@pytest.mark.slow
def test_the_list_of_what_there_is_is_small() -> None:
    """A host that lists connectors sends this to a browser; details come when one is picked."""
    summary = salesforce_schemas.summary()

    assert len(gzip.compress((SCHEMAS / "summary.json").read_bytes())) < 2_000
    assert summary == summarize(MANIFEST)
    assert sum(entry.get("core", False) for entry in summary["actions"]) == len(CORE)
    for entry in EVERYTHING:
        assert salesforce_schemas.describe(entry["name"]) == entry
    assert salesforce_schemas.describe("no_such_action") is None


@pytest.mark.parametrize("about", EVERYTHING, ids=[entry["name"] for entry in EVERYTHING])
def test_a_schema_converts_to_draft07(about: dict[str, Any]) -> None:
    """The same examples fit."""
    converted = to_draft07(about["input"])

    Draft7Validator.check_schema(converted)
    for example in about["examples"]:
        assert [*Draft7Validator(converted).iter_errors(example["input"])] == []
    assert not Draft7Validator(converted).is_valid({"no_such_field": 1})


def test_core_actions_are_few_and_named_once() -> None:
    core = {action["name"] for action in MANIFEST["actions"] if action["core"]}

    assert core == CORE
    assert core <= {*ACTIONS}
    assert len(core) <= 12


def test_each_source_of_options_reports_how_many_choices_it_has() -> None:
    assert {source["name"] for source in MANIFEST["option_sources"]} == {*SOURCES}
    assert {source["size"] for source in MANIFEST["option_sources"]} == {"small", "large"}
    small = {source["name"] for source in MANIFEST["option_sources"] if source["size"] == "small"}
    assert small == SMALL


def test_each_reading_of_the_manifest_is_the_readers_own() -> None:
    salesforce_schemas.manifest()["actions"].clear()

    assert salesforce_schemas.manifest() == MANIFEST


def test_the_manifest_is_read_without_a_network_library_or_models() -> None:
    """A host lists its connectors at once; what they need is imported when they are used."""
    program = (
        "import sys\n"
        "from salesforce_actions.plugin import plugin\n"
        "assert plugin.connector_manifest()['name'] == 'salesforce'\n"
        "print([each for each in ('httpx', 'pydantic', 'jsonschema', 'stamina', 'asyncio')"
        " if each in sys.modules])\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "[]"


@each_action
def test_a_module_exports_its_names_plainly(action: AnyAction) -> None:
    """What is public is what has no underscore; there is no second list to keep."""
    module = importlib.import_module(f"salesforce_actions.actions.{action.name}")

    assert not hasattr(module, "__all__")
    assert module.__doc__
    assert "https://" in module.__doc__
    assert issubclass(action.input, BaseModel)
    assert issubclass(action.output, BaseModel)
