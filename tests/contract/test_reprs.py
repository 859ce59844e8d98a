"""No dataclass shows a secret by its repr: error trackers and logs write them down."""

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


def dataclasses_of(package: Any) -> Iterator[type]:
    for module_info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        try:
            module = importlib.import_module(module_info.name)
        except ImportError:  # of an engine that is not installed here
            continue
        for value in vars(module).values():
            if not inspect.isclass(value) or value.__module__ != module.__name__:
                continue
            if dataclasses.is_dataclass(value):
                yield value


def test_no_dataclass_shows_a_secret_by_its_repr() -> None:
    classes = [
        item
        for package in (salesforce_connector, salesforce_actions, connector_host)
        for item in dataclasses_of(package)
    ]
    shown = {
        (cls.__name__, field.name)
        for cls in classes
        for field in dataclasses.fields(cls)
        # A repr of its own is not the one that dataclasses make.
        if field.repr and field.name in SECRET and hasattr(cls.__repr__, "__wrapped__")
    }

    assert shown - HARMLESS == set()
    assert len(classes) > 100
