"""`/sobjects`: describes, and the routes of records.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.automation.quick_action_routes import QuickActions
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.conditional import conditional
from salesforce_emulator.http.responses import dumps, json_response
from salesforce_emulator.identity.request_address import address_of_request
from salesforce_emulator.list_views.routes import ListViews
from salesforce_emulator.records.platform_events import SUFFIX
from salesforce_emulator.records.retrieval import recent
from salesforce_emulator.schema.describe import (
    NAMED_LAYOUTS,
    describe,
    describe_global,
    summary,
)
from salesforce_emulator.schema.ids import MASTER_RECORD_TYPE, parse_id
from salesforce_emulator.schema.sobject import SObject
from salesforce_emulator.sobjects import layouts
from salesforce_emulator.sobjects.password_routes import Passwords
from salesforce_emulator.sobjects.platform_event_routes import Events
from salesforce_emulator.sobjects.record_routes import Rows
from salesforce_emulator.sobjects.related_routes import Related
from salesforce_emulator.sobjects.replication_routes import Replication

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Handler: TypeAlias = Callable[[Request, SObject], Awaitable[Response]]

_METHODS: Final = ("HEAD", "GET", "POST", "PUT", "PATCH", "DELETE")  # in the order of `Allow`
_RECENT_ITEMS: Final = 5  # that an sobject's own page lists
_COMPILED: Final = frozenset({"ApexClass", "ApexTrigger", "ApexPage", "ApexComponent"})
_NOT_OFFERED: Final = frozenset({"defaultvalues", "suggestedarticles", "relevantitems"})


def routes(org: "Org") -> list[Route]:
    """Return the routes of `/sobjects` and all that is below it."""
    sobjects = _SObjects(org)
    return [
        Route("/services/data/{version}/theme", sobjects.theme, methods=["GET"]),
        Route("/services/data/{version}/compactLayouts", sobjects.compact, methods=["GET"]),
        Route("/services/data/{version}/sobjects", sobjects.all, methods=["GET"]),
        Route("/services/data/{version}/sobjects/{rest:path}", sobjects.one, methods=_METHODS),
    ]


class _SObjects:
    def __init__(self, org: "Org") -> None:
        self._org = org
        self._rows = Rows(org)
        self._related = Related(org)
        self._events = Events(org)
        self._quick = QuickActions(org).of_sobject
        self._replication = Replication(org)
        self._list_views = ListViews(org).get
        self._passwords = Passwords(org)
        # Cached describe bodies: they are large, and change only with the schema.
        self._bodies: dict[tuple[object, ...], bytes] = {}

    async def all(self, request: Request) -> Response:
        call = call_of(request)
        key = (call.access.schema, call.version)
        return self._description(
            request, key, lambda: describe_global(call.access.schema, call.version)
        )

    async def one(self, request: Request) -> Response:
        call = call_of(request)
        _, name, *below = call.segments
        sobject = call.access.schema.get(name)
        if sobject is None:
            raise errors.not_found()
        if not below:
            if sobject.name in _COMPILED and request.method != "GET":
                raise errors.not_offered(f"compiling by sobjects/{sobject.name}")
            create = self._events.publish if sobject.name.endswith(SUFFIX) else self._rows.create
            return await _by_method(request, sobject, {"GET": self._summary, "POST": create})
        if below[0].lower() == "listviews":
            return await _by_method(request, sobject, {"GET": self._list_views})
        if below[0].lower() == "quickactions":
            return await _by_method(request, sobject, dict.fromkeys(("GET", "POST"), self._quick))
        if sobject.name.endswith(SUFFIX) and below != ["describe"]:
            raise errors.not_found()  # an event is published and described, and no more
        if len(below) == 1:
            return await self._below_one(request, sobject, below[0])
        if below[0].lower() == "describe":
            return await _by_method(request, sobject, {"GET": self._layouts})
        if len(below) > 2:
            raise errors.not_found()
        if sobject.name == "User" and below[1].lower() == "password":
            by_method: dict[str, Handler] = {
                "GET": self._passwords.get,
                "POST": self._passwords.set,
                "DELETE": self._passwords.reset,
            }
            return await _by_method(request, sobject, by_method)
        record_id = parse_id(below[0])
        if record_id is not None and record_id[:3] == sobject.key_prefix:
            return await _by_method(request, sobject, {"GET": self._related.get})
        by_key: dict[str, Handler] = {
            "GET": self._rows.get_by_key,
            "PATCH": self._rows.upsert,
            "DELETE": self._rows.delete_by_key,
        }
        return await _by_method(request, sobject, by_key)

    async def _below_one(self, request: Request, sobject: SObject, part: str) -> Response:
        word = part.lower()
        if word == "describe":
            return await _by_method(request, sobject, {"GET": self._describe})
        if word in {"updated", "deleted"}:
            return await _by_method(request, sobject, {"GET": getattr(self._replication, word)})
        if word in _NOT_OFFERED:
            raise errors.not_offered(f"sobjects/{sobject.name}/{part}")
        if word == "id":  # an insert in the words of an upsert
            return await _by_method(request, sobject, {"POST": self._rows.create})
        by_id: dict[str, Handler] = {
            "GET": self._rows.get,
            "PATCH": self._rows.update,
            "DELETE": self._rows.delete,
        }
        return await _by_method(request, sobject, by_id)

    async def _summary(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        with self._org.lock:
            items = recent(self._org, call.access, call.version, _RECENT_ITEMS, sobject)
        body = {"objectDescribe": summary(sobject, call.version), "recentItems": items}
        return json_response(request, body)

    async def _layouts(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        base = address_of_request(self._org, request).my_domain
        kind, *more = (segment.lower() for segment in call.segments[3:])
        bodies = {"layouts": layouts.layouts, "compactlayouts": layouts.compact_layouts}
        record_types = {info.id for info in sobject.record_types} | {MASTER_RECORD_TYPE}
        if kind == "layouts" and more:
            if parse_id(call.segments[4]) not in record_types:
                raise errors.not_found()
            make = layouts.page_layout
        elif kind == "approvallayouts" and not more:
            return json_response(request, {"approvalLayouts": []})
        elif kind in bodies:
            make = bodies[kind]
        elif kind == "namedlayouts" and call.segments[4:] in {
            (name,) for name in NAMED_LAYOUTS.get(sobject.name, ())
        }:
            make = layouts.page_layout
        else:
            raise errors.not_found()
        key = (kind, bool(more), sobject, call.version, base)
        return self._description(request, key, lambda: make(sobject, call.version, base))

    async def theme(self, request: Request) -> Response:
        """Answer `/theme`."""
        schema = call_of(request).access.schema
        return json_response(
            request, layouts.theme(schema, address_of_request(self._org, request).my_domain)
        )

    async def compact(self, request: Request) -> Response:
        """Answer `/compactLayouts?q=Account,Contact`."""
        call = call_of(request)
        requested = request.query_params.get("q")
        if requested is None:
            raise errors.missing_argument("q")
        base = address_of_request(self._org, request).my_domain
        compact_layouts = {}
        for name in requested.split(","):
            sobject = call.access.schema.get(name.strip())
            if sobject is None:
                raise errors.not_found()
            compact_layouts[sobject.name] = layouts.compact_layouts(sobject, call.version, base)
        return json_response(request, compact_layouts)

    async def _describe(self, request: Request, sobject: SObject) -> Response:
        call = call_of(request)
        base = address_of_request(self._org, request).my_domain
        key = (sobject, call.version, base)
        return self._description(request, key, lambda: describe(sobject, call.version, base))

    def _description(
        self, request: Request, key: tuple[object, ...], make: Callable[[], Any]
    ) -> Response:
        pretty = request.headers.get("x-prettyprint") == "1"
        key = (*key, pretty)
        if key not in self._bodies:
            self._bodies[key] = dumps(make(), pretty=pretty)
        return conditional(request, self._bodies[key], self._org.schema_changed)


async def _by_method(
    request: Request, sobject: SObject, handlers: Mapping[str, Handler]
) -> Response:
    handler = handlers.get(request.method)
    if handler is None:
        offered = {*handlers, "HEAD"} if "GET" in handlers else set(handlers)
        raise errors.method_not_allowed(
            request.method, [method for method in _METHODS if method in offered]
        )
    return await handler(request, sobject)
