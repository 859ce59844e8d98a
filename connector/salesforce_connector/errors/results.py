"""Errors that Salesforce puts inside a 200, or inside the results of a 400.

Actions, approvals, saves and SOAP's operations answer with a result for each input; a result that
failed names its errors by `statusCode`. They become the errors of `errors` by the one mapping in
`table.py`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any

from salesforce_connector.errors import ConnectorError
from salesforce_connector.errors import table as error_table


def from_result(items: Iterable[Mapping[str, Any]] | None, *, status: int = 400) -> ConnectorError:
    """Make the error for a result that failed.

    Args:
        items: Its errors: `statusCode` or `errorCode`, `message`, `fields`; may be none.
        status: What the errors would have had as a response of their own.
    """
    parsed = [
        {
            "errorCode": str(item.get("statusCode") or item.get("errorCode") or "UNKNOWN_ERROR"),
            "message": str(item.get("message") or "Salesforce returned no reason."),
            "fields": item.get("fields") or [],
        }
        for item in items or ()
    ]
    return error_table.from_items(parsed or [{"errorCode": "UNKNOWN_ERROR"}], status=status)
