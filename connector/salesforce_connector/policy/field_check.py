"""Checks the names of fields that a call writes, before it is sent, against describe.

Only bodies whose object is plain to see are checked; Salesforce itself refuses what is unknown in
all others.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from salesforce_connector.action import Flow
from salesforce_connector.errors import Forbidden, NotFound, Rejected
from salesforce_connector.metadata.describe import ObjectDescription, described, is_name
from salesforce_connector.policy import composite
from salesforce_connector.policy.known_fields import SeenFields
from salesforce_connector.policy.parsed_call import Asked, ask


def check(method: str, path: str, body: Any, seen: SeenFields) -> Flow[None]:
    """Check all records that a call writes.

    An object is described at its first write, and again before a name is refused.

    Args:
        method: In capitals.
        path: Absolute.
        body: JSON.
        seen: What is known of the connection's objects; learns.

    Raises:
        Rejected: One has a field that the object has not, or that the user may not see.
    """
    try:
        found = list(_written(ask(method, path, body=body)))
    except Forbidden:  # it cannot be read with certainty, and here that is no reason to refuse it
        return
    for sobject, record in found:
        if isinstance(sobject, str) and is_name(sobject):
            yield from _check(sobject, record, seen)


def _written(asked: Asked) -> Iterator[tuple[Any, Any]]:
    """Give each record in a body with its object's name."""
    if asked.method not in {"POST", "PATCH"} or asked.opaque or not isinstance(asked.body, Mapping):
        return
    rows = asked.body.get("records")
    records = rows if isinstance(rows, list) else []
    match asked.steps:
        case ("sobjects", _, "quickActions", *_) | ("sobjects", _, _, "password"):
            return
        case ("sobjects", sobject) | ("sobjects", sobject, _) | ("sobjects", sobject, _, _):
            yield sobject, asked.body
        case ("composite", "sobjects"):
            for record in records:
                attributes = record.get("attributes") if isinstance(record, Mapping) else None
                yield attributes.get("type") if isinstance(attributes, Mapping) else None, record
        case ("composite", "sobjects", sobject, _) | ("composite", "tree", sobject):
            for record in records:
                yield sobject, record
        case ("composite",) | ("composite", "graph"):
            for part in composite.parts(asked):
                yield from _written(part)


def _check(sobject: str, record: Any, seen: SeenFields) -> Flow[None]:
    if not isinstance(record, Mapping):
        return
    names = seen.get(sobject)
    if names is None or names.stranger(record) is not None:
        try:
            about = yield from described(sobject, cached=False)
        except (Forbidden, NotFound):  # what cannot be described, Salesforce judges itself
            return
        names = seen.learn(sobject, about)
        if (stranger := names.stranger(record)) is not None:
            raise _unknown(about, stranger)
    for name, value in record.items():
        if (child := names.below(name, value)) is not None:
            for each in value["records"]:
                yield from _check(child, each, seen)


def _unknown(about: ObjectDescription, name: str) -> Rejected:
    names = {each.name.lower(): each.name for each in about.fields}
    labels = {each.label.lower(): each.name for each in about.fields}
    nearest = get_close_matches(name.lower(), [*names, *labels], n=1)
    found = names.get(nearest[0]) or labels.get(nearest[0]) if nearest else None
    return Rejected(
        f"{about.name} has no field {name}, or the user may not see it. Nothing was sent.",
        code="INVALID_FIELD",
        remedy=f"Did you mean {found}?" if found else "Check the spelling and the user's access.",
        fields=(name,),
    )
