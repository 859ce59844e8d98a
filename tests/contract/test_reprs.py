"""No dataclass or named tuple shows a secret by its repr: error trackers and logs show those."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import connector_host
import salesforce_actions
import salesforce_connector

# Fields of these names hold secrets, or what a person entered, secrets among it.
SECRET = frozenset(
    {"credentials", "secrets", "app_secrets", "settings", "body", "passphrase", "pending", "token"}
)

# Those whose values hide their secrets themselves, or hold none.
HARMLESS = frozenset(
    {
        ("Facts", "credentials"),  # pydantic's SecretStr
        ("Facts", "settings"),
        ("_Failure", "credentials"),
        ("Method", "settings"),  # a class
        ("ParsedCall", "body"),  # a call's, without its token
    }
)


def classes_of(package: Any) -> Iterator[type]:
    """Yield the dataclasses and the named tuples of a package."""
    for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        try:
            module = importlib.import_module(module_info.name)
        except ImportError:  # of an engine that is not installed here
            continue
        for value in vars(module).values():
            if not inspect.isclass(value) or value.__module__ != module.__name__:
                continue
            if dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
                yield value


def shown_fields(cls: Any) -> list[str]:
    """Return the fields that the repr of a class shows; a repr of its own is judged elsewhere."""
    if not dataclasses.is_dataclass(cls):
        return [*cls._fields] if cls.__repr__.__module__ == "collections" else []
    made = hasattr(cls.__repr__, "__wrapped__")  # by dataclasses
    return [field.name for field in dataclasses.fields(cls) if field.repr and made]


def test_no_value_shows_a_secret_by_its_repr() -> None:
    classes = [
        item
        for package in (salesforce_connector, salesforce_actions, connector_host)
        for item in classes_of(package)
    ]
    shown = {
        (cls.__name__, name) for cls in classes for name in shown_fields(cls) if name in SECRET
    }

    assert shown - HARMLESS == set()
    assert len(classes) > 100
