"""`/graphql`: queries and mutations. Errors are in `errors`, with status 200.

https://developer.salesforce.com/docs/platform/graphql/guide/requests-and-responses.html
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

SINCE: Final = 55.0  # the first version that has it


def routes(org: "Org") -> list[Route]:
    """Return the route."""

    async def query(request: Request) -> Response:
        from salesforce_emulator import graphql  # a twentieth of the org's start

        call, body = call_of(request), await json_object(request)
        if call.number < SINCE:
            raise errors.not_found()
        text = _member(body, "query", str, "string")
        if text is None:
            raise errors.missing_argument("query")
        variables = _member(body, "variables", dict, "map") or {}
        name = _member(body, "operationName", str, "string")
        return json_response(
            request, graphql.run(org, call.caller, text, variables, name, call.number)
        )

    return [Route("/services/data/{version}/graphql", query, methods=["POST"])]


def _member(body: dict[str, Any], name: str, kind: type, text: str) -> Any:
    value = body.get(name)
    if value is not None and not isinstance(value, kind):
        raise wrong_json_kind(text, value)
    return value
