"""Families of endpoints that a real org has and the local org has not: each is refused by name.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.rest.calls import call_of

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

NAMES: Final = (
    "appMenu", "async-queries", "commerce", "compactLayouts", "consent", "dedupe", "event",
    "folders", "knowledgeManagement", "licensing", "localizedvalue", "metadata", "payments",
    "scheduling", "smartdatadiscovery", "support", "tabs", "theme", "tooling", "wave",
)  # fmt: skip
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(org: "Org") -> list[Route]:
    """Give the routes."""
    del org

    async def refuse(request: Request) -> Response:
        raise errors.not_offered("/".join(call_of(request).segments[:2]))

    return [
        Route(f"/services/data/{{version}}/{name}{rest}", refuse, methods=_METHODS)
        for name in NAMES
        for rest in ("", "/{rest:path}")
    ]
