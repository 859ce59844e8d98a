"""`/composite`: up to 25 requests in one, where a later one may use what an earlier one gave.

They run in order, collated or not.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_composite_post.htm
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.composite import subrequests
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.dispatch import InnerTarget
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_SUBREQUESTS: Final = 25  # subrequests of one request
MAX_QUERIES: Final = 5  # of them queries and collections

_LISTED: Final = ("tree", "batch", "sobjects", "graph")  # in the order of the documentation
_COSTLY: Final = frozenset({"query", "queryAll", "composite/sobjects"})
_RESOURCES: Final = _COSTLY | {"sobjects"}
_MEMBERS: Final = frozenset({"allOrNone", "collateSubrequests", "compositeRequest"})


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    async def composite(request: Request) -> Response:
        call = call_of(request)
        if request.method == "GET":
            root = f"/services/data/{call.version}/composite"
            return json_response(request, {name: f"{root}/{name}" for name in _LISTED})
        body = await json_object(request)
        for name in body:
            if name not in _MEMBERS:
                raise errors.unknown_member(name)
        flag(body, "collateSubrequests")
        all_or_none = flag(body, "allOrNone")
        steps = subrequests.read(body.get("compositeRequest"), call.number)
        if len(steps) > MAX_SUBREQUESTS:
            return json_response(
                request, _error_result(errors.too_many_operations(MAX_SUBREQUESTS))
            )
        if sum(_costs(step.url) for step in steps) > MAX_QUERIES:
            return json_response(request, _error_result(errors.too_many_costly(MAX_QUERIES)))
        responses, _ = subrequests.perform(
            org, request, steps, _guard, version=call.number, all_or_none=all_or_none
        )
        return json_response(request, {"compositeResponse": responses})

    return [Route("/services/data/{version}/composite", composite, methods=["GET", "POST"])]


def flag(body: dict[str, Any], name: str) -> bool:
    """Read a boolean member; False when it is absent."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise wrong_json_kind("boolean", value)


def _guard(method: str, to: InnerTarget) -> None:
    if to.resource not in _RESOURCES:
        raise errors.not_in_composite("Composite", method, f"/{'/'.join(to.segments)}")


def _costs(url: str) -> bool:
    """Return whether a URL is of a query or a collection."""
    parts = [part.lower() for part in url.partition("?")[0].split("/")[4:]]
    resource = "/".join(parts[: 2 if parts[:1] == ["composite"] else 1])
    return resource in {item.lower() for item in _COSTLY}


def _error_result(error: SalesforceError) -> dict[str, Any]:
    """Return one answer in place of all, with HTTP 200, as real orgs do for too many."""
    item = {
        "body": error.body(),
        "httpHeaders": {},
        "httpStatusCode": error.status,
        "referenceId": None,
    }
    return {"compositeResponse": [item]}
