"""Errors that Salesforce puts inside a 200, or inside the results of a 400.

Actions, approvals, saves and SOAP's operations answer with a result for each input; a result that
failed names its errors by `statusCode`. This turns those into the errors of `errors`, by the one
mapping there.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from salesforce_connector.errors import ConnectorError, from_answer


def refusal(items: Iterable[Mapping[str, Any]] | None, *, status: int = 400) -> ConnectorError:
    """Give the error for a result that failed.

    Args:
        items: Its errors: `statusCode` or `errorCode`, `message`, `fields`; none is tolerated.
        status: What the errors would have had as an answer of their own.
    """
    said = [
        {
            "errorCode": str(item.get("statusCode") or item.get("errorCode") or "UNKNOWN_ERROR"),
            "message": str(item.get("message") or "Salesforce gave no reason."),
            "fields": item.get("fields") or [],
        }
        for item in items or ()
    ] or [{"errorCode": "UNKNOWN_ERROR", "message": "Salesforce gave no reason.", "fields": []}]
    return from_answer(httpx.Response(status, json=said), safe=False)
