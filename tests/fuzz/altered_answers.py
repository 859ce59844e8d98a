"""Answers of a real shape that something has altered: a transport that gives them.

What is altered follows from a generator of random numbers alone.
"""

import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse

ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 10**400, 1.5, 1e308, "", "x", "0", "-1", "null", "\x00",
    "../../x", "a/b", "\r\nX: y", "\ud83d", "é" * 50, "x" * 5_000, [], {}, [[]], [{}], [None],
    {"a": 1}, {"records": []}, {"error": {}}, "2026-13-45T99:99:99Z", "http://evil.com[::1]",
    "/services/data/v68.0/query/01g-2000", "/services/data/v68.0/query/01g\r\n",
)  # fmt: skip
ODD_HEADERS: tuple[bytes, ...] = (
    b"", b"text/html", b"application/json", b"text/csv", b"null", b"-1", b"9" * 5_000, b"\xff\xfe",
    b"Mon, 99 Foo 2026", b"nan", b"inf", b"1e999", b"gzip", b"application/json;charset=utf-7",
)  # fmt: skip
ODD_BODIES: tuple[bytes, ...] = (
    b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"a":' * 5_000, b"\xff\xfe\x00", b"<html>",
    b"<?xml version='1.0' encoding='utf-7'?><a/>", b"\x1f\x8b", b"NaN", b"1" * 5_000, b'"\\ud800"',
    b'{"nextRecordsUrl": 5, "records": [], "done": false, "totalSize": 1}',
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One recorded response.

    Attributes:
        call: What it is to; see `call_of`.
    """

    call: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


TOKEN = Answer(
    "POST /services/oauth2/token",
    200,
    ((b"content-type", b"application/json"),),
    to_json(
        {
            "access_token": "ACCESS-2",
            "refresh_token": "REFRESH-2",
            "instance_url": "https://acme.my.salesforce.com",
            "id": "https://login.salesforce.com/id/00D000000000062EAA/005000000000001AAA",
            "token_type": "Bearer",
            "issued_at": "1764374400000",
            "signature": "c2lnbmF0dXJl",
            "scope": "api refresh_token",
        }
    ),
)

_ID = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b", re.ASCII)
_VERSION = re.compile(r"/v\d+\.\d", re.ASCII)


def call_of(method: str, path: str) -> str:
    """Return method and path without ids, version and parameters: calls that have one shape."""
    return f"{method} {_ID.sub('*', _VERSION.sub('', path.partition('?')[0]))}"


class AlteredAnswers:
    """A transport that answers by what was recorded for a call of that shape, or for any.

    Answers are altered here and there.
    """

    def __init__(self, answers: tuple[Answer, ...], rng: random.Random) -> None:
        self._answers = answers
        self._rng = rng
        self._next = -1
        self._counts: dict[str, int] = {}

    def acquire(self) -> None: ...
    def release(self) -> None: ...
    def close(self) -> None: ...

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        if self._rng.random() < 0.02:
            raise NoResponse(self._rng.choice(["ReadTimeout", "ConnectError", "ReadError"]))
        answer = self._answer_to(request)
        wire = altered(answer, self._rng)
        if stream and wire.is_success:
            wire.stream = _Whole(wire.content)
        return wire

    def _answer_to(self, request: WireRequest) -> Answer:
        call = call_of(request.method, request.target)
        if call == TOKEN.call:
            return TOKEN
        fitting = [answer for answer in self._answers if answer.call == call]
        if fitting:
            count = self._counts[call] = self._counts.get(call, -1) + 1
            return fitting[min(count, len(fitting) - 1)]
        self._next += 1
        return self._answers[self._next % len(self._answers)]


class _Whole:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None: ...


def altered(answer: Answer, rng: random.Random) -> WireResponse:
    status, headers, body = answer.status, list(answer.headers), answer.body
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        match rng.randrange(8):
            case 0:
                status = rng.choice((200, 201, 204, 300, 302, 400, 401, 403, 404, 409, 500, 503))
            case 1 if headers:
                at = rng.randrange(len(headers))
                headers[at] = (headers[at][0], rng.choice(ODD_HEADERS))
            case 2:
                body = rng.choice(ODD_BODIES)
            case 3:
                body = body[: rng.randrange(len(body) + 1)]
            case _:
                body = _altered_json(body, rng)
    return WireResponse(status, headers, body)


def _altered_json(body: bytes, rng: random.Random) -> bytes:
    try:
        value = from_json(body)
    except ValueError:
        at = rng.randrange(len(body) + 1)
        return body[:at] + rng.choice(ODD_BODIES)[:1_000] + body[at:]
    with suppress(ValueError, RecursionError):
        return to_json(altered_value(value, rng))
    return body


def altered_value(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name = rng.choice(list(value))
        match rng.randrange(6):
            case 0:
                return {key: part for key, part in value.items() if key != name}
            case 1:
                return {**value, name: rng.choice(ODD_VALUES)}
            case _:
                return {**value, name: altered_value(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        match rng.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, *value]
            case _:
                return [*value[:at], altered_value(value[at], rng), *value[at + 1 :]]
    return rng.choice(ODD_VALUES)
