"""The data category groups of Knowledge articles, with the tree of each.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_knowledge_support_dcgroups.htm
"""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from salesforce_connector import records
from salesforce_connector.flow import Call, Flow
from salesforce_connector.wire_model import Wire

PATH: Final = "/support/dataCategoryGroups"


class Category(Wire):
    """One category, with those below it."""

    name: str
    label: str = ""
    child_categories: "list[Category] | None" = None


class Group(Wire):
    """One group, with its categories on top."""

    name: str
    label: str = ""
    top_categories: list[Category] = Field(default_factory=list)


class _Groups(Wire):
    category_groups: list[Group]


def fetch_groups(language: str = "", *, cached: bool = False) -> Flow[list[Group]]:
    """Return all groups that the user may see.

    Args:
        language: Of the labels, as de or pt_BR; empty for the org's own.
        cached: An answer that is a few minutes old will do.
    """
    response = yield Call(
        "GET",
        PATH,
        params={"sObjectName": "KnowledgeArticleVersion", "topCategoriesOnly": "false"},
        headers={"Accept-Language": language.replace("_", "-")} if language else {},
        cached=cached,
    )
    return records.read(_Groups, response, "data categories").category_groups


def walk(group: Group) -> Iterator[tuple[Category, list[str]]]:
    """Yield each category with the names from the top down to it, parents first."""
    for top in group.top_categories:
        yield from _below(top, [])


def _below(category: Category, above: list[str]) -> Iterator[tuple[Category, list[str]]]:
    path = [*above, category.name]
    yield category, path
    for child in category.child_categories or ():
        yield from _below(child, path)
