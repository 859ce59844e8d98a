"""Checks the names of fields that a call writes, before it is sent, against describe.

Flows that write records check names and values themselves, by the same rules (see
`writing.record_check`); this is for all other calls. Only bodies whose object is plain to see are
checked; Salesforce itself refuses what is unknown in all others.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from salesforce_connector.errors import Forbidden, NotFound, Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.metadata.object_outline import fetch_outline, is_name
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.policy.known_fields import KnownFields

if TYPE_CHECKING:
    from salesforce_connector.policy.parsed_call import ParsedCall


def check(method: str, path: str, body: Any, cache: KnownFields) -> Flow[None]:
    """Check all records that a call writes.

    An object is described at its first write, and again before a name is refused.

    Args:
        method: In capitals.
        path: Absolute.
        body: JSON.
        cache: The rules that the connection's clients have loaded; learns.

    Raises:
        Rejected: One has a field that the object has not, or that the user may not see.
    """
    # Bodies are parsed where a flow has not checked its records itself.
    from salesforce_connector.policy.parsed_call import parse_call

    try:
        written = list(_written_records(parse_call(method, path, body=body)))
    except Forbidden:  # it cannot be read with certainty, and here that is no reason to refuse it
        return
    for sobject, record in written:
        if isinstance(sobject, str) and is_name(sobject):
            yield from _check(sobject, record, cache)


def _written_records(call: "ParsedCall") -> Iterator[tuple[Any, Any]]:
    """Yield each record in a body with its object's name."""
    if (
        call.method not in {"POST", "PATCH"}
        or call.has_other_body
        or not isinstance(call.body, Mapping)
    ):
        return
    rows = call.body.get("records")
    records = rows if isinstance(rows, list) else []
    match call.steps:
        case ("sobjects", _, "quickActions", *_) | ("sobjects", _, _, "password"):
            return
        case ("sobjects", sobject) | ("sobjects", sobject, _) | ("sobjects", sobject, _, _):
            yield sobject, call.body
        case ("composite", "sobjects"):
            for record in records:
                attributes = record.get("attributes") if isinstance(record, Mapping) else None
                yield attributes.get("type") if isinstance(attributes, Mapping) else None, record
        case ("composite", "sobjects", sobject, _) | ("composite", "tree", sobject):
            for record in records:
                yield sobject, record
        case ("composite",) | ("composite", "graph"):
            from salesforce_connector.policy import composite

            for part in composite.parts(call):
                yield from _written_records(part)


def load(sobject: str, cache: KnownFields) -> Flow[RecordRules | None]:
    """Describe an object, and learn its rules; None when that fails: Salesforce checks then."""
    try:
        return cache.learn(sobject, (yield from fetch_outline(sobject, cached=False)))
    except (Forbidden, NotFound):
        return None


def _check(sobject: str, record: Any, cache: KnownFields) -> Flow[None]:
    if not isinstance(record, Mapping):
        return
    rules = cache.get(sobject)
    if rules is None or rules.unknown(record) is not None:
        rules = yield from load(sobject, cache)
        if rules is None:
            return
        if (name := rules.unknown(record)) is not None:
            fault = rules.unknown_field(name)
            raise Rejected(
                f"{name} {fault.rule}. Nothing was sent.",
                code=fault.code,
                remedy=fault.remedy,
                fields=(name,),
            )
    for name, value in record.items():
        if (child := rules.child(name, value)) is not None:
            for record_part in value["records"]:
                yield from _check(child, record_part, cache)
