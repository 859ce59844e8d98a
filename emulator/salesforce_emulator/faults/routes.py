"""Orders faults over HTTP: `/local-org/faults`, which only a local org has, and nobody signs in to.

POST    {"kind": "reset_after", "method": "POST", "path": "/sobjects/Account$"}
GET     all that were ordered, and how often each happened
DELETE  takes all orders back
"""

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator.faults import KINDS, Fault, faults_of
from salesforce_emulator.http.responses import empty_response, json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(org: "Org") -> list[Route]:
    """Return the admin routes."""

    async def add(request: Request) -> Response:
        try:
            created = faults_of(org).order(Fault.from_json(json.loads(await request.body())))
        except ValueError as exc:  # BadFault, and invalid JSON
            return json_response(request, {"error": str(exc)}, 400)
        return json_response(request, created.shown(), 201)

    async def shown(request: Request) -> Response:
        entries = [item.shown() for item in faults_of(org)]
        return json_response(request, {"faults": entries, "kinds": dict(KINDS)})

    async def clear(_: Request) -> Response:
        faults_of(org).clear()
        return empty_response()

    path = "/local-org/faults"
    return [
        Route(path, add, methods=["POST"]),
        Route(path, shown, methods=["GET"]),
        Route(path, clear, methods=["DELETE"]),
    ]
