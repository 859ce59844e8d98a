"""Single calls that travel together as one call of sObject collections, and what became of each.

Each caller gets the outcome of its call alone. Where the response to the batch does not say it,
such as the exact error of a record that was not written, the call is sent alone: nothing has been
done for it yet. This module sends nothing.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm
"""

import copy
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import unquote

from pydantic_core import from_json, to_json

from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.flow import Call
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline import Attempt
from salesforce_connector.http.retry import NO_FREE_SLOT
from salesforce_connector.http.wire_response import WireResponse

MAX_RECORDS: Final = 200  # a call, composite limits

_MAX_TEXT: Final = 2**15  # characters of a value; what is longer is better sent alone
_FIRST_VERSION: Final = 46.0  # since then upserts say whether they created the record

_PATH: Final = re.compile(r"/sobjects/(\w+)(?:/([^/]+)(?:/([^/]+))?)?", re.ASCII)
_RECORD_ID: Final = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?")

# Of the single call; collections take them for all of their records.
_HEADERS: Final = frozenset({"Sforce-Duplicate-Rule-Header", "Sforce-Auto-Assign"})

# Statuses that say nothing of a record: each caller gets them, as it would alone.
_OF_ALL: Final = frozenset({401, 403, 420, 429})

Kind: TypeAlias = Literal["create", "update", "upsert", "delete", "get"]
Key: TypeAlias = tuple[Any, ...]
"""What the calls of one batch have in common."""


@dataclass(frozen=True, slots=True)
class BatchableCall:
    """A single call as part of a batch.

    Attributes:
        key: What it must have in common with the others.
        call: As it would be sent alone.
        kind: What it does.
        sobject: API name.
        field: External id field of an upsert.
        value: Record id, or the external id.
    """

    key: Key
    call: Call
    kind: Kind
    sobject: str
    field: str = ""
    value: str = ""


def read_call(call: Call, state: ConnectionState, background: bool) -> BatchableCall | None:
    """Read a call, of background work or not; None for one that has to be sent alone."""
    path = _PATH.fullmatch(call.path)
    if path is None or not _is_plain(call) or float(state.version) < _FIRST_VERSION:
        return None
    sobject, step, value = path.groups()
    if sobject.endswith("__e"):  # the response to a published event has another shape
        return None
    kind: Kind
    field = ""
    match call.method:
        case "POST" if step is None:
            kind, value = "create", ""
        case "PATCH" if value is not None and not call.params:
            kind, field, value = "upsert", unquote(step), unquote(value)
        case "PATCH" | "DELETE" | "GET" if step and value is None and _RECORD_ID.fullmatch(step):
            kind, value = _KINDS[call.method], step
        case _:
            return None
    if not _fits(call, kind, sobject, field, value, state):
        return None
    options = (*sorted(call.headers.items()), *call.params.items())
    key = (kind, sobject, field, call.safe, background, options)
    return BatchableCall(key, call, kind, sobject, field, value)


_KINDS: Final[Mapping[str, Kind]] = {"PATCH": "update", "DELETE": "delete", "GET": "get"}


def _is_plain(call: Call) -> bool:
    return not (
        call.content is not None
        or call.soap is not None
        or call.into is not None
        or call.expect
        or call.reads is not None
        or call.cached
        or call.delay
        or call.timeout is not None
        or call.anonymous
        or call.headers.keys() - _HEADERS
    )


def _fits(
    call: Call, kind: Kind, sobject: str, field: str, value: str, state: ConnectionState
) -> bool:
    match kind:
        case "get":  # collections give no fields that were not named
            return call.json is None and call.params.keys() == {"fields"}
        case "delete":
            # Collections delete whatever an id means; alone, it must be a record of the object.
            rules = state.fields.get(sobject)
            has_prefix = rules is not None and value[:3] == rules.key_prefix
            return has_prefix and not call.params and call.json is None
        case _:
            return not call.params and _is_short(call.json, {"id", "attributes", field.lower()})


def _is_short(body: object, reserved: Set[str]) -> bool:
    """Return whether a body is a record that a batch can hold: none of its names is the batch's."""
    if not isinstance(body, dict):
        return False
    for name, value in body.items():
        if name.lower() in reserved or (isinstance(value, str) and len(value) > _MAX_TEXT):
            return False
    return True


