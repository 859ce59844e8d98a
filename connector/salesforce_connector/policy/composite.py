"""Takes composite, batch and graph bodies apart into the calls that they are made of.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_connector.policy.errors import unclear
from salesforce_connector.policy.parsed_call import Asked, ask


def parts(asked: Asked) -> Iterator[Asked]:
    """Give each call in a body, those of all graphs one after another.

    Raises:
        Forbidden: The body cannot be taken apart, or one of its calls is itself composite.
    """
    if asked.method != "POST" or asked.opaque:
        raise unclear("its composite body cannot be read")
    match asked.steps[1:]:
        case ():
            calls = _list(asked.body, "compositeRequest")
        case ("batch",):
            calls = _list(asked.body, "batchRequests")
        case ("graph",):
            graphs = _list(asked.body, "graphs")
            calls = [call for graph in graphs for call in _list(graph, "compositeRequest")]
        case _:
            raise unclear("what this composite resource does is not known")
    for call in calls:
        yield _part(call, batch=asked.steps[1:] == ("batch",))


def _part(call: Any, *, batch: bool) -> Asked:
    if not isinstance(call, Mapping):
        raise unclear("a call in its body is not an object")
    names = {"method", "url", "richInput" if batch else "body"}
    known = names | {"referenceId", "httpHeaders", "binaryPartName", "binaryPartNameAlias"}
    if len({name.lower() for name in call}) != len(call) or set(call) - known:
        raise unclear("a call in its body has a part that is not known, or one twice")
    method, url, headers = call.get("method"), call.get("url"), call.get("httpHeaders") or {}
    if not (isinstance(method, str) and isinstance(url, str) and isinstance(headers, Mapping)):
        raise unclear("a call in its body has no method or no address")
    if batch and not url.startswith("/"):
        url = f"/services/data/{url}"
    part = ask(
        method.upper(),
        url,
        headers=map(str, headers),
        body=call.get("richInput" if batch else "body"),
        opaque="binaryPartName" in call,
    )
    if part.steps[:1] == ("composite",) and part.steps[1:2] != ("sobjects",):
        raise unclear("a composite call stands in another")
    return part


def _list(body: Any, name: str) -> list[Any]:
    found = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(found, list):
        raise unclear(f"its body has no list of {name}")
    return found
