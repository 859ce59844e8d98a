"""Validates manifests, and looks up their entries.

It does not call connectors; `registry` does.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from connector_host.errors import unknown
from connector_host.hookspecs import Json, JsonObject

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

FAULTS_SHOWN = 3  # in one message; the rest are counted
LONGEST_QUOTE = 160  # characters; a path and a reason then fit on two lines
PARTS = ("auth_methods", "actions", "triggers")


def faults(manifest: Json) -> list[str]:
    """Return the faults of a manifest, each with its JSON path; empty for a valid one."""
    errors = sorted(_validator().iter_errors(manifest), key=lambda error: error.json_path)
    problems = [f"{error.json_path}: {_shorten(error.message)}" for error in errors]
    return problems or _repeated_names(manifest)


def outline_faults(manifest: Json) -> list[str]:
    """Return the faults of a manifest's outline, which the look-ups of this module rely on.

    It needs no jsonschema. The schemas of actions and auth methods are not checked.
    """
    if not isinstance(manifest, dict):
        return [f"$: {_shorten(repr(manifest))} is not of type 'object'"]
    problems = [
        f"$.{key}: missing or not a string"
        for key in ("name", "title", "version")
        if not isinstance(manifest.get(key), str)
    ]
    for kind in PARTS:
        entries = manifest.get(kind)
        if not isinstance(entries, list):
            problems.append(f"$.{kind}: missing or not a list")
        elif not all(isinstance(entry, dict) and "name" in entry for entry in entries):
            problems.append(f"$.{kind}: an entry has no name")
    return problems or _repeated_names(manifest)


def summary(problems: list[str]) -> str:
    """Return the first few faults on one line."""
    rest = len(problems) - FAULTS_SHOWN
    more = f"; and {rest} more" if rest > 0 else ""
    return "; ".join(problems[:FAULTS_SHOWN]) + more


def get_part(manifest: JsonObject, kind: str, name: str) -> JsonObject:
    """Return one of the manifest's `auth_methods`, `actions` or `triggers` by name.

    Raises:
        UnknownName: There is none; the error suggests the nearest.
    """
    entries: dict[str, JsonObject] = {entry["name"]: entry for entry in manifest[kind]}
    if name not in entries:
        raise unknown(kind.removesuffix("s").replace("_", " "), name, entries)
    return entries[name]


def get_entry(manifest: JsonObject, name: str) -> JsonObject:
    """Return the entry of an action, or of a trigger when no action has the name.

    Raises:
        UnknownName: There is neither; the error suggests the nearest.
    """
    entries = {item["name"]: item for kind in ("triggers", "actions") for item in manifest[kind]}
    if name not in entries:
        raise unknown("action or trigger", name, entries)
    entry: JsonObject = entries[name]
    return entry


def summarize(manifest: JsonObject) -> JsonObject:
    """Return a manifest without the details of single actions, triggers and auth methods."""
    whole = {key: value for key, value in manifest.items() if key != "option_sources"}
    return whole | {kind: [_summarize_entry(entry) for entry in manifest[kind]] for kind in PARTS}


def _summarize_entry(entry: JsonObject) -> JsonObject:
    listed = {key: entry[key] for key in ("name", "title", "category") if key in entry}
    return listed | ({"core": True} if entry.get("core") else {})


def check_source(manifest: JsonObject, source: str) -> None:
    """Raise an error unless a connector has this source of options.

    Its sources are those that fields of its actions and triggers name, and its `option_sources`,
    for fields that only `resolve_schema` knows.

    Raises:
        UnknownName: It has none of this name; the error suggests the nearest.
    """
    inputs = [entry["input"] for kind in ("actions", "triggers") for entry in manifest[kind]]
    sources = {name for schema in inputs for name in _sources(schema)}
    sources |= {source["name"] for source in manifest.get("option_sources", ())}
    if source not in sources:
        raise unknown("source of options", source, sources)


def guide(method: JsonObject, name: str | None, redirect_uri: str) -> str:
    """Return an auth method's setup guide in Markdown, with the redirect URI filled in.

    Args:
        method: One of `auth_methods`.
        name: The name of one of its `setup_guides`; None for its `setup_guide`, which may be
            empty.

    Raises:
        UnknownName: It has no guide of this name; the error suggests the nearest.
    """
    text: str = method.get("setup_guide", "")
    if name is not None:
        by_name = {entry["name"]: entry["markdown"] for entry in method.get("setup_guides", ())}
        if name not in by_name:
            raise unknown("setup guide", name, by_name)
        text = by_name[name]
    return text.replace("{{redirect_uri}}", redirect_uri)


def deprecation(action: JsonObject) -> str:
    """Explain that an action is deprecated, and what to use instead."""
    replacement = action.get("replaced_by")
    return f"deprecated; use {replacement}" if replacement else "deprecated"


def _sources(schema: Json) -> Iterator[str]:
    """Yield the sources of all `x-dynamic-options` in a schema."""
    if isinstance(schema, dict):
        options = schema.get("x-dynamic-options")
        if isinstance(options, dict) and isinstance(options.get("source"), str):
            yield options["source"]
    inside = schema.values() if isinstance(schema, dict) else schema
    for entry in inside if isinstance(schema, dict | list) else ():
        yield from _sources(entry)


def _shorten(message: str) -> str:
    """Shorten a message of jsonschema, which may quote a whole action."""
    return message if len(message) <= LONGEST_QUOTE else f"...{message[-LONGEST_QUOTE:]}"


def _repeated_names(manifest: JsonObject) -> list[str]:
    """Return the faults of names that two actions, two triggers or two methods share."""
    problems = []
    for kind in PARTS:
        names = [entry["name"] for entry in manifest[kind]]
        repeated = sorted({name for name in names if names.count(name) > 1})
        problems += [f"$.{kind}: {name!r} is used twice" for name in repeated]
    return problems


@cache
def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # 0.1 s to import

    text = resources.files("connector_host").joinpath("manifest.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))