def batch_call(calls: Sequence[BatchableCall]) -> Call:
    """Make the one call for calls with the same key, at most `MAX_RECORDS`."""
    first = calls[0]
    headers, repeatable = first.call.headers, first.call.safe
    if first.kind == "get":
        fields = first.call.params["fields"].split(",")
        return Call(
            "POST",
            f"/composite/sobjects/{first.sobject}",
            json={"ids": [call.value for call in calls], "fields": fields},
            headers=headers,
            reads=True,
        )
    if first.kind == "delete":
        ids = ",".join(call.value for call in calls)
        return Call(
            "DELETE",
            "/composite/sobjects",
            params={"ids": ids, "allOrNone": "false"},
            headers=headers,
            repeatable=repeatable,
        )
    path = "/composite/sobjects"
    if first.kind == "upsert":
        path += f"/{first.sobject}/{first.field}"
    return Call(
        "POST" if first.kind == "create" else "PATCH",
        path,
        json={"allOrNone": False, "records": [_record(call) for call in calls]},
        headers=headers,
        repeatable=repeatable,
        checked=True,
    )


def _record(call: BatchableCall) -> dict[str, Any]:
    record: dict[str, Any] = {"attributes": {"type": call.sobject}}
    if call.kind == "update":
        record["id"] = call.value
    elif call.kind == "upsert":
        record[call.field] = call.value
    return record | call.call.json  # type: ignore[no-any-return] # `_fits` has checked that it is one


def split_attempt(calls: Sequence[BatchableCall], attempt: Attempt) -> list[Attempt | None]:
    """Return what became of each call of a batch; None: send it alone."""
    credentials, outcome = attempt
    if isinstance(outcome, ConnectorError):
        return [(credentials, copy_error(outcome)) for _ in calls]
    assert isinstance(outcome, WireResponse)  # noqa: S101 - a batch fetches no events
    status = outcome.status_code
    if status in _OF_ALL or status >= 500:
        return [(credentials, outcome)] * len(calls)
    if not outcome.is_success:
        return [None] * len(calls)
    results = _results_of(outcome, len(calls))
    if results is None and calls[0].kind == "get":
        return [None] * len(calls)
    attempts: list[Attempt | None] = []
    for call, result in zip(calls, results or [None] * len(calls), strict=True):
        response = _read_result(call, result, outcome)
        attempts.append(None if response is None else (credentials, response))
    return attempts


def _results_of(response: WireResponse, count: int) -> list[Any] | None:
    try:
        results = from_json(response.content)
    except ValueError:
        return None
    return results if isinstance(results, list) and len(results) == count else None


def _read_result(
    call: BatchableCall, result: Any, response: WireResponse
) -> WireResponse | ConnectorError | None:
    """Return the response that a call alone would have got; None: send it alone."""
    if call.kind == "get":
        return response.with_body(200, to_json(result)) if isinstance(result, dict) else None
    success = result.get("success") if isinstance(result, dict) else None
    if success is False:
        return None  # it was not written; alone, Salesforce says why in the words of single calls
    if success is not True:
        return BadReply(
            "Salesforce's response to calls that were sent together could not be read.",
            code="BAD_REPLY",
            status=response.status_code,
            remedy="Report this, with the action and the API version.",
            sent=True,
        )
    match call.kind:
        case "create":
            return response.with_body(201, to_json(result))
        case "upsert":
            return response.with_body(201 if result.get("created") else 200, to_json(result))
        case _:
            return response.with_body(204, b"")


def split_error(call: BatchableCall, error: ConnectorError) -> ConnectorError | None:
    """Return the error that sending a batch raised to one of its callers; None: send it alone."""
    if call.kind == "get" and isinstance(error, BadReply):
        return None  # one record may fit where all together are too large
    if error.code == NO_FREE_SLOT:
        return None  # the batch would have been a long call; one record is none
    return copy_error(error)


def copy_error(error: ConnectorError) -> ConnectorError:
    """Return an error to each of several callers: what handles one writes into it."""
    twin = copy.copy(error)
    twin.__cause__ = error.__cause__
    return twin
