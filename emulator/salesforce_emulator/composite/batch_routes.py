"""`/composite/batch`: up to 25 requests in one, each by itself; each is an API call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_batch.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.composite.composite_routes import flag
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import Call, call_of
from salesforce_emulator.http.dispatch import (
    InnerResponse,
    InnerTarget,
    dispatch,
    error_response,
    target,
)
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_SUBREQUESTS: Final = 25  # subrequests of one request
OLDEST: Final = 34.0  # API version of a subrequest

_URL: Final = re.compile(r"/?(?:services/data/)?(v\d{1,3}\.0/.+)", re.ASCII | re.DOTALL)
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "GET", "DELETE", "HEAD"})
_RESOURCES: Final = frozenset(
    {"limits", "sobjects", "query", "queryAll", "search", "connect", "chatter", "actions"}
)
_BINARY: Final = ("binaryPartName", "binaryPartNameAlias")


@dataclass(frozen=True, slots=True)
class _Step:
    method: str
    to: InnerTarget
    body: Any


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    async def batch(request: Request) -> Response:
        call, body = call_of(request), await json_object(request)
        steps = _read(body.get("batchRequests"), call)
        responses: list[InnerResponse] = []
        for number, step in enumerate(steps):
            if flag(body, "haltOnError") and any(item.status >= 400 for item in responses):
                responses.append(error_response(errors.batch_halted()))
            else:
                responses.append(_respond(org, request, step, counted=number > 0))
        results = [{"statusCode": item.status, "result": item.body} for item in responses]
        failed = any(item.status >= 400 for item in responses)
        return json_response(request, {"hasErrors": failed, "results": results})

    return [Route("/services/data/{version}/composite/batch", batch, methods=["POST"])]


def _respond(org: "Org", request: Request, step: _Step, *, counted: bool) -> InnerResponse:
    """Answer one; the first is counted already, as the batch."""
    try:
        if counted:
            with org.lock:
                org.limits.count(call_of(request).caller.app_name)
        if step.to.resource not in _RESOURCES:
            url = f"/{'/'.join(step.to.segments)}"
            raise errors.not_in_composite("Composite Batch", step.method, url)
    except SalesforceError as error:
        return error_response(error)
    return dispatch(request, step.method, step.to, body=step.body)


def _read(entries: object, call: Call) -> list[_Step]:
    """Read the member `batchRequests`; one invalid entry refuses all."""
    if entries is None:
        raise errors.missing_member("batchRequests")
    if not isinstance(entries, list):
        raise wrong_json_kind("list", entries)
    if len(entries) > MAX_SUBREQUESTS:
        raise errors.too_many_operations(MAX_SUBREQUESTS)
    return [_read_step(item, call) for item in entries]


def _read_step(body: object, call: Call) -> _Step:
    if not isinstance(body, Mapping):
        raise wrong_json_kind("batchSubrequest", body)
    for name in _BINARY:
        if body.get(name) is not None:
            raise errors.not_offered(f"{name} in a batch")
    for name in ("method", "url"):
        if not isinstance(body.get(name), str):
            raise errors.missing_member(name)
    method, url = body["method"].upper(), _URL.fullmatch(body["url"])
    if method not in _METHODS:
        raise wrong_json_kind("method", body["method"])
    if url is None:
        raise wrong_json_kind("url", body["url"])
    to = target(f"/services/data/{url[1]}")
    if not OLDEST <= float(to.version[1:]) <= call.number:
        raise errors.batch_version(to.version, call.version)
    return _Step(method, to, body.get("richInput"))
