"""Table rows of the connector: each action is answered with a recorded response.

An action must return a success, and raise an error as the class for its status and code: no
BadReply, and no exception other than the connector's own.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import httpx

from conformance.connector.calls import action_for
from conformance.recorded.recording import Recording, read
from conformance.recorded.schema import with_schemas
from conformance.recorded.state import as_text
from conformance.table import Row
from salesforce_actions.catalog import ACTIONS
from salesforce_connector import errors
from salesforce_connector.http.client import Client
from salesforce_connector.http.result import Result
from salesforce_emulator.schema.describe import describe
from salesforce_emulator.schema.schema import Schema

BAR: Final = 1.0

_PROOF: Final = "connector"
_HOST: Final = "https://recorded.my.salesforce.com"
_DESCRIBE: Final = re.compile(r"/sobjects/(\w+)/describe$")
_TOKEN: Final = {
    "access_token": "00D000000000001!recorded",
    "instance_url": _HOST,
    "id": f"{_HOST}/id/00D000000000001AAA/005000000000001AAA",
    "issued_at": "1790000000000",
    "token_type": "Bearer",
    "signature": "",
    "scope": "api",
}
_BY_STATUS: Final[Mapping[int, type[errors.ConnectorError]]] = {
    300: errors.Conflict,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
}
_BY_CODE: Final[Mapping[str, type[errors.ConnectorError]]] = {
    "REQUEST_LIMIT_EXCEEDED": errors.RateLimited,
    "UNABLE_TO_LOCK_ROW": errors.RowLocked,
    "DUPLICATES_DETECTED": errors.Duplicates,
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": errors.Unauthorized,
}


@dataclass(slots=True)
class _Tally:
    right: int = 0
    all: int = 0
    notes: list[str] = field(default_factory=list)


class _Connection:
    """A connection in memory that uses client credentials."""

    id = "recorded"
    method = "client_credentials"
    settings: Final[Mapping[str, Any]] = {
        "my_domain_url": _HOST,
        "consumer_key": "3MVG9recorded",
        "consumer_secret": "recorded",
    }

    def __init__(self) -> None:
        self.credentials: Mapping[str, Any] = {}
        self._lock = Lock()

    def save(self, credentials: Mapping[str, Any]) -> None:
        self.credentials = credentials

    def lock(self) -> AbstractContextManager[object]:
        return self._lock


def rows(folder: Path) -> Iterator[Row]:
    """Answer the action of each recording with its response; yield one row an action."""
    if not folder.is_dir():
        yield Row(_PROOF, "all", skipped=f"there is no {folder}")
        return
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    without = 0
    for recording, schema in with_schemas(read(folder)):
        call = action_for(recording)
        if call is None or recording.answer is None or recording.not_judgeable():
            without += 1
            continue
        name, inputs = call
        fault = _fault(recording, schema, name, inputs)
        if fault is None:
            without += 1
            continue
        tally = tallies[name]
        tally.all += 1
        if fault:
            tally.notes.append(f"{recording.location} {recording.method} {recording.path}: {fault}")
        else:
            tally.right += 1
    whole = _Tally()
    for name, tally in sorted(tallies.items()):
        whole.right += tally.right
        whole.all += tally.all
        yield Row(_PROOF, name, tally.right, tally.all, notes=tally.notes)
    notes = [f"{without} of {whole.all + without} belong to no action, or were cut"]
    skipped = "" if whole.all else "no recording belongs to an action"
    yield Row(_PROOF, "all", whole.right, whole.all, BAR, skipped=skipped, notes=notes)


def _fault(recording: Recording, schema: Schema, name: str, inputs: dict[str, Any]) -> str | None:
    """Return what an action did wrong with a response; empty when right, None when not sent.

    Args:
        schema: Of the recorded org, for describes before a write.
    """
    requests: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth2/token"):
            return httpx.Response(200, json=_TOKEN)
        described = _DESCRIBE.search(request.url.path)
        sobject = schema.get(described[1]) if described and name != "describe_object" else None
        if sobject is not None:
            return httpx.Response(200, json=describe(sobject, "v60.0", _HOST))
        if "nextRecordsUrl" in as_text(recording.answer) and requests:
            page = {"totalSize": len(requests), "done": True, "records": []}
            return httpx.Response(200, json=page)
        requests.append(request.url.path)
        headers = {"content-type": recording.headers.get("content-type", "application/json")}
        return httpx.Response(
            recording.status, content=as_text(recording.answer).encode(), headers=headers
        )

    expected = _expected(recording)
    client = Client(_Connection(), transport=httpx.MockTransport(reply))
    try:
        client.run(ACTIONS[name], inputs, Result(retry_for=0))
    except errors.BadReply as error:
        return f"BadReply: {error}"
    except errors.ConnectorError as error:
        if not requests:
            return None  # the connector refuses such a call before it is sent
        if expected is not None and isinstance(error, expected):
            return ""
        expected_name = "none" if expected is None else expected.__name__
        return f"{type(error).__name__} for {expected_name}: {error}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
        return f"{type(error).__name__}: {error}"
    if expected is None:
        return ""
    return f"no error for {expected.__name__}"


def _expected(recording: Recording) -> type[errors.ConnectorError] | None:
    if 200 <= recording.status < 300:
        return None
    response = recording.answer
    first = response[0] if isinstance(response, list) and response else {}
    code = str(first.get("errorCode")) if isinstance(first, dict) else ""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if recording.status >= 500:
        return errors.Retryable
    return _BY_STATUS.get(recording.status, errors.Rejected)
