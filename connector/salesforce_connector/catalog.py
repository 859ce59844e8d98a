"""A catalog of modules, each of which is imported at its first use.

Building the models of all actions takes half a second, and a workflow uses three.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeVar

from salesforce_connector.errors import Rejected
from salesforce_connector.suggestions import suggest

NamedT = TypeVar("NamedT")


class Catalog(Mapping[str, NamedT]):
    """Actions, triggers or auth methods by name, each in the module of its name in one package."""

    def __init__(self, package: str, *names: str, attribute: str = "") -> None:
        """Make one; nothing is imported yet.

        Args:
            package: That holds the modules.
            names: Of the modules, in order.
            attribute: What each module calls its own; empty: by the module's name.
        """
        self._package = package
        self._attribute = attribute
        self._names = dict.fromkeys(names)
        self._loaded: dict[str, NamedT] = {}

    def __getitem__(self, name: str) -> NamedT:
        """Return one, imported.

        Raises:
            KeyError: There is none of that name.
        """
        loaded = self._loaded.get(name)
        if loaded is None:
            if name not in self._names:
                raise KeyError(name)
            module = import_module(f"{self._package}.{name}")
            loaded = self._loaded[name] = getattr(module, self._attribute or name)
        return loaded

    def __contains__(self, name: object) -> bool:
        """Return whether there is one; imports nothing."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """Return all names; imports nothing."""
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def find(self, noun: str, name: str) -> NamedT:
        """Return one, imported.

        Args:
            noun: What it is called in messages: `action`.

        Raises:
            Rejected: There is none of that name; names the nearest.
        """
        try:
            return self[name]
        except KeyError:
            names = list(self._names)
            nearest = suggest(name, names)
            raise Rejected(
                f"There is no {noun} {name!r}.",
                code=f"UNKNOWN_{noun.upper()}",
                remedy=f"Did you mean {nearest!r}?"
                if nearest
                else f"Use one of: {', '.join(names)}.",
                fields=(noun,),
            ) from None
