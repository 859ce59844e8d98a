"""Writes the public contract: the manifest, the schemas, and a page for each action.

    python -m tools.publish           write schemas/ and docs/actions/
    python -m tools.publish --check   write nothing; exit 1 and say what is out of date

The models are the one source; what this writes is committed and reviewed as the contract.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from salesforce_actions.catalog import ACTIONS, CORE
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.action import Action, Trigger
from salesforce_connector.auth import METHODS
from salesforce_connector.auth.method import Method
from salesforce_connector.forms.dynamic_options import SMALL
from salesforce_connector.forms.schema import input_schema, output_schema
from salesforce_connector.metadata.option_sources import SOURCES
from tools import action_pages, decision_index, failure_tables, proof_table, setup_guides

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas" / "salesforce_schemas"
PAGES = ROOT / "docs" / "actions"
TRIGGER_PAGES = ROOT / "docs" / "triggers"

_JOIN = ",\n"

CATEGORIES = ["CRM", "Sales", "Customer service"]

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
        yield PAGES / f"{action.name}.md", action_pages.action_page(action)
    yield ROOT / "docs" / "decisions" / "README.md", decision_index.page()
    yield ROOT / "docs" / "proof-actions.md", proof_table.page(ACTIONS, TRIGGERS)
    yield ROOT / "docs" / "local-org" / "failures.md", failure_tables.page()
    yield PAGES / "README.md", action_pages.action_index(ACTIONS.values())
    for trigger in TRIGGERS.values():
        yield (
            SCHEMAS / "triggers" / f"{trigger.name}.input.json",
            _json(input_schema(trigger.input)),
        )
        yield (
            SCHEMAS / "triggers" / f"{trigger.name}.output.json",
            _json(output_schema(trigger.output)),
        )
        yield TRIGGER_PAGES / f"{trigger.name}.md", action_pages.trigger_page(trigger)
    yield TRIGGER_PAGES / "README.md", action_pages.trigger_index(TRIGGERS.values())


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
        "takes_records": action.takes_records,
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
