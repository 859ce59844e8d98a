"""`/ui-api/object-info`; all else of the UI API is refused by name.

https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_object_info.htm
"""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import empty_response, json_response
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.ui_api import object_info

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(_org: "Org") -> list[Route]:
    """Return the route of all that is below `/ui-api`."""

    async def get(request: Request) -> Response:
        call = call_of(request)
        family, *rest = [*call.segments[1:], ""]
        if family.lower() != "object-info" or not rest[0]:
            raise errors.not_offered(f"ui-api/{family}")
        sobject = call.access.schema.get(rest[0])
        if sobject is None:
            raise errors.not_found()
        match [part for part in rest[1:] if part]:
            case []:
                return _with_etag(request, object_info.object_info(call.access.schema, sobject))
            case [word, record_type] if word.lower() == "picklist-values":
                url = "/".join(("/services/data", call.version, *call.segments))
                return _with_etag(
                    request, object_info.all_picklist_values(sobject, record_type, url)
                )
            case [word, record_type, name] if word.lower() == "picklist-values":
                url = "/".join(("/services/data", call.version, *call.segments))
                return _with_etag(
                    request, object_info.picklist_values(sobject, record_type, name, url)
                )
            case [word, *_]:
                raise errors.not_offered(f"ui-api/object-info/{sobject.name}/{word}")
        raise errors.not_found()

    return [Route("/services/data/{version}/ui-api/{rest:path}", get, methods=["GET"])]


def _with_etag(request: Request, body: Json) -> Response:
    """Answer with an ETag, or with 304 when the caller has that very body.

    https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_get_started_intro.htm
    """
    headers = {"ETag": f'"{body["eTag"]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return empty_response(headers, 304)
    return json_response(request, body, headers=headers)
