"""Splits composite, batch and graph bodies into their calls.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_connector.policy.errors import unverifiable
from salesforce_connector.policy.parsed_call import ParsedCall, parse_call


def parts(call: ParsedCall) -> Iterator[ParsedCall]:
    """Yield each call in a body, those of all graphs one after another.

    Raises:
        Forbidden: The body cannot be split, or one of its calls is itself composite.
    """
    if call.method != "POST" or call.has_other_body:
        raise unverifiable("its composite body cannot be read")
    match call.steps[1:]:
        case ():
            calls = _list(call.body, "compositeRequest")
        case ("batch",):
            calls = _list(call.body, "batchRequests")
        case ("graph",):
            graphs = _list(call.body, "graphs")
            calls = [item for graph in graphs for item in _list(graph, "compositeRequest")]
        case _:
            raise unverifiable("what this composite resource does is not known")
    is_batch = call.steps[1:] == ("batch",)
    for item in calls:
        yield _part(item, is_batch=is_batch)


def _part(call: Any, *, is_batch: bool) -> ParsedCall:
    if not isinstance(call, Mapping):
        raise unverifiable("a call in its body is not an object")
    names = {"method", "url", "richInput" if is_batch else "body"}
    allowed = names | {"referenceId", "httpHeaders", "binaryPartName", "binaryPartNameAlias"}
    if len({name.lower() for name in call}) != len(call) or set(call) - allowed:
        raise unverifiable("a call in its body has a part that is not known, or one twice")
    method, url, headers = call.get("method"), call.get("url"), call.get("httpHeaders") or {}
    if not (isinstance(method, str) and isinstance(url, str) and isinstance(headers, Mapping)):
        raise unverifiable("a call in its body has no method or no address")
    if is_batch and not url.startswith("/"):
        url = f"/services/data/{url}"
    part = parse_call(
        method.upper(),
        url,
        headers=map(str, headers),
        body=call.get("richInput" if is_batch else "body"),
        has_other_body="binaryPartName" in call,
    )
    if part.steps[:1] == ("composite",) and part.steps[1:2] != ("sobjects",):
        raise unverifiable("a composite call is inside another")
    return part


def _list(body: Any, name: str) -> list[Any]:
    items = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(items, list):
        raise unverifiable(f"its body has no list of {name}")
    return items
