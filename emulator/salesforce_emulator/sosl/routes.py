"""`/search` and `/parameterizedSearch`: searches by SOSL and by parameters.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors, sosl
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

BARE_UNTIL: Final = 36.0  # the last version that answers with a list alone
MAX_SUGGESTIONS: Final = 10  # records of suggestions without `limit`
_ROOT: Final = "/services/data/{version}"


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    def searched(request: Request, text: str) -> Response:
        call = call_of(request)
        result = sosl.run(org, call.caller, text, version=call.number)
        return json_response(
            request, result["searchRecords"] if call.number <= BARE_UNTIL else result
        )

    async def search(request: Request) -> Response:
        return searched(request, _require(request, "q"))

    async def parameterized(request: Request) -> Response:
        if request.method == "POST":
            return searched(request, sosl.parameterized(await json_object(request)))
        return searched(request, sosl.parameterized_url(request.query_params.multi_items()))

    async def below(request: Request) -> Response:
        call, name = call_of(request), call_of(request).segments[1].lower()
        if name == "scopeorder":
            with org.lock:
                return json_response(request, sosl.scope_order(org, call.caller, call.version))
        if name == "layout":
            requested = [part.strip() for part in _require(request, "q").split(",")]
            with org.lock:
                return json_response(request, sosl.layouts(org, call.caller, requested))
        if name != "suggestions":
            raise errors.not_offered(f"search/{call.segments[1]}")
        text, sobject = _require(request, "q"), _require(request, "sobject")
        limit = request.query_params.get("limit", str(MAX_SUGGESTIONS))
        if not limit.isascii() or not limit.isdecimal():
            raise errors.illegal_parameter("limit must be a number")
        result = sosl.suggestions(org, call.caller, text, sobject, int(limit), call.version)
        return json_response(request, result)

    return [
        Route(f"{_ROOT}/search", search, methods=["GET"]),
        Route(f"{_ROOT}/search/{{name}}", below, methods=["GET"]),
        Route(f"{_ROOT}/parameterizedSearch", parameterized, methods=["GET", "POST"]),
    ]


def _require(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if value is None:
        raise errors.missing_argument(name)
    return value
