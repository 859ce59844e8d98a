"""The connector's public contract as data: the manifest and every JSON Schema in it.

Written by `make schemas` from the models, committed, and reviewed as such. Reading it runs none of
the connector's code.
"""

import json
from pkgutil import get_data
from typing import Any


def manifest() -> dict[str, Any]:
    """Read the manifest; each call gives a copy of its own."""
    return _read("manifest.json")


def summary() -> dict[str, Any]:
    """Read the manifest without the details of actions, triggers and auth methods."""
    return _read("summary.json")


def describe(name: str) -> dict[str, Any] | None:
    """Read the manifest's entry of an action or a trigger; None when there is none."""
    whole = manifest()
    for entry in (*whole["actions"], *whole["triggers"]):
        if entry["name"] == name:
            return dict(entry)
    return None


def describe_auth_method(name: str) -> dict[str, Any] | None:
    """Read the manifest's entry of an auth method; None when there is none."""
    for entry in manifest()["auth_methods"]:
        if entry["name"] == name:
            return dict(entry)
    return None


def _read(name: str) -> dict[str, Any]:
    text = get_data(__name__, name) or b""  # importlib.resources takes 40 ms to import
    read: dict[str, Any] = json.loads(text)
    return read
