"""Compares the published schemas with those of the last release, and names what would break hosts.

    python -m tools.schema_compatibility            exit 1 when a change needs a new major version
    python -m tools.schema_compatibility --release  write the baseline of this release

The baseline is `schemas/released.json`: version, and the schemas of every auth method, action and
trigger. A change breaks when inputs that were valid no longer are, or when what a result promised
is gone. Adding is never breaking.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "schemas" / "salesforce_schemas" / "manifest.json"
BASELINE = ROOT / "schemas" / "released.json"

Schema = dict[str, Any]


def contract_of(manifest: Schema) -> Schema:
    """Return what of a manifest hosts rely on: its version, and schemas by kind and name."""
    return {
        "version": manifest["version"],
        "auth_methods": {
            method["name"]: {"input": method["schema"]} for method in manifest["auth_methods"]
        },
        **{
            kind: {
                item["name"]: {"input": item["input"], "output": item["output"]}
                for item in manifest[kind]
            }
            for kind in ("actions", "triggers")
        },
    }


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """Name each change that breaks a host that was made for the old contract."""
    changes: list[str] = []
    for kind in ("auth_methods", "actions", "triggers"):
        for name, schemas in old[kind].items():
            location = f"{kind}.{name}"
            if name not in new[kind]:
                changes.append(f"{location} is gone")
                continue
            now = new[kind][name]
            changes += _find_narrowings(schemas["input"], now["input"], f"{location}.input")
            if "output" in schemas:
                changes += _find_removals(schemas["output"], now["output"], f"{location}.output")
    return changes


def _find_narrowings(old: Schema, new: Schema, location: str) -> Iterator[str]:
    """Name what inputs may no longer be."""
    before, after = _properties(old), _properties(new)
    for name in before.keys() - after.keys():
        yield f"{location}.{name} is no longer accepted"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{location}.{name} is now required"
    for name in before.keys() & after.keys():
        yield from _find_narrowed_values(before[name], after[name], f"{location}.{name}")


def _find_narrowed_values(old: Schema, new: Schema, location: str) -> Iterator[str]:
    if lost := _types(old) - _types(new):
        yield f"{location} no longer takes {', '.join(sorted(lost))}"
    if "enum" in new and (gone := _missing(old.get("enum"), new["enum"])):
        yield f"{location} no longer takes {gone}"
    for key, tighter in (("maxLength", -1), ("maximum", -1), ("maxItems", -1)):
        if _is_tighter(old.get(key), new.get(key), tighter):
            yield f"{location} has a smaller {key}"
    for key in ("minLength", "minimum", "minItems"):
        if _is_tighter(old.get(key), new.get(key), 1):
            yield f"{location} has a larger {key}"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{location} has another pattern"


def _find_removals(old: Schema, new: Schema, location: str) -> Iterator[str]:
    """Name what results no longer promise."""
    before, after = _properties(old), _properties(new)
    for name in before.keys() - after.keys():
        yield f"{location}.{name} is gone"
    for name in sorted(set(old.get("required", ())) & after.keys() - set(new.get("required", ()))):
        yield f"{location}.{name} is no longer always there"
    for name in before.keys() & after.keys():
        if added := _types(after[name]) - _types(before[name]):
            yield f"{location}.{name} may now be {', '.join(sorted(added))}"


def _properties(schema: Schema) -> dict[str, Schema]:
    """Return an object's properties, with references resolved one level deep."""
    definitions = schema.get("$defs", {})
    return {
        name: definitions.get(str(part.get("$ref", "")).rsplit("/", 1)[-1], part)
        for name, part in schema.get("properties", {}).items()
    }


_ANY = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def _types(part: Schema) -> frozenset[str]:
    if "type" in part:
        kinds = {part["type"]} if isinstance(part["type"], str) else set(part["type"])
        return frozenset(kinds | ({"integer"} if "number" in kinds else set()))
    branches = part.get("anyOf") or part.get("oneOf")
    if branches:
        return frozenset[str]().union(*(_types(branch) for branch in branches))
    return _ANY


def _missing(old: list[Any] | None, new: list[Any]) -> str:
    if old is None:
        return "free values"
    return ", ".join(json.dumps(value) for value in old if value not in new)


def _is_tighter(old: float | None, new: float | None, direction: int) -> bool:
    if new is None:
        return False
    return old is None or (new - old) * direction > 0


def main(arguments: list[str]) -> int:
    """Compare, or write the baseline; give the exit code."""
    new = contract_of(json.loads(MANIFEST.read_text(encoding="utf-8")))
    if "--release" in arguments or not BASELINE.exists():
        text = json.dumps(new, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        BASELINE.write_text(text + "\n", encoding="utf-8")
        print(f"wrote {BASELINE.relative_to(ROOT)}: the contract of {new['version']}")
        return 0
    old = json.loads(BASELINE.read_text(encoding="utf-8"))
    changes = breaking_changes(old, new)
    majors = [item["version"].split(".")[0] for item in (old, new)]
    for change in changes:
        print(change)
    if changes and majors[0] == majors[1]:
        print(f"These break hosts of {old['version']}: raise the major version, or undo them.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
