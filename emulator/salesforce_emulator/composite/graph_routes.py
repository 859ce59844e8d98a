"""`/composite/graph`: up to 75 graphs of requests, each of them done as a whole or not at all.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.composite import placeholders, subrequests
from salesforce_emulator.composite.subrequests import Subrequest
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.dispatch import InnerTarget
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.schema.rendering import Json

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

# All from resources_composite_graph_limits.htm.
MAX_GRAPHS: Final = 75  # graphs of one request
MAX_NODES: Final = 500  # subrequests of all graphs together
MAX_DEPTH: Final = 15  # subrequests that refer to one another in a chain
MAX_KINDS: Final = 15  # pairs of an API version and an sobject
MAX_FAILED_GRAPHS: Final = 14  # graphs that fail before the others are not run

OLDEST: Final = 50.0  # API version of the resource and of what its nodes ask for

_METHODS: Final = frozenset({"DELETE", "GET", "PATCH", "POST"})
_TAKEN: Final = {  # by the number of segments after `sobjects`
    1: frozenset({"POST"}),
    2: frozenset({"GET", "PATCH", "DELETE"}),
    3: _METHODS,
}
_NO_RECORDS: Final = frozenset({"describe", "updated", "deleted", "listviews", "quickactions"})

Graph = tuple[str, list[Subrequest]]
"""A graph's id and its nodes."""


def routes(org: "Org") -> list[Route]:
    """Return the routes."""

    async def graph(request: Request) -> Response:
        call = call_of(request)
        if call.number < OLDEST:
            raise errors.not_found()
        graphs = _read((await json_object(request)).get("graphs"), call.number)
        _require_small(graphs)
        return json_response(request, {"graphs": _perform(org, request, graphs, call.number)})

    return [Route("/services/data/{version}/composite/graph", graph, methods=["POST"])]


def _perform(org: "Org", request: Request, graphs: Sequence[Graph], version: float) -> list[Json]:
    results: list[Json] = []
    failed = 0
    for graph_id, nodes in graphs:
        if failed < MAX_FAILED_GRAPHS:
            response, successful = subrequests.perform(
                org, request, nodes, _guard, version=version, all_or_none=True
            )
        else:
            response, successful = subrequests.halted(nodes, errors.graphs_halted()), False
        failed += not successful
        values = {"compositeResponse": response}
        results.append({"graphId": graph_id, "graphResponse": values, "isSuccessful": successful})
    return results


def _read(entries: object, version: float) -> list[Graph]:
    if entries is None:
        raise errors.missing_member("graphs")
    if not isinstance(entries, list):
        raise wrong_json_kind("list", entries)
    graphs: dict[str, list[Subrequest]] = {}
    for item in entries:
        if not isinstance(item, dict):
            raise wrong_json_kind("compositeGraph", item)
        graph_id = item.get("graphId")
        if not isinstance(graph_id, str):
            raise errors.missing_member("graphId")
        if graph_id in graphs:
            raise errors.repeated_graph_id(graph_id)
        graphs[graph_id] = subrequests.read(item.get("compositeRequest"), version, _METHODS)
    return list(graphs.items())


def _require_small(graphs: Sequence[Graph]) -> None:
    nodes = [node for _, item in graphs for node in item]
    for maximum, count, unit in (
        (MAX_GRAPHS, len(graphs), "graphs"),
        (MAX_NODES, len(nodes), "nodes"),
        (MAX_KINDS, len({_kind(node.url) for node in nodes}), "different nodes"),
        (MAX_DEPTH, max((_depth(item) for _, item in graphs), default=0), "levels in a graph"),
    ):
        if count > maximum:
            raise errors.limit_exceeded(
                f"The request can\u2019t contain more than {maximum} {unit}; it has {count}."
            )


def _kind(url: str) -> tuple[str, ...]:
    """Return what makes a node different from another: its API version and its sobject."""
    parts = url.partition("?")[0].lower().split("/")
    return (*parts[3:4], *parts[5:6])


def _depth(nodes: Sequence[Subrequest]) -> int:
    depths: dict[str, int] = {}
    for node in nodes:
        values: list[Any] = [node.url, node.body]
        above = (depths.get(name, 0) for name in placeholders.names(values))
        depths[node.reference_id] = 1 + max(above, default=0)
    return max(depths.values(), default=0)


def _guard(method: str, to: InnerTarget) -> None:
    below = to.segments[1:]
    valid = (
        to.segments[0] == "sobjects"
        and method in _TAKEN.get(len(below), ())
        and not (len(below) > 1 and below[1].lower() in _NO_RECORDS)
        and float(to.version[1:]) >= OLDEST
    )
    if not valid:
        raise errors.not_in_composite("Composite Graph", method, f"/{'/'.join(to.segments)}")
