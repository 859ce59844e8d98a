"""`/composite/tree`: records with their children.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm
"""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.composite import tree
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of, save_options
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    async def create(request: Request) -> Response:
        call = call_of(request)
        root = call.access.schema.get(call.segments[2])
        if root is None:
            raise errors.not_found()
        entries = (await json_object(request)).get("records")
        if entries is None:
            raise errors.missing_member("records")
        if not isinstance(entries, list):
            raise wrong_json_kind("list", entries)
        results, successful = tree.create(org, call.access, root, entries, save_options(request))
        body = {"hasErrors": not successful, "results": results}
        return json_response(request, body, 201 if successful else 400)

    return [Route("/services/data/{version}/composite/tree/{sobject}", create, methods=["POST"])]
