"""Suggests a name where Salesforce does not know a name in a query.

Salesforce repeats the name. Existing names need a description, which the connection may
have already; if that fails, the first error is raised.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

import re
from collections.abc import Callable
from typing import Final

from salesforce_connector.errors import ConnectorError, Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.metadata.describe import read_objects
from salesforce_connector.policy import field_check
from salesforce_connector.policy.known_fields import KnownFields
from salesforce_connector.suggestions import suggest

_FIELD: Final = re.compile(
    r"No such column '(?P<field>[A-Za-z]\w*)' on (?:entity|sobject(?: of type)?) '?(?P<object>\w+)"
)
_OBJECT: Final = re.compile(r"sObject type '(?P<object>\w+)' is not supported", re.IGNORECASE)


def name_nearest(
    error: ConnectorError, cache: KnownFields, may_use: Callable[[str], bool]
) -> Flow[ConnectorError]:
    """Return an error with the most likely name, or the same error.

    Args:
        error: Of a run.
        cache: The rules that the connection's clients have loaded; learns.
        may_use: Whether the connection may use an object; other objects are not suggested.
    """
    if not isinstance(error, Rejected) or error.records or "There is no " in error.remedy:
        return error
    try:
        if match := _FIELD.search(error.message):
            if not may_use(match["object"]):
                return error
            remedy = yield from _field_remedy(match["field"], match["object"], cache)
            name = match["field"]
        elif match := _OBJECT.search(error.message):
            name = match["object"]
            remedy = yield from _object_remedy(name, may_use)
        else:
            return error
    except ConnectorError:
        return error
    if not remedy:
        return error
    return type(error)(
        error.message,
        code=error.code,
        remedy=remedy,
        status=error.status,
        fields=dict.fromkeys((*error.fields, name)),
        sent=error.sent,
        matches=error.matches,
    )


def _field_remedy(name: str, sobject: str, cache: KnownFields) -> Flow[str]:
    rules = cache.get(sobject) or (yield from field_check.load(sobject, cache))
    if rules is not None and name.lower() in rules.fields:  # it did not exist shortly before
        rules = yield from field_check.load(sobject, cache)
    if rules is None or name.lower() in rules.fields:
        return ""
    return rules.unknown_field(name).remedy


def _object_remedy(name: str, may_use: Callable[[str], bool]) -> Flow[str]:
    summaries = read_objects((yield Call("GET", "/sobjects", cached=True)))
    names = [summary.name for summary in summaries if may_use(summary.name)]
    if name.lower() in map(str.lower, names):
        return ""
    near = suggest(name, names)
    return f"Did you mean {near}?" if near else ""
