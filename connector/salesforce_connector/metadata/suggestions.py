"""The nearest name to one that Salesforce does not know: looked up only after the error.

A 404 of Salesforce's names nothing. What there is instead costs one more call, from the client's
cached responses if they are fresh; if it fails, the first error is raised.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_describeGlobal.htm
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from salesforce_connector import records
from salesforce_connector.errors import ConnectorError, NotFound, Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.metadata.object_outline import ObjectOutline, fetch_outline, is_name
from salesforce_connector.suggestions import suggest

if TYPE_CHECKING:
    from salesforce_connector.metadata.describe import ObjectDescription

ArgsT = TypeVar("ArgsT")
OutT = TypeVar("OutT")

Names: TypeAlias = Flow[list[str]]

# Salesforce's messages on an unknown name, in a path and inside a query.
_UNKNOWN: Final = frozenset({"NOT_FOUND", "INVALID_TYPE", "HTTP_404"})


def suggest_on_not_found(
    field: str, noun: str, names: Callable[[Any], Names]
) -> Callable[[Callable[[ArgsT], Flow[OutT]]], Callable[[ArgsT], Flow[OutT]]]:
    """Add the nearest existing name to a flow's error on an unknown name.

    Args:
        field: The input that has the name.
        noun: What it is the name of: "object".
        names: Returns the flow that lists the names, for an input.
    """

    def of(flow: Callable[[ArgsT], Flow[OutT]]) -> Callable[[ArgsT], Flow[OutT]]:
        @wraps(flow)
        def wrapped(args: ArgsT) -> Flow[OutT]:
            try:
                return (yield from flow(args))
            except Rejected as error:
                name = getattr(args, field)
                improved = yield from _with_nearest(error, field, noun, name, names(args))
                raise improved from error.__cause__

        return wrapped

    return of


def describe_object(sobject: str) -> "Flow[ObjectDescription]":
    """Get the description of an object; a name that is none is refused with the nearest.

    Raises:
        NotFound: There is no such object, or the user may not see it.
    """
    from salesforce_connector.metadata.describe import fetch_object  # not for writes alone

    return (yield from _fetch(fetch_object, sobject))


def outline_object(sobject: str) -> Flow[ObjectOutline]:
    """Get the outline of an object; else as `describe_object`."""
    return (yield from _fetch(fetch_outline, sobject))


def _fetch(fetch: Callable[[str], Flow[OutT]], sobject: str) -> Flow[OutT]:
    try:
        return (yield from fetch(sobject))
    except NotFound as error:
        raise (yield from _with_nearest(error, "sobject", "object", sobject, objects())) from None


def objects(_args: object = None) -> Names:
    """List the objects that the user may see."""
    from salesforce_connector.metadata.describe import read_objects  # for failures alone

    summaries = read_objects((yield Call("GET", "/sobjects", cached=True)))
    return [summary.name for summary in summaries]


def events(_args: object = None) -> Names:
    """List the platform events that the user may see."""
    return [name for name in (yield from objects()) if name.endswith("__e")]


def child_relationships(sobject: str) -> Names:
    """List the relationships by which records hang below one of an object."""
    about = yield from fetch_outline(sobject)
    return [child.name for child in about.child_relationships if child.name]


def actions(kind: str) -> Names:
    """List the invocable actions of a kind."""
    from salesforce_connector.metadata import invocable  # for failures alone

    body = records.decode((yield Call("GET", invocable.kind_path(kind), cached=True)))
    listed = body.get("actions") if isinstance(body, Mapping) else None
    names = [entry.get("name") for entry in listed or () if isinstance(entry, Mapping)]
    return [name for name in names if isinstance(name, str)]


def _with_nearest(
    error: Rejected, field: str, noun: str, name: Any, names: Names
) -> Flow[Rejected]:
    """Return an error with the nearest name, or unchanged if there is none."""
    if error.code not in _UNKNOWN or not isinstance(name, str) or not is_name(name):
        return error
    try:
        candidates = yield from names
    except ConnectorError:
        return error
    if any(candidate.lower() == name.lower() for candidate in candidates):
        return error
    near = suggest(name, candidates)
    message = f"There is no {noun} {name}, or the user may not use it."
    return type(error)(
        error.message,
        code=error.code,
        remedy=f"{message} Did you mean {near}?" if near else message,
        status=error.status,
        fields=(field, *(item for item in error.fields if item != field)),
    )
