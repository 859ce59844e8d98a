"""`/composite/sobjects`: up to 200 records a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.composite import collections as collection
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import Call, call_of, save_options
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.records import retrieval, upserts
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

MAX_RETRIEVED: Final = 2_000  # records of one call, POST with ids in the body

_ROOT: Final = "/services/data/{version}/composite/sobjects"


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    collections = _Collections(org)
    return [
        _route(
            _ROOT,
            POST=collections.create,
            PATCH=collections.update,
            DELETE=collections.delete,
        ),
        _route(f"{_ROOT}/{{sobject}}", GET=collections.get, POST=collections.get_by_body),
        _route(f"{_ROOT}/{{sobject}}/{{field}}", PATCH=collections.upsert),
    ]


def _route(path: str, **handlers: Handler) -> Route:
    """Return one route for all methods of a path, so that a 405 names them all."""

    async def respond(request: Request) -> Response:
        return await handlers[request.method](request)

    return Route(path, respond, methods=list(handlers))


class _Collections:
    def __init__(self, org: "Org") -> None:
        self._org = org

    async def create(self, request: Request) -> Response:
        call, body = call_of(request), await json_object(request)
        results = collection.create(
            self._org,
            call.access,
            _records(body),
            all_or_none=_all_or_none(request, body.get("allOrNone")),
            options=save_options(request),
        )
        return json_response(request, results)

    async def update(self, request: Request) -> Response:
        call, body = call_of(request), await json_object(request)
        results = collection.update(
            self._org,
            call.access,
            _records(body),
            all_or_none=_all_or_none(request, body.get("allOrNone")),
            options=save_options(request),
        )
        return json_response(request, results)

    async def upsert(self, request: Request) -> Response:
        call, body = call_of(request), await json_object(request)
        sobject = _sobject(call)
        results = collection.upsert(
            self._org,
            call.access,
            sobject,
            upserts.key_field(sobject, call.segments[3]),
            _records(body),
            all_or_none=_all_or_none(request, body.get("allOrNone")),
            options=save_options(request),
        )
        return json_response(request, results)

    async def delete(self, request: Request) -> Response:
        results = collection.delete(
            self._org,
            call_of(request).access,
            _list_entry(request, "ids"),
            all_or_none=_all_or_none(request, request.query_params.get("allOrNone")),
        )
        return json_response(request, results)

    async def get(self, request: Request) -> Response:
        return self._render(request, _list_entry(request, "ids"), _list_entry(request, "fields"))

    async def get_by_body(self, request: Request) -> Response:
        body = await json_object(request)
        return self._render(request, _texts(body, "ids"), _texts(body, "fields"))

    def _render(self, request: Request, ids: list[str], fields: list[str]) -> Response:
        call = call_of(request)
        if len(ids) > MAX_RETRIEVED:
            raise errors.too_many_records(MAX_RETRIEVED)
        with self._org.lock:
            result = retrieval.many(
                self._org, call.access, _sobject(call), ids, call.version, fields
            )
        return json_response(request, result)


def _sobject(call: Call) -> SObject:
    sobject = call.access.schema.get(call.segments[2])
    if sobject is None:
        raise errors.not_found()
    return sobject


def _records(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    records = _require(body, "records")
    for record in records:
        if not isinstance(record, dict):
            raise wrong_json_kind("sobject", record)
    return records


def _texts(body: Mapping[str, Any], name: str) -> list[str]:
    texts = _require(body, name)
    for text in texts:
        if not isinstance(text, str):
            raise wrong_json_kind("string", text)
    return texts


def _require(body: Mapping[str, Any], name: str) -> list[Any]:
    result = body.get(name)
    if result is None:
        raise errors.missing_member(name)
    if not isinstance(result, list):
        raise wrong_json_kind("list", result)
    return result


def _list_entry(request: Request, name: str) -> list[str]:
    text = request.query_params.get(name)
    if not text:
        raise errors.missing_argument(name)
    return [part.strip() for part in text.split(",")]


def _all_or_none(request: Request, flag: object) -> bool:
    """Read the flag; the allOrNone of an enclosing composite request takes precedence."""
    if request.scope.get("all_or_none"):
        return True
    if flag is None or isinstance(flag, bool):
        return bool(flag)
    if isinstance(flag, str) and flag.lower() in {"true", "false"}:
        return flag.lower() == "true"
    raise wrong_json_kind("boolean", flag)
