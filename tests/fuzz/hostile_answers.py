"""Runs every action and trigger on answers of a real shape that something has altered.

The shapes are those of the cassettes; what is altered follows from the number of the case alone, so
that a case that fails is run again by its number:

    python -m fuzz.hostile_answers --first 4711 --count 1
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from memory_connection import MemoryConnection
from pydantic_core import from_json, to_json

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.action import Call, Fetch
from salesforce_connector.errors import ConnectorError, RecordsFailed
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import exchange
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.pipeline import Attempt, Pipeline, Send
from salesforce_connector.http.request_writer import RequestWriter
from salesforce_connector.http.result import Result
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.policy import Policy
from salesforce_connector.raw_rows import dump
from salesforce_connector.validation import read_input

CASSETTES = Path(__file__).parents[2] / "cassettes"
MAX_SENDS = 60  # of a flow; one that polls for ever is left

SIGNED_IN = {
    "access_token": "ACCESS-1",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000062EAA/005000000000001AAA",
}
SETTINGS = {
    "my_domain_url": "https://acme.my.salesforce.com",
    "consumer_key": "3MVG9",
    "consumer_secret": "SECRET",
}

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
    """One recorded response."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass
class Outcome:
    """What became of cases.

    Attributes:
        failures: Number of the case, and what was wrong.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)


class AlteredAnswers:
    """A transport that answers by what was recorded for an action, altered here and there."""

    def __init__(self, answers: tuple[Answer, ...], rng: random.Random) -> None:
        self._answers = answers
        self._rng = rng
        self._next = 0

    def acquire(self) -> None: ...
    def release(self) -> None: ...
    def close(self) -> None: ...

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        del request
        if self._rng.random() < 0.02:
            raise NoResponse(self._rng.choice(["ReadTimeout", "ConnectError", "ReadError"]))
        answer = self._answers[self._next % len(self._answers)]
        self._next += 1
        wire = _altered(answer, self._rng)
        if stream and wire.is_success:
            wire.stream = _Whole(wire.content)
        return wire


class _Whole:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None: ...


def run_cases(first: int, count: int, until: Callable[[], bool] = lambda: False) -> Outcome:
    """Run cases; stops early when `until` says so."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            if until():
                break
            try:
                outcome.kinds[run_case(number, Path(folder))] += 1
            except Exception as exc:  # noqa: BLE001 - all that leaves and should not
                outcome.failures.append((number, f"{names()[number % len(names())]}: {exc!r}"))
    return outcome


def run_case(number: int, folder: Path) -> str:
    """Run one case; gives what came of it.

    Raises:
        Exception: The law is broken: something other than an error of ours has left, or one that
            says that nothing was sent after something was written.
    """
    rng = random.Random(number)  # noqa: S311 - reproducible
    name = names()[number % len(names())]
    definition = ACTIONS[name] if name in ACTIONS else TRIGGERS[name]
    inputs = _inputs(rng.choice(definition.examples).input, folder)
    state = ConnectionState(
        MemoryConnection(
            "client_credentials", {**SETTINGS, "check_fields": rng.random() < 0.1}, SIGNED_IN
        )
    )
    transport = AlteredAnswers(_recorded(name, succeeds=rng.random() < 0.9), rng)
    writes: list[bool] = []
    try:
        args = read_input(definition.input, inputs, name)
        run: Any = definition.flow
        flow = run(args) if name in ACTIONS else run(args, None)
        output = _drive(state, transport, flow, writes)
        if output is not None and name in ACTIONS:
            dump(output)
    except ConnectorError as error:
        misread = error.kind == "bad_reply" or (writes and not writes[-1])
        if any(writes) and misread and not (error.sent or isinstance(error, RecordsFailed)):
            raise AssertionError(f"sent is false after a write: {error!r}") from error
        if len(str(error)) > 20_000:
            raise AssertionError("an error of more than 20,000 characters") from error
        return error.kind
    return "output"


