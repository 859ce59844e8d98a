"""The contract as it is published: what tests read of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

import salesforce_schemas

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas" / "salesforce_schemas"
MANIFEST = salesforce_schemas.manifest()


def published(name: str) -> dict[str, Any]:
    """Read a published schema."""
    body: dict[str, Any] = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return body


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def lacking(part: Mapping[str, Any], *expected: str) -> dict[str, list[str]]:
    """Return what the properties of a schema lack of what is wanted.

    A reference has the title of what it refers to.
    """
    lacks = {
        name: [
            name
            for name in expected
            if not field.get(name) and not (name == "title" and "$ref" in field)
        ]
        for name, field in part.get("properties", {}).items()
    }
    return {name: lack for name, lack in lacks.items() if lack}
