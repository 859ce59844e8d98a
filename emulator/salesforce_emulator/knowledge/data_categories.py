"""Data category groups: a tree each, and the articles in each category.

A group has one top category by default, `All`; each category but the top one has one above it.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_with_datacategory_filterexpression.htm
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from salesforce_emulator.org.registry import Registry

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Direction = Literal["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"]

DIRECTIONS: Final[dict[str, Direction]] = {
    "AT": "AT",
    "ABOVE": "ABOVE",
    "BELOW": "BELOW",
    "ABOVE_OR_BELOW": "ABOVE_OR_BELOW",
}
"""What a filter takes beside the category itself: nothing, those above it, those below, both."""

MAX_DEPTH: Final = 5  # levels of a group, Salesforce's limits of data categories


@dataclass(frozen=True, slots=True)
class Category:
    """One category; `above` is the name of the one that it is under, empty for a top one."""

    name: str
    label: str
    above: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryGroup:
    """One group: its categories, those above before those below."""

    name: str
    label: str
    categories: tuple[Category, ...]

    def find(self, name: str) -> Category | None:
        """Return the category of a name, in any case."""
        lowered = name.removesuffix("__c").lower()
        return next((item for item in self.categories if item.name.lower() == lowered), None)

    def below(self, name: str) -> list[Category]:
        """Return the categories directly below one; those on top for an empty name."""
        return [item for item in self.categories if item.above == name]

    def related(self, category: Category, direction: Direction) -> set[str]:
        """Return the names that a filter on a category takes."""
        names = {category.name}
        if direction in ("ABOVE", "ABOVE_OR_BELOW"):
            names |= {item.name for item in self._up(category)}
        if direction in ("BELOW", "ABOVE_OR_BELOW"):
            names |= {item.name for item in self._down(category)}
        return names

    def _up(self, category: Category) -> Iterator[Category]:
        while category.above:
            parent = self.find(category.above)
            if parent is None:
                return
            yield parent
            category = parent

    def _down(self, category: Category) -> Iterator[Category]:
        for item in self.below(category.name):
            yield item
            yield from self._down(item)


def category_groups(org: "Org") -> Registry[CategoryGroup]:
    """Return an org's groups of data categories."""
    return org.part(_no_groups)


def _no_groups(_org: "Org") -> Registry[CategoryGroup]:
    return Registry()


def group_of_paths(name: str, label: str, paths: tuple[str, ...]) -> CategoryGroup:
    """Return a group of categories that are paths: `All`, `All/Europe`, `All/Europe/France`.

    Raises:
        ValueError: Two categories have one name, or one is too deep or has no parent.
    """
    categories: list[Category] = []
    for path in paths:
        *above, last = path.split("/")
        parent = above[-1] if above else ""
        if any(item.name.lower() == last.lower() for item in categories):
            raise ValueError(f"two categories of {name} are called {last}")
        if parent and not any(item.name == parent for item in categories):
            raise ValueError(f"{path} stands under nothing that was named before")
        if len(above) >= MAX_DEPTH:
            raise ValueError(f"{path} is deeper than {MAX_DEPTH} levels")
        categories.append(Category(last, last.replace("_", " "), parent))
    return CategoryGroup(
        name=name, label=label or name.replace("_", " "), categories=(*categories,)
    )


def articles_in(
    org: "Org", group: CategoryGroup, categories: list[Category], direction: Direction
) -> set[str]:
    """Return the ids of the article versions in categories of a group."""
    names = set().union(*(group.related(item, direction) for item in categories))
    rows = org.db.execute(
        'SELECT "ParentId", "DataCategoryName" FROM "Knowledge__DataCategorySelection"'
        ' WHERE "DataCategoryGroupName" = ? COLLATE NOCASE',
        (group.name,),
    )
    return {str(parent) for parent, name in rows if name in names}
