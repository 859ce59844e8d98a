"""`/sobjects/{sobject}/listviews` and the routes below it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm
"""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.list_views import bodies, views
from salesforce_emulator.list_views.declared import ListView
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


class ListViews:
    """Answers to `/sobjects/{sobject}/listviews[/{id}[/describe|/results]]`."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    async def get(self, request: Request, sobject: SObject) -> Response:
        call, org = call_of(request), self._org
        selected, *rest = [*call.segments[3:], ""]
        root = f"/services/data/{call.version}/sobjects/{sobject.name}/listviews"
        with org.transaction():
            if not selected:
                result = [_list_entry(root, *item) for item in views.views_of(org, sobject).items()]
                return json_response(request, _all(sobject, result))
            if selected.lower() == "recent":
                raise errors.not_offered("listviews/recent")
            record_id, view = views.find(org, sobject, selected)
            match [part.lower() for part in rest if part]:
                case []:
                    return json_response(request, _list_entry(root, record_id, view))
                case ["describe"]:
                    text = bodies.describe(org, call.caller, record_id, view)
                    return json_response(request, text)
                case ["results"]:
                    limit = _number(request, "limit", bodies.DEFAULT, 1, bodies.MAX_ROWS)
                    offset = _number(request, "offset", 0, 0)
                    displayed = bodies.results(org, call.caller, record_id, view, limit, offset)
                    return json_response(request, displayed)
                case _:
                    raise errors.not_found()


def _all(sobject: SObject, views: list[Json]) -> Json:
    return {
        "done": True,
        "listviews": views,
        "nextRecordsUrl": None,
        "size": len(views),
        "sobjectType": sobject.name,
    }


def _list_entry(root: str, record_id: str, view: ListView) -> Json:
    url = f"{root}/{record_id}"
    return {
        "describeUrl": f"{url}/describe",
        "developerName": view.developer_name,
        "id": record_id,
        "label": view.label,
        "resultsUrl": f"{url}/results",
        "soqlCompatible": True,
        "url": url,
    }


def _number(
    request: Request, name: str, default: int, minimum: int, maximum: int | None = None
) -> int:
    text = request.query_params.get(name, str(default))
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    if number < minimum or (maximum is not None and number > maximum):
        ends = f"between {minimum} and {maximum}" if maximum is not None else f"{minimum} or more"
        raise errors.illegal_parameter(f"{name} must be {ends}")
    return number
