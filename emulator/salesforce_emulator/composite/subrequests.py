"""The subrequests of a composite request and of a graph: read, and answered one after the other.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/requests_composite.htm
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from starlette.requests import Request

from salesforce_emulator import errors
from salesforce_emulator.composite.placeholders import Results
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.errors.json_kind import wrong_json_kind
from salesforce_emulator.http.dispatch import (
    InnerResponse,
    InnerTarget,
    dispatch,
    error_response,
    target,
)
from salesforce_emulator.schema.rendering import Json

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Guard: TypeAlias = Callable[[str, InnerTarget], None]
"""Raises SalesforceError for a method and a target that a kind of request does not take."""

STRICT_SINCE: Final = 52.0  # reference ids are checked, references to nulls are good

_REFERENCE_ID: Final = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "GET", "DELETE"})
_MEMBERS: Final = frozenset({"method", "url", "referenceId", "body", "httpHeaders"})
_FROM_ABOVE: Final = frozenset({"accept", "authorization", "content-type"})


@dataclass(frozen=True, slots=True)
class Subrequest:
    """One subrequest, as the caller sent it."""

    method: str
    url: str
    reference_id: str
    body: Any
    headers: dict[str, str]


class _Undone(Exception):
    """Rolls the transaction back."""


def read(entries: object, version: float, methods: frozenset[str] = _METHODS) -> list[Subrequest]:
    """Read the member `compositeRequest`.

    Args:
        version: Of the request that they are in.

    Raises:
        SalesforceError: The whole request is refused.
    """
    if entries is None:
        raise errors.missing_member("compositeRequest")
    if not isinstance(entries, list):
        raise wrong_json_kind("list", entries)
    steps = [_read_subrequest(item, version, methods) for item in entries]
    visited: set[str] = set()
    for step in steps:
        if step.reference_id in visited:
            raise errors.repeated_reference_id(step.reference_id)
        visited.add(step.reference_id)
    return steps


def perform(
    org: "Org",
    request: Request,
    steps: Sequence[Subrequest],
    guard: Guard,
    *,
    version: float,
    all_or_none: bool,
) -> tuple[list[Json], bool]:
    """Answer subrequests in order; return `compositeResponse`, and whether all succeeded.

    With `all_or_none` the first that fails ends it: the writes of the others are dropped, and the
    others say so.
    """
    if not all_or_none:
        responses = _respond(request, steps, guard, version=version, all_or_none=False)
        return _render(steps, responses), all(response.ok for response in responses)
    responses = []
    try:
        with org.transaction():
            responses = _respond(request, steps, guard, version=version, all_or_none=True)
            if responses and not responses[-1].ok:
                raise _Undone  # noqa: TRY301 - rolls this transaction back
    except _Undone:
        halted = error_response(errors.transaction_rolled_back())
        failed_at = len(responses) - 1
        responses = [responses[at] if at == failed_at else halted for at in range(len(steps))]
        return _render(steps, responses), False
    return _render(steps, responses), True


def halted(steps: Sequence[Subrequest], error: SalesforceError) -> list[Json]:
    """Return `compositeResponse` for subrequests that are not run, all with one error."""
    return _render(steps, [error_response(error)] * len(steps))


def _respond(
    request: Request,
    steps: Sequence[Subrequest],
    guard: Guard,
    *,
    version: float,
    all_or_none: bool,
) -> list[InnerResponse]:
    results = Results(nulls=version >= STRICT_SINCE)
    responses: list[InnerResponse] = []
    for step in steps:
        try:
            to = target(results.fill_url(step.url))
            guard(step.method, to)
            body = results.fill(step.body)
        except SalesforceError as error:
            response = error_response(error)
        else:
            response = dispatch(
                request,
                step.method,
                to,
                body=body,
                headers=step.headers,
                all_or_none=all_or_none,
            )
        if response.status < 400:
            results.add(step.reference_id, response.body)
        responses.append(response)
        if all_or_none and not response.ok:
            break
    return responses


def _render(steps: Sequence[Subrequest], responses: Sequence[InnerResponse]) -> list[Json]:
    return [
        {
            "body": response.body,
            "httpHeaders": response.headers,
            "httpStatusCode": response.status,
            "referenceId": step.reference_id,
        }
        for step, response in zip(steps, responses, strict=True)
    ]


def _read_subrequest(body: object, version: float, methods: frozenset[str]) -> Subrequest:
    if not isinstance(body, dict):
        raise wrong_json_kind("compositeSubrequest", body)
    for name in body:
        if name not in _MEMBERS:
            raise errors.unknown_member(name)
    method, url, reference_id = (_text(body, name) for name in ("method", "url", "referenceId"))
    if method not in methods:
        raise wrong_json_kind("method", method)
    if version >= STRICT_SINCE and _REFERENCE_ID.fullmatch(reference_id) is None:
        raise errors.bad_reference_id(reference_id)
    headers = body.get("httpHeaders") or {}
    if not isinstance(headers, dict):
        raise wrong_json_kind("map", headers)
    for name, value in headers.items():
        if name.lower() in _FROM_ABOVE:
            raise errors.header_not_allowed(name)
        if not isinstance(value, str) or not f"{name}{value}".isascii():
            raise wrong_json_kind("string", value)
    return Subrequest(method, url, reference_id, body.get("body"), headers)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        raise errors.missing_member(name)
    if not isinstance(value, str):
        raise wrong_json_kind("string", value)
    return value