@cache
def names() -> tuple[str, ...]:
    """All actions and triggers, in a fixed order."""
    return (*sorted(ACTIONS), *sorted(TRIGGERS))


def _drive(state: ConnectionState, transport: AlteredAnswers, flow: Any, writes: list[bool]) -> Any:
    """Carry out the pipeline's steps: sends go to the transport, nothing is waited for."""
    writer = RequestWriter(state, "fuzz")
    steps = Pipeline(state, Policy(state.session.settings, state.fields)).run(
        flow, Result(retry_for=0.0)
    )
    sends = 0
    try:
        step = next(steps)
        while sends < MAX_SENDS:
            try:
                reply: Attempt | None = None
                if isinstance(step, Send):
                    sends += 1
                    reply = _send(state, writer, transport, step.call, writes)
            except ConnectorError as error:
                step = steps.throw(error)
            else:
                step = steps.send(reply)
    except StopIteration as stopped:
        return stopped.value
    finally:
        steps.close()
    return None


def _send(
    state: ConnectionState,
    writer: RequestWriter,
    transport: AlteredAnswers,
    call: Call | Fetch,
    writes: list[bool],
) -> Attempt:
    credentials = state.session.credentials
    if isinstance(call, Fetch):
        raise ConnectorErrorOfFetch("The bus is closed.", code="CLOSED")
    try:
        response = exchange(transport, writer.write(call, credentials), call)
    except ConnectorError as error:
        writes.append(False)
        if error.kind == "retryable":
            return credentials, error
        raise
    writes.append(response.is_success and not call.reading)
    return credentials, response


class ConnectorErrorOfFetch(ConnectorError):
    """There is no event bus here."""

    kind = "rejected"


def _inputs(example: Any, folder: Path) -> Any:
    """Keep files that an example names in a folder of the test's."""
    if isinstance(example, dict):
        return {
            name: str(folder / Path(str(value)).name)
            if name in ("path", "folder") and isinstance(value, str)
            else _inputs(value, folder)
            for name, value in example.items()
        }
    return example


@cache
def _recorded(name: str, *, succeeds: bool) -> tuple[Answer, ...]:
    answers: list[Answer] = []
    for path in (CASSETTES / name).glob("succeeds.yaml" if succeeds else "fails.yaml"):
        for interaction in yaml.load(path.read_text(), yaml.CSafeLoader)["interactions"]:
            if "/services/oauth2/token" in interaction["request"]["uri"]:
                continue
            response = interaction["response"]
            body = response["body"]["string"]
            headers = tuple(
                (key.encode(), value.encode())
                for key, values in response["headers"].items()
                for value in values
                if key.lower() != "content-encoding"
            )
            raw = body if isinstance(body, bytes) else body.encode()
            answers.append(Answer(response["status"]["code"], headers, raw))
    return tuple(answers) or (
        Answer(200, ((b"content-type", b"application/json"),), b'{"records": [], "done": true}'),
    )


def _altered(answer: Answer, rng: random.Random) -> WireResponse:
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
        return to_json(_altered_value(value, rng))
    return body


def _altered_value(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name = rng.choice(list(value))
        match rng.randrange(6):
            case 0:
                return {key: part for key, part in value.items() if key != name}
            case 1:
                return {**value, name: rng.choice(ODD_VALUES)}
            case _:
                return {**value, name: _altered_value(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        match rng.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, *value]
            case _:
                return [*value[:at], _altered_value(value[at], rng), *value[at + 1 :]]
    return rng.choice(ODD_VALUES)


def main() -> int:
    """Run many cases, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1_000_000)
    arguments = parser.parse_args()
    started = time.monotonic()
    outcome = run_cases(arguments.first, arguments.count)
    seconds = time.monotonic() - started
    print(f"{arguments.count:,} cases in {seconds:,.0f} s: {dict(outcome.kinds)}")  # noqa: T201
    for number, wrong in outcome.failures[:50]:
        print(f"case {number}: {wrong}")  # noqa: T201
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
