"""`/services/apexrest`: the org's own endpoints.

https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_rest_intro.htm
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator.automation import apex_rest
from salesforce_emulator.automation.apex_rest import endpoints_of
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.http.body import decompressed, parse
from salesforce_emulator.http.responses import empty_response, json_response
from salesforce_emulator.identity.authentication import authenticate

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

HOME: Final = "/services/apexrest"


def routes(org: "Org") -> list[Route]:
    """Return the route."""

    async def call(request: Request) -> Response:
        caller = authenticate(org, request.headers.get("authorization"))
        body = await _body(request)
        with org.lock:
            org.limits.count(caller.app_name)
            result = apex_rest.call(
                RunContext(org, org.access(caller.user_id)),
                endpoints_of(org),
                "GET" if request.method == "HEAD" else request.method,
                f"/{request.path_params['path']}",
                dict(request.query_params),
                body,
            )
            headers = {"Sforce-Limit-Info": org.limits.header, **result.headers}
        if result.body is None:
            return empty_response(headers, result.status)
        return json_response(request, result.body, result.status, headers)

    return [Route(f"{HOME}/{{path:path}}", call, methods=list(apex_rest.METHODS))]


async def _body(request: Request) -> Any:
    data = decompressed(await request.body(), request.headers.get("content-encoding"))
    return parse(data.decode("utf-8", "replace")) if data else None
