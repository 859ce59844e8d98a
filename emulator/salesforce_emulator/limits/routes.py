"""What the org has used and shown: `/limits`, `/limits/recordCount`, `/recent`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.records.retrieval import recent

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_RECENT: Final = 200  # records that `/recent` returns at most, and without a limit


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    async def limits(request: Request) -> Response:
        with org.lock:
            return json_response(request, org.limits.body(call_of(request).number))

    async def record_count(request: Request) -> Response:
        schema = call_of(request).access.schema
        requested = request.query_params.get("sObjects", "")
        if not requested:  # the Salesforce CLI sends the name without a value for all
            selected = [sobject for sobject in schema.every() if org.has_rows(sobject.name)]
        else:
            sobjects = (schema.get(name.strip()) for name in requested.split(","))
            selected = [item for item in sobjects if item is not None]
        counts = []
        for sobject in selected:
            deleted = '"IsDeleted"' if sobject.soft_deleted else "0"
            sql = f'SELECT COUNT(*), TOTAL({deleted}) FROM "{sobject.name}"'  # noqa: S608 - our own
            with org.lock:
                rows, in_bin = org.db.execute(sql).fetchone()
            if rows:  # recorded: one that was emptied is listed, one that never had a record is not
                counts.append({"count": rows - int(in_bin), "name": sobject.name})
        return json_response(request, {"sObjects": counts})

    async def recently_viewed(request: Request) -> Response:
        call = call_of(request)
        text = request.query_params.get("limit", str(MAX_RECENT))
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MAX_RECENT:
            raise errors.illegal_parameter(f"limit must be between 1 and {MAX_RECENT}")
        with org.lock:
            return json_response(request, recent(org, call.access, call.version, int(text)))

    return [
        Route("/services/data/{version}/limits", limits, methods=["GET"]),
        Route("/services/data/{version}/limits/recordCount", record_count, methods=["GET"]),
        Route("/services/data/{version}/recent", recently_viewed, methods=["GET"]),
    ]
