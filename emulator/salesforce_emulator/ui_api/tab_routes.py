"""`/tabs`: the tabs of standard objects. The local org has no pages, so no icons and no colors.

A custom object has no tab until somebody makes one, and nobody can here.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_tabs.htm
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.identity.request_address import address_of_request
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_SOBJECTS: Final = (  # whose tabs are named for them
    "Account", "Asset", "Campaign", "Case", "Contact", "Contract", "Dashboard", "Document", "Lead",
    "Opportunity", "Order", "Product2",
)  # fmt: skip


def routes(org: "Org") -> list[Route]:
    """Return the route."""

    async def tabs(request: Request) -> Response:
        schema = call_of(request).access.schema
        base = address_of_request(org, request).my_domain
        sobjects = (schema.get(name) for name in _SOBJECTS)
        return json_response(request, [_tab(item, base) for item in sobjects if item is not None])

    return [Route("/services/data/{version}/tabs", tabs, methods=["GET"])]


def _tab(sobject: SObject, base: str) -> dict[str, Any]:
    return {
        "colors": [],
        "custom": False,
        "iconUrl": None,
        "icons": [],
        "label": sobject.label_plural,
        "miniIconUrl": None,
        "name": f"standard-{sobject.name}",
        "sobjectName": sobject.name,
        "url": f"{base}/{sobject.key_prefix}/o",
    }
