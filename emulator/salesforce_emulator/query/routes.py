"""`/query` and `/queryAll`: statements, and the pages after the first.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import soql, tooling
from salesforce_emulator.http.calls import Call, call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.query.explain_target import statement_of
from salesforce_emulator.soql.errors import missing_statement

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_BATCH_SIZE: Final = re.compile(r"batchSize\s*=\s*(\d{1,9})", re.IGNORECASE | re.ASCII)


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    async def query(request: Request) -> Response:
        call = call_of(request)
        params = request.query_params
        explained = params.get("explain")
        if explained is not None:
            requested = statement_of(org, call.caller, explained)
            return json_response(
                request, soql.explain(org, call.caller, requested, version=call.number)
            )
        statement = params.get("q")
        if statement is None:
            raise missing_statement()
        if tooling.in_data_api(statement):
            return json_response(request, _of_entity(org, call, statement, params))
        if params.get("columns", "").lower() == "true":
            return json_response(
                request, soql.columns(org, call.caller, statement, version=call.number)
            )
        result = soql.run(
            org,
            call.caller,
            statement,
            all_rows=call.segments[0] == "queryAll",
            version=call.number,
            batch_size=_batch_size(request),
        )
        return json_response(request, result)

    async def more(request: Request) -> Response:
        call = call_of(request)
        return json_response(
            request, soql.more(org, call.caller, call.segments[1], version=call.number)
        )

    return [
        Route(f"/services/data/{{version}}/{name}{rest}", handler, methods=["GET"])
        for name in ("query", "queryAll")
        for rest, handler in (("", query), ("/{locator}", more))
    ]


def _of_entity(org: "Org", call: Call, statement: str, params: Mapping[str, str]) -> dict[str, Any]:
    """Answer a query of the data API for objects of the Tooling API."""
    run_query = (
        tooling.columns if params.get("columns", "").lower() == "true" else tooling.query_data_api
    )
    return run_query(org, call.caller, statement, version=call.number)


def _batch_size(request: Request) -> int | None:
    """Read the requested page size; None when there is none."""
    match = _BATCH_SIZE.search(request.headers.get("sforce-query-options", ""))
    return None if match is None else int(match[1])
