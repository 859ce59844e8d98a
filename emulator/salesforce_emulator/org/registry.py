"""Named things of an org, such as flows, Apex classes and reports."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Something that has an API name."""

    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=Named)


class Registry(Generic[Item]):
    """Items by API name, in any case, in the order they were added."""

    def __init__(self) -> None:
        self._by_name: dict[str, Item] = {}

    def __iter__(self) -> Iterator[Item]:
        return iter(tuple(self._by_name.values()))

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def add(self, item: Item) -> None:
        """Add an item; it replaces one of the same name."""
        self._by_name[item.name.lower()] = item

    def remove(self, name: str) -> None:
        """Remove the item of a name, if there is one."""
        self._by_name.pop(name.lower(), None)

    def get(self, name: str) -> Item | None:
        """Return the item of a name; None when there is none."""
        return self._by_name.get(name.lower())
