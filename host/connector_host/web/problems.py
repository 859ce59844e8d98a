"""Responses for errors: problem details with the attributes of the contract's errors.

https://www.rfc-editor.org/rfc/rfc9457
"""

import logging
import math
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connector_host.errors import NameTaken, StillUsed, UnknownName
from connector_host.hookspecs import JsonObject

MEDIA_TYPE: Final = "application/problem+json"

_STATUSES: Final = {
    "rejected": 422,
    "unauthorized": 409,  # the connection needs a sign-in; 401 is for the user of the API
    "forbidden": 403,
    "retryable": 503,
    "bad_reply": 502,
}
_TITLES: Final = {
    "rejected": "Fix the input",
    "unauthorized": "Sign in again",
    "forbidden": "Not allowed",
    "retryable": "Try again later",
    "bad_reply": "The service sent an unexpected response",
}

_log = logging.getLogger("connector_host.web")


def problem_of(error: BaseException) -> JsonObject:
    """Return an error as problem details.

    An error without a `kind` is a bug: its message may contain any data, and is only logged.
    """
    kind = getattr(error, "kind", None)
    if kind not in _STATUSES:
        return {
            "title": "Internal error",
            "status": 500,
            "detail": "The host failed. Its log has the reason.",
            "kind": "bad_reply",
            "code": type(error).__name__,
            "remedy": "",
            "fields": [],
            "retry_after": None,
            "sent": True,
        }
    left: dict[str, Any] = {
        name: list(getattr(error, name, ()))
        for name in ("records", "matches")
        if getattr(error, name, ())
    }
    return {
        "title": _TITLES[kind],
        "status": _status(error, kind),
        "detail": str(error),
        "kind": kind,
        "code": getattr(error, "code", ""),
        "remedy": getattr(error, "remedy", ""),
        "fields": list(getattr(error, "fields", ())),
        "retry_after": getattr(error, "retry_after", None),
        "sent": getattr(error, "sent", True),
        **left,
    }


def _status(error: BaseException, kind: str) -> int:
    if isinstance(error, UnknownName):
        return 404
    return 409 if isinstance(error, NameTaken | StillUsed) else _STATUSES[kind]


def answer_problem(error: BaseException) -> Response:
    """Return the response for an error, and log one that is a bug."""
    problem = problem_of(error)
    if problem["status"] == 500:
        _log.error("A request failed.", exc_info=error)
    headers = {}
    if problem["retry_after"] is not None:
        headers["Retry-After"] = str(math.ceil(problem["retry_after"]))
    return JSONResponse(problem, problem["status"], headers, MEDIA_TYPE)


def refuse(status: int, code: str, detail: str, remedy: str = "") -> Response:
    """Return the response for a rejected request: not signed in, too often, or too large."""
    problem = {
        "title": detail.rstrip("."),
        "status": status,
        "detail": f"{detail} {remedy}".rstrip(),
        "kind": "retryable" if status == 429 else "rejected",
        "code": code,
        "remedy": remedy,
        "fields": [],
        "retry_after": None,
        "sent": False,
    }
    return JSONResponse(problem, status, media_type=MEDIA_TYPE)


async def answer_http_error(_request: Request, exc: Exception) -> Response:
    """Return the response for an unknown path or method."""
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    detail = exc.detail if isinstance(exc, HTTPException) else "Internal error"
    return refuse(status, "HTTP_ERROR", f"{detail}.")
