"""The ASGI app of an org: the routes of all features, and the middleware around them.

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

from salesforce_emulator.app import unsupported, version_routes
from salesforce_emulator.app.chunked import Chunked
from salesforce_emulator.app.envelope import Envelope
from salesforce_emulator.app.fault_middleware import FaultMiddleware
from salesforce_emulator.automation import (
    action_routes,
    apex_rest_routes,
    approval_routes,
    quick_action_routes,
)
from salesforce_emulator.bulk import ingest_routes
from salesforce_emulator.bulk import query_routes as bulk_query_routes
from salesforce_emulator.bulk.job_routes import DueWorkMiddleware
from salesforce_emulator.chatter import routes as chatter_routes
from salesforce_emulator.composite import (
    batch_routes,
    collection_routes,
    composite_routes,
    graph_routes,
    tree_routes,
)
from salesforce_emulator.dashboards import routes as dashboards_routes
from salesforce_emulator.faults import routes as faults_routes
from salesforce_emulator.graphql import routes as graphql_routes
from salesforce_emulator.http.responses import error_response, routing_error
from salesforce_emulator.identity import oauth_routes, sign_in_routes, userinfo_routes
from salesforce_emulator.knowledge import routes as knowledge_routes
from salesforce_emulator.limits import routes as limits_routes
from salesforce_emulator.outbound_messages import routes as outbound_message_routes
from salesforce_emulator.query import routes as query_routes
from salesforce_emulator.reports import routes as reports_routes
from salesforce_emulator.soap import routes as soap_routes
from salesforce_emulator.sobjects import routes as sobjects_routes
from salesforce_emulator.sosl import routes as sosl_routes
from salesforce_emulator.tooling import routes as tooling_routes
from salesforce_emulator.ui_api import routes as ui_api_routes
from salesforce_emulator.ui_api import tab_routes

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_FAMILIES: Final = (
    version_routes,
    oauth_routes,
    sign_in_routes,
    userinfo_routes,
    query_routes,
    limits_routes,
    sobjects_routes,
    collection_routes,
    composite_routes,
    batch_routes,
    graph_routes,
    tree_routes,
    ingest_routes,
    bulk_query_routes,
    action_routes,
    quick_action_routes,
    apex_rest_routes,
    approval_routes,
    chatter_routes,
    dashboards_routes,
    reports_routes,
    knowledge_routes,
    sosl_routes,
    soap_routes,
    graphql_routes,
    ui_api_routes,
    tab_routes,
    tooling_routes,
    unsupported,
    faults_routes,
    outbound_message_routes,
)
_SMALLEST_GZIP: Final = 1_024  # bytes of a body that is worth compressing
_GZIP_LEVEL: Final = 4  # most of the gain for a third of the time of 9


def create_app(org: "Org") -> Starlette:
    """Return the ASGI app of an org."""
    app = Starlette(
        routes=[route for family in _FAMILIES for route in family.routes(org)],
        middleware=[
            Middleware(FaultMiddleware, org=org),
            Middleware(Chunked),
            Middleware(GZipMiddleware, minimum_size=_SMALLEST_GZIP, compresslevel=_GZIP_LEVEL),
            Middleware(Envelope, org=org),
            Middleware(DueWorkMiddleware, org=org),
        ],
        exception_handlers={HTTPException: _routing_error},
    )
    app.router.redirect_slashes = False  # the envelope has removed trailing slashes
    return app


def _routing_error(request: Request, exc: Exception) -> Response:
    """Answer what no route took."""
    if not isinstance(exc, HTTPException):
        raise exc
    return error_response(routing_error(request.method, exc))
