"""Names the field that was meant where Salesforce says that a query has a column that is not there.

Salesforce names the column and its object. What there is instead takes a description of the object,
which the connection may have already; whatever goes wrong with that, the first error stays.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

import re
from typing import Final

from salesforce_connector.action import Flow
from salesforce_connector.errors import ConnectorError, Rejected
from salesforce_connector.policy import field_check
from salesforce_connector.policy.known_fields import KnownFields

_UNKNOWN: Final = re.compile(
    r"No such column '(?P<field>[A-Za-z]\w*)' on (?:entity|sobject(?: of type)?) '?(?P<object>\w+)"
)


def object_of(error: ConnectorError) -> str | None:
    """Give the object that has not the column which an error names; None for other errors."""
    match = _match(error)
    return match["object"] if match else None


def name_nearest(error: ConnectorError, cache: KnownFields) -> Flow[ConnectorError]:
    """Give an error with the field that was most likely meant, or the very error."""
    match = _match(error)
    if match is None:
        return error
    name, sobject = match["field"], match["object"]
    try:
        rules = cache.get(sobject) or (yield from field_check.load(sobject, cache))
        if rules is not None and name.lower() in rules.fields:  # it was not there a moment ago
            rules = yield from field_check.load(sobject, cache, fresh=True)
    except ConnectorError:
        return error
    if rules is None or name.lower() in rules.fields:
        return error
    return type(error)(
        error.message,
        code=error.code,
        remedy=rules.unknown_field(name).remedy,
        status=error.status,
        fields=dict.fromkeys((*error.fields, name)),
        sent=error.sent,
        matches=error.matches,
    )


def _match(error: ConnectorError) -> re.Match[str] | None:
    if not isinstance(error, Rejected) or error.records:
        return None
    return _UNKNOWN.search(error.message)
