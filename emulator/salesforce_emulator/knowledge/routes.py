"""`/support/dataCategoryGroups`: data categories of articles.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_knowledge_support_dcgroups.htm
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.knowledge.data_categories import Category, CategoryGroup, category_groups

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Json = dict[str, Any]

OBJECTS: Final = ("KnowledgeArticleVersion",)
"""Objects whose records stand in categories; a real org has Question beside it."""


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    root = "/services/data/{version}/support/dataCategoryGroups"

    async def groups(request: Request) -> Response:
        sobject = _sobject(request)
        deep = request.query_params.get("topCategoriesOnly", "true").lower() == "false"
        entries = [
            {
                "label": group.label,
                "name": group.name,
                "objectUsage": sobject,
                "topCategories": [
                    _entry(request, group, item, levels=None if deep else 0)
                    for item in group.below("")
                ],
            }
            for group in category_groups(org)
        ]
        return json_response(request, {"categoryGroups": entries})

    async def category(request: Request) -> Response:
        _sobject(request)
        group = category_groups(org).get(request.path_params["group"])
        selected = None if group is None else group.find(request.path_params["category"])
        if group is None or selected is None:
            raise errors.not_found()
        return json_response(request, _entry(request, group, selected, levels=1))

    return [
        Route(root, groups, methods=["GET"]),
        Route(f"{root}/{{group}}/dataCategories/{{category}}", category, methods=["GET"]),
    ]


def _sobject(request: Request) -> str:
    name = request.query_params.get("sObjectName")
    if name is None:
        raise errors.missing_argument("sObjectName")
    if name not in OBJECTS:
        raise errors.illegal_parameter(f"sObjectName must be one of {', '.join(OBJECTS)}")
    return name


def _entry(
    request: Request, group: CategoryGroup, category: Category, *, levels: int | None
) -> Json:
    """Return a category with as many levels below it; None for all."""
    root = f"/services/data/{call_of(request).version}/support/dataCategoryGroups"
    url = f"{root}/{group.name}/dataCategories/{category.name}?sObjectName={OBJECTS[0]}"
    below: list[Json] | None = None
    if levels != 0:
        left = None if levels is None else levels - 1
        below = [_entry(request, group, item, levels=left) for item in group.below(category.name)]
    return {"childCategories": below, "label": category.label, "name": category.name, "url": url}
