"""Writes the public contract: the manifest, the schemas, and a page for each action.

    python -m tools.publish           write schemas/ and docs/actions/
    python -m tools.publish --check   write nothing; exit 1 and say what is out of date

The models are the one source; what this writes is committed and reviewed as the contract.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from salesforce_actions.catalog import ACTIONS, CORE
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.action import Action, Example, Trigger
from salesforce_connector.auth import METHODS
from salesforce_connector.auth.method import Method
from salesforce_connector.dynamic_options import SMALL
from salesforce_connector.form_schema import input_schema, output_schema
from salesforce_connector.metadata.option_sources import SOURCES
from tools import decision_index, failure_tables, proof_table, setup_guides

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas" / "salesforce_schemas"
PAGES = ROOT / "docs" / "actions"
TRIGGER_PAGES = ROOT / "docs" / "triggers"

_EXAMPLE_ORG = "../../emulator/salesforce_emulator/examples/example_org.toml"
_JOIN = ",\n"

MOST_KINDS = 4  # of JSON's six; a field of more takes any value

_DECLARED = ("Automate", "Knowledge", "Reports")  # what the default org has none of

CATEGORIES = ["CRM", "Sales", "Customer service"]

_POLLING = "[polling that loses nothing](../decisions/0006-polling-that-loses-nothing.md)"

_CLOUD = (
    "M17 13.5a6.5 6.5 0 0 1 12.2-1.6A7 7 0 0 1 41 17.2 6.6 6.6 0 0 1 38.6 30H13a8 8 0 0 1-1.4-15.9"
    " 6.4 6.4 0 0 1 5.4-.6Z"
)

_SECRET_WIDGETS: dict[str, Any] = {
    "": {"ui:widget": "password"},
    # A password input turns line breaks into spaces, and a private key has many.
    "secret-multiline": {"ui:widget": "textarea", "ui:options": {"rows": 8}},
}


def files() -> Iterator[tuple[Path, str]]:
    """Yield each file with what it should hold."""
    yield SCHEMAS / "manifest.json", _compact(manifest())
    yield SCHEMAS / "summary.json", _compact(summary())
    for method in METHODS.values():
        yield SCHEMAS / "auth" / f"{method.name}.json", _json(input_schema(method.settings))
        yield ROOT / "docs" / "setup" / f"{method.name}.md", setup_guides.page(method)
    for action in ACTIONS.values():
        yield SCHEMAS / "actions" / f"{action.name}.input.json", _json(input_schema(action.input))
        yield (
            SCHEMAS / "actions" / f"{action.name}.output.json",
            _json(output_schema(action.output)),
        )
        yield PAGES / f"{action.name}.md", _page(action)
    yield ROOT / "docs" / "decisions" / "README.md", decision_index.page()
    yield ROOT / "docs" / "proof-actions.md", proof_table.page(iter(ACTIONS))
    yield ROOT / "docs" / "local-org" / "failures.md", failure_tables.page()
    yield PAGES / "README.md", _index()
    for trigger in TRIGGERS.values():
        yield (
            SCHEMAS / "triggers" / f"{trigger.name}.input.json",
            _json(input_schema(trigger.input)),
        )
        yield (
            SCHEMAS / "triggers" / f"{trigger.name}.output.json",
            _json(output_schema(trigger.output)),
        )
        yield TRIGGER_PAGES / f"{trigger.name}.md", _trigger_page(trigger)
    yield TRIGGER_PAGES / "README.md", _trigger_index()


def _schemas(
    folder: Path, about: Action[Any, Any] | Trigger[Any, Any]
) -> Iterator[tuple[Path, str]]:
    yield folder / f"{about.name}.input.json", _json(input_schema(about.input))
    yield folder / f"{about.name}.output.json", _json(output_schema(about.output))


def manifest() -> dict[str, Any]:
    """Return the manifest, as `connector_manifest` does."""
    return {
        "manifest_version": 1,
        "name": "salesforce",
        "title": "Salesforce",
        "version": _version(),
        "description": "Read and write records, run queries, and automate work in Salesforce.",
        "categories": CATEGORIES,
        "icon": {"light": _icon("#0b5cab"), "dark": _icon("#7ec3ff")},
        "auth_methods": [_auth(method) for method in METHODS.values()],
        "actions": [_action(action) for action in ACTIONS.values()],
        "triggers": [_trigger(trigger) for trigger in TRIGGERS.values()],
        "option_sources": [
            {"name": name, "size": "small" if name in SMALL else "large"} for name in SOURCES
        ],
    }


def summary() -> dict[str, Any]:
    """Return the manifest without details, as `connector_summary` does."""
    whole = {key: value for key, value in manifest().items() if key != "option_sources"}
    for kind in ("auth_methods", "actions", "triggers"):
        whole[kind] = [
            {key: entry[key] for key in ("name", "title", "category") if key in entry}
            | ({"core": True} if entry.get("core") else {})
            for entry in whole[kind]
        ]
    return whole


def _auth(method: Method) -> dict[str, Any]:
    guides = setup_guides.guides(method)
    schema = input_schema(method.settings)
    widgets: dict[str, Any] = {
        name: _SECRET_WIDGETS[field.get("x-widget", "")]
        for name, field in schema["properties"].items()
        if field.get("x-secret")
    }
    return {
        "name": method.name,
        "type": method.kind,
        "title": method.title,
        "description": method.description,
        "interactive": method.interactive,
        "schema": schema,
        "ui_schema": {"ui:order": schema["ui:order"], **widgets},
        "setup_guide": next(guides)["markdown"],
        "setup_guides": [*setup_guides.guides(method)],
    }


def _action(action: Action[Any, Any]) -> dict[str, Any]:
    return {
        "name": action.name,
        "title": action.title,
        "description": action.summary,
        "category": action.category,
        "core": action.name in CORE,
        "streams": action.stream is not None,
        "input": input_schema(action.input),
        "output": output_schema(action.output),
        "annotations": action.annotations,
        "examples": [
            {"summary": example.summary, "input": dict(example.input)}
            for example in action.examples
        ],
        "since": action.since,
        "deprecated": action.deprecated,
        "replaced_by": action.replaced_by,
        "docs": action.docs,
    }


def _trigger(trigger: Trigger[Any, Any]) -> dict[str, Any]:
    return {
        "name": trigger.name,
        "title": trigger.title,
        "description": trigger.summary,
        "notes": trigger.notes,
        "delivery": "webhook" if trigger.receive else "poll",
        "category": trigger.category,
        "input": input_schema(trigger.input),
        "output": output_schema(trigger.output),
        "examples": [
            {"summary": example.summary, "input": dict(example.input)}
            for example in trigger.examples
        ],
        "since": trigger.since,
        "deprecated": trigger.deprecated,
        "replaced_by": trigger.replaced_by,
        "docs": trigger.docs,
    }


def _icon(colour: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 40" role="img">'
        f'<title>Salesforce connector</title><path fill="{colour}" d="{_CLOUD}"/></svg>'
    )


def _page(action: Action[Any, Any]) -> str:
    hints = ", ".join(name for name, on in action.annotations.items() if on)
    lines = [
        f"# {action.name}",
        "",
        f"**{action.title}.** {action.summary}",
        "",
        f"Category: {action.category}. Hints: {hints}.",
        "",
        f"Salesforce's page: [{action.docs.rsplit('/', 1)[-1]}]({action.docs}).",
        "",
        "## Input",
        "",
        *_table(input_schema(action.input)),
        "",
        "## Output",
        "",
        *_table(output_schema(action.output)),
        "",
        "## Examples",
        "",
        *_where(action.category),
        *_examples(action.examples),
        "",
        "Errors are the same for all actions: see [errors and remedies](../errors.md).",
        "",
    ]
    return "\n".join(lines)


def _trigger_page(trigger: Trigger[Any, Any]) -> str:
    lines = [
        f"# {trigger.name}",
        "",
        f"**{trigger.title}.** {trigger.summary}",
        "",
        trigger.notes,
        "",
        f"Salesforce's page: [{trigger.docs.rsplit('/', 1)[-1]}]({trigger.docs}).",
        "",
        "## Input",
        "",
        *_table(input_schema(trigger.input)),
        "",
        "## Event",
        "",
        *_table(output_schema(trigger.output)),
        "",
        "## Examples",
        *_examples(trigger.examples),
        "",
        f"A host polls, hands the events on, and then stores the cursor: see {_POLLING}.",
        "",
    ]
    return "\n".join(lines)


def _trigger_index() -> str:
    lines = ["# Triggers", "", "One page each, written from the models by `make schemas`.", ""]
    lines += ["| trigger | what it reports |", "|---|---|"]
    lines += [
        f"| [{trigger.name}]({trigger.name}.md) | {trigger.summary} |"
        for trigger in TRIGGERS.values()
    ]
    return "\n".join(lines) + "\n"


def _where(category: str) -> Iterator[str]:
    """Describe where the examples of a page run, and what their ids are."""
    yield "Ids stand for those of your own records. Each example runs on a local org:"
    if category in _DECLARED:
        yield "`salesforce-connector org serve --config example_org.toml`, with what"
        yield f"[the example org]({_EXAMPLE_ORG}) declares."
    else:
        yield "`salesforce-connector org serve`."


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    for example in examples:
        body = json.dumps(dict(example.input), indent=2, ensure_ascii=False)
        yield from ("", f"{example.summary}:", "", "```json", body, "```")


def _table(schema: dict[str, Any]) -> list[str]:
    required = set(schema.get("required", ()))
    lines = ["| field | type | required | what |", "|---|---|---|---|"]
    for name, field in schema.get("properties", {}).items():
        about = " ".join(field[key] for key in ("description", "x-help") if key in field)
        if choices := _choices(field):
            about = f"{about} One of: {', '.join(f'`{choice}`' for choice in choices)}."
        if "default" in field and field["default"] not in (None, "", [], {}):
            about = f"{about} Default: `{json.dumps(field['default'])}`.".strip()
        cells = (f"`{name}`", _kind(field), "yes" if name in required else "no", about)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def _choices(field: dict[str, Any]) -> list[str]:
    """Return the values that a field is restricted to; none when it is not."""
    parts = field.get("anyOf", [field])
    return [json.dumps(value) for part in parts for value in part.get("enum", ())]


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_kind(branch) for branch in field["anyOf"]))
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    kind = field.get("type", "any")
    if isinstance(kind, list):
        kinds = [_kind({**field, "type": branch}) for branch in kind]
        return "any" if len(kinds) > MOST_KINDS else " or ".join(kinds)
    return f"list of {_kind(field['items'])}" if kind == "array" and "items" in field else str(kind)


def _index() -> str:
    lines = ["# Actions", "", "One page each, written from the models by `make schemas`.", ""]
    lines += ["| action | what it does |", "|---|---|"]
    lines += [
        f"| [{action.name}]({action.name}.md) | {action.summary} |" for action in ACTIONS.values()
    ]
    return "\n".join(lines) + "\n"


def _version() -> str:
    for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith("version = "):
            return line.split('"')[1]
    raise SystemExit("pyproject.toml names no version")


def _compact(value: Mapping[str, Any]) -> str:
    """Write an object small: a line for each key, and for each entry of a list of objects."""
    lines = []
    for key, part in value.items():
        is_list = isinstance(part, list) and part and isinstance(part[0], dict)
        text = f"[\n{_JOIN.join(map(_line, part))}\n]" if is_list else _line(part)
        lines.append(f"{_line(key)}:{text}")
    return "{" + _JOIN.join(lines) + "}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which differ; give the exit code."""
    expected = dict(files())
    folders = (SCHEMAS / "auth", SCHEMAS / "actions", SCHEMAS / "triggers", PAGES, TRIGGER_PAGES)
    existing = {path for folder in folders if folder.exists() for path in folder.iterdir()}
    stale = sorted(existing - expected.keys())
    differing = [
        path
        for path, text in expected.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in (*differing, *stale):
            print(f"{path.relative_to(ROOT)} is out of date: run make schemas")
        return 1 if differing or stale else 0
    for path in stale:
        path.unlink()
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(expected[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
