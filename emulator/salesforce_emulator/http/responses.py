"""JSON answers, as Salesforce writes them.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers.htm
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.errors import SalesforceError

JSON: Final = "application/json;charset=UTF-8"

_ALLOW_ORDER: Final = ("HEAD", "GET", "POST", "PUT", "PATCH", "DELETE")


def json_response(
    request: Request,
    body: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return JSON; indented when the caller sends `X-PrettyPrint: 1`."""
    pretty = request.headers.get("x-prettyprint") == "1"
    return Response(dumps(body, pretty=pretty), status, _with_type(headers))


def error_response(error: SalesforceError, *, pretty: bool = False) -> Response:
    """Return an error."""
    return Response(dumps(error.body(), pretty=pretty), error.status, _with_type(error.headers))


def routing_error(method: str, exc: HTTPException) -> SalesforceError:
    """Return what no route took as an error, in Salesforce's words."""
    if exc.status_code != 405:
        return errors.not_found()
    offered = {part.strip() for part in (exc.headers or {}).get("Allow", "").split(",")}
    return errors.method_not_allowed(method, [item for item in _ALLOW_ORDER if item in offered])


def empty_response(headers: Mapping[str, str] | None = None, status: int = 204) -> Response:
    """Answer without a body."""
    return Response(status_code=status, headers=dict(headers or {}))


def dumps(body: Any, *, pretty: bool = False) -> bytes:
    """Write JSON in UTF-8; half of a surrogate pair, which UTF-8 has not, as a question mark."""
    if pretty:
        text = json.dumps(body, ensure_ascii=False, indent=2, separators=(",", " : "))
    else:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace")


def _with_type(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"Content-Type": JSON, **(headers or {})}
