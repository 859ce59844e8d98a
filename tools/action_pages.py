"""The pages of the actions and triggers, written from their models."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from salesforce_connector.action import Action, Example, Trigger
from salesforce_connector.forms.schema import input_schema, output_schema

MOST_KINDS = 4  # of JSON's six; a field of more takes any value

_EXAMPLE_ORG = "../../emulator/salesforce_emulator/examples/example_org.toml"
_DECLARED = ("Automate", "Knowledge", "Reports")  # what the default org has none of
_POLLING = "[polling that loses nothing](../decisions/0006-polling-that-loses-nothing.md)"


def action_page(action: Action[Any, Any]) -> str:
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


def trigger_page(trigger: Trigger[Any, Any]) -> str:
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


def trigger_index(triggers: Iterable[Trigger[Any, Any]]) -> str:
    lines = ["# Triggers", "", "One page each, written from the models by `make schemas`.", ""]
    lines += ["| trigger | what it reports |", "|---|---|"]
    lines += [
        f"| [{trigger.name}]({trigger.name}.md) | {trigger.summary} |" for trigger in triggers
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


def action_index(actions: Iterable[Action[Any, Any]]) -> str:
    lines = ["# Actions", "", "One page each, written from the models by `make schemas`.", ""]
    lines += ["| action | what it does |", "|---|---|"]
    lines += [f"| [{action.name}]({action.name}.md) | {action.summary} |" for action in actions]
    return "\n".join(lines) + "\n"
