"""The org over HTTP: puts the families of endpoints together.

Each family is a module with `routes(org)`; what surrounds them all is in `envelope.py`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator.rest import (
    actions,
    apex_rest,
    approvals,
    batch,
    bulk,
    bulk_query,
    chatter,
    composite,
    elsewhere,
    faults,
    graph,
    graphql,
    oauth,
    query,
    quick_actions,
    reports,
    search,
    sign_in,
    soap,
    sobject_collections,
    sobjects,
    tabs,
    tooling,
    tree,
    ui_api,
    usage,
    versions,
    who,
)
from salesforce_emulator.rest.answers import refuse, unrouted
from salesforce_emulator.rest.bulk_jobs import DueWork
from salesforce_emulator.rest.chunked import Chunked
from salesforce_emulator.rest.envelope import Envelope
from salesforce_emulator.rest.faulty import Faulty

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

_FAMILIES: Final = (
    versions, oauth, sign_in, who, query, usage, sobjects, sobject_collections,
    composite, batch, graph, tree, bulk, bulk_query, actions,
    quick_actions, apex_rest, chatter, approvals, reports,
    search, soap, graphql, ui_api, tabs, tooling, elsewhere, faults,
)  # fmt: skip
_SMALLEST_GZIP: Final = 1_024  # bytes of a body that is worth compressing
_GZIP_LEVEL: Final = 4  # most of the gain for a third of the time of 9


def create_app(org: "Org") -> Starlette:
    """Give the ASGI app of an org."""
    app = Starlette(
        routes=[route for family in _FAMILIES for route in family.routes(org)],
        middleware=[
            Middleware(Faulty, org=org),
            Middleware(Chunked),
            Middleware(GZipMiddleware, minimum_size=_SMALLEST_GZIP, compresslevel=_GZIP_LEVEL),
            Middleware(Envelope, org=org),
            Middleware(DueWork, org=org),
        ],
        exception_handlers={HTTPException: _unrouted},
    )
    app.router.redirect_slashes = False  # the envelope has taken trailing slashes off
    return app


def _unrouted(request: Request, exc: Exception) -> Response:
    """Answer what no route took."""
    if not isinstance(exc, HTTPException):
        raise exc
    return refuse(unrouted(request.method, exc))
