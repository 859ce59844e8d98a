"""`/tooling`: query, sobjects, describe. Nothing is written, run or tested through it.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors, tooling
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.identity.request_address import address_of_request
from salesforce_emulator.schema.describe import describe, describe_global, summary
from salesforce_emulator.schema.sobject import SObject
from salesforce_emulator.soql.errors import missing_statement

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_RESOURCES: Final = ("query", "sobjects")
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    api = _Tooling(org)
    root = "/services/data/{version}/tooling"
    return [
        Route(root, _resources, methods=["GET"]),
        Route(f"{root}/query", api.query, methods=["GET"]),
        Route(f"{root}/sobjects", _describe_global, methods=["GET"]),
        Route(f"{root}/sobjects/{{name}}", _summarize, methods=["GET"]),
        Route(f"{root}/sobjects/{{name}}/describe", api.describe, methods=["GET"]),
        Route(f"{root}/sobjects/{{name}}/{{id}}", api.record, methods=["GET"]),
        Route(f"{root}/{{rest:path}}", _refuse, methods=_METHODS),
    ]


async def _resources(request: Request) -> Response:
    root = f"/services/data/{call_of(request).version}/tooling"
    return json_response(request, {name: f"{root}/{name}" for name in _RESOURCES})


async def _describe_global(request: Request) -> Response:
    call = call_of(request)
    entries = describe_global(tooling.catalog(call.access.schema), call.version)
    return json_response(request, tooling.below_tooling(entries))


async def _summarize(request: Request) -> Response:
    call = call_of(request)
    body = {"objectDescribe": summary(_by_name(request), call.version), "recentItems": []}
    return json_response(request, tooling.below_tooling(body))


async def _refuse(request: Request) -> Response:
    segments = call_of(request).segments
    if segments[1] == "sobjects" and request.method != "GET":
        raise errors.not_offered("writing by the Tooling API")
    if segments[1] == "sobjects":
        raise errors.not_found()
    raise errors.not_offered("/".join(segments[:2]))


class _Tooling:
    def __init__(self, org: "Org") -> None:
        self._org = org

    async def query(self, request: Request) -> Response:
        call = call_of(request)
        statement = request.query_params.get("q")
        if statement is None:
            raise missing_statement()
        wants_columns = request.query_params.get("columns", "").lower() == "true"
        run = tooling.columns if wants_columns else tooling.query
        return json_response(request, run(self._org, call.caller, statement, version=call.number))

    async def describe(self, request: Request) -> Response:
        base = address_of_request(self._org, request).my_domain
        body = describe(_by_name(request), call_of(request).version, base)
        return json_response(request, tooling.below_tooling(body))

    async def record(self, request: Request) -> Response:
        call = call_of(request)
        sobject, record_id = _by_name(request), call.segments[3]
        body = tooling.read_record(self._org, call.caller, sobject, record_id, version=call.number)
        return json_response(request, body)


def _by_name(request: Request) -> SObject:
    call = call_of(request)
    result = tooling.catalog(call.access.schema).get(call.segments[2])
    if result is None:
        raise errors.not_found()
    return result
