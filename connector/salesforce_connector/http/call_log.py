"""Log records of calls, retries and refreshes: what was sent, never what was in it.

The loggers are `salesforce_connector.calls`, `.retries` and `.refreshes`, all at INFO, silent until
a host sets them up. The fields of a record are in its attribute `salesforce`, and in its message.
"""

import logging
import re
from time import monotonic
from typing import Any, Final, cast

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Fetch
from salesforce_connector.http.result import Result
from salesforce_connector.response import Response

_root = logging.getLogger("salesforce_connector")
_root.addHandler(logging.NullHandler())  # else records without a handler go to stderr
_calls = logging.getLogger("salesforce_connector.calls")
_retries = logging.getLogger("salesforce_connector.retries")
_refreshes = logging.getLogger("salesforce_connector.refreshes")

# Steps of a path that are words of the API, and so no data.
_WORDS: Final = frozenset({
    "actions", "analytics", "apexrest", "approvals", "batch", "chatter", "composite", "connect",
    "count", "custom", "data", "defaultValues", "deleted", "describe", "event", "failedResults",
    "feed-elements", "files", "graph", "graphql", "ingest", "instances", "introspect", "jobs",
    "layouts", "limits", "ListViews", "listviews", "merge", "oauth2", "parameterizedSearch",
    "process", "query", "queryAll", "quickActions", "recent", "recordCount", "relevantItems",
    "reports", "results", "search", "services", "Soap", "soap", "sobjects", "standard",
    "successfulResults", "tabs", "theme", "tooling", "tree", "u", "ui-api",
    "unprocessedrecords", "updated", "userinfo", "versions",
})  # fmt: skip
_VERSION: Final = re.compile(r"v\d+\.\d", re.ASCII)
_AFTER_OBJECT: Final = frozenset({"sobjects", "tree", "event"})


def now() -> float | None:
    """Return the time if calls are logged, else None."""
    return monotonic() if _calls.isEnabledFor(logging.INFO) else None


def log_call(
    connection_id: str,
    call: Call | Fetch,
    outcome: object,
    started: float,
    attempt: int,
    result: Result,
) -> None:
    """Log one call that was sent, or one fetch of events."""
    fields: dict[str, Any] = {"connection": connection_id, **_attributes(call)}
    if isinstance(outcome, ConnectorError):
        fields |= {"status": outcome.status, "error": outcome.code}
    elif isinstance(call, Call):
        response = cast(Response, outcome)
        request_id = response.headers.get("x-sfdc-request-id") or response.headers.get(
            "x-request-id", ""
        )
        fields |= {"status": response.status_code, "request_id": request_id}
    fields |= {"seconds": round(monotonic() - started, 4), "attempt": attempt}
    if result.run_id:
        fields["run"] = result.run_id
    _log(_calls, "call", fields)


def log_retry(
    connection_id: str, call: Call, error: ConnectorError, attempt: int, pause: float
) -> None:
    """Log that a call will be sent again."""
    if _retries.isEnabledFor(logging.INFO):
        fields = {"connection": connection_id, **_attributes(call), "error": error.code}
        _log(_retries, "retry", fields | {"attempt": attempt, "pause": round(pause, 2)})


def log_refresh(connection_id: str, outcome: str, attempt: int, *, early: bool = False) -> None:
    """Log an attempt to refresh a token; `outcome` is "ok" or an error's code."""
    if _refreshes.isEnabledFor(logging.INFO):
        fields = {"connection": connection_id, "outcome": outcome, "attempt": attempt}
        _log(_refreshes, "refresh", fields | {"early": early})


def path_without_values(path: str) -> str:
    """Return a path with `*` for each step that may be data: ids, external ids, names of records.

    Names of objects stay.
    """
    steps = []
    before = ""
    for step in path.partition("?")[0].split("/"):
        is_word = not step or step in _WORDS or _VERSION.fullmatch(step)
        name = before in _AFTER_OBJECT and step.replace("_", "").isalnum()
        steps.append(step if is_word or name else "*")
        before = step
    return "/".join(steps)


def _attributes(call: Call | Fetch) -> dict[str, Any]:
    if isinstance(call, Fetch):
        return {"method": "FETCH", "path": call.topic}
    return {"method": call.method, "path": path_without_values(call.path)}


def _log(logger: logging.Logger, event: str, fields: dict[str, Any]) -> None:
    message = " ".join((event, *(f"{name}={value}" for name, value in fields.items())))
    logger.info(message, extra={"salesforce": {"event": event, **fields}})
