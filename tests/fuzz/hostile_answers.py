"""Runs all that asks an org on answers of a real shape that something has altered.

Every action, as a whole and as a stream, every trigger, and the hooks for builders and sign-ins.
The shapes are those of the cassettes; what is altered follows from the number of the case alone, so
that a case that fails is run again by its number:

    python -m fuzz.hostile_answers --first 4711 --count 1
"""

import argparse
import base64
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from fuzz.altered_answers import AlteredAnswers, Answer, altered_value, call_of
from fuzz.flow_steps import drive
from memory_connection import MemoryConnection

from salesforce_actions import live_schema, scheduled_refresh, sign_in
from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector import connection_test
from salesforce_connector.errors import ConnectorError, RecordsFailed
from salesforce_connector.files.file_access import FILES_BELOW
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.result import Result
from salesforce_connector.metadata import option_sources
from salesforce_connector.raw_rows import dump
from salesforce_connector.validation import read_input

CASSETTES = Path(__file__).parents[2] / "cassettes"

SIGNED_IN = {
    "access_token": "ACCESS-1",
    "refresh_token": "REFRESH-1",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000062EAA/005000000000001AAA",
}
SETTINGS = {
    "my_domain_url": "https://acme.my.salesforce.com",
    "consumer_key": "3MVG9",
    "consumer_secret": "SECRET",
}

# Inputs that have an action read or write files, beside its examples.
FILE_INPUTS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "bulk_query": (
        {"soql": "SELECT Id FROM Contact", "format": "csv", "path": "out.csv"},
        {"soql": "SELECT Id FROM Contact", "format": "parquet", "path": "out.parquet"},
        {"job_id": "750000000000000001", "format": "csv", "path": "out.csv"},
    ),
    "bulk_write": (
        {"sobject": "Lead", "operation": "insert", "path": "in.csv", "results_folder": "results"},
        {
            "sobject": "Lead",
            "operation": "insert",
            "records": [{"LastName": "A"}, {"LastName": "B"}],
            "results_folder": "results",
        },
    ),
    "download_file": ({"id": "068D00000000pgOIAQ", "path": "out.bin"},),
    "get_bulk_results": ({"job_id": "750000000000000001", "results_folder": "results"},),
    "retry_failed_records": ({"job_id": "750000000000000001", "results_folder": "results"},),
    "upload_file": ({"path": "in.csv", "record_ids": ["001D000000IqhSLIAZ"]},),
}
EMPTY_PAGE = Answer(
    "", 200, ((b"content-type", b"application/json"),), b'{"records": [], "done": true}'
)
_JOB = re.compile(rb"750[a-zA-Z0-9]{15}", re.ASCII)
_PATHS = ("path", "folder", "results_folder")


@dataclass
class Outcome:
    """What became of cases.

    Attributes:
        failures: Number of the case, and what was wrong.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Case:
    """One run on altered answers.

    Attributes:
        writes: Whether each call that was sent had an effect, as far as its answer says.
    """

    name: str
    rng: random.Random
    folder: Path
    writes: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = {**SETTINGS, "check_fields": self.rng.random() < 0.1}
        self.connection = MemoryConnection("authorization_code", settings, SIGNED_IN)
        self.answers = _recorded(self.name.rpartition(":")[2], succeeds=self.rng.random() < 0.9)
        self.transport = AlteredAnswers(self.answers, self.rng)

    def run(self) -> object:
        """Run it; gives the output."""
        kind, _, name = self.name.rpartition(":")
        match kind:
            case "" if name in ACTIONS:
                action = ACTIONS[name]
                output = self._drive(action.flow(read_input(action.input, self._inputs(), name)))
                return None if output is None else dump(output)
            case "stream":
                action = ACTIONS[name]
                assert action.stream is not None
                return self._drive(action.stream(read_input(action.input, self._inputs(), name)))
            case "":
                return self._poll()
            case "schema":
                definition = ACTIONS.get(name) or TRIGGERS[name]
                return self._drive(live_schema.flow(definition, self._inputs()))
            case "options":
                inputs = {"sobject": "Account", "campaign_id": "701000000000001AAA"}
                if self.rng.random() < 0.3:
                    odd = altered_value(inputs, self.rng)
                    inputs = odd if isinstance(odd, dict) else inputs
                position = altered_value({"stage": 0, "at": 0, "label": "A", "id": "x"}, self.rng)
                token = base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
                page = token if self.rng.random() < 0.3 else None
                return self._drive(option_sources.flow(name, inputs, "", page))
            case _:
                return self._hook(name)

    def _poll(self) -> object:
        """Poll a trigger twice, the second time from where the first one came to, or nearly so."""
        trigger = TRIGGERS[self.name]
        args = read_input(trigger.input, self._inputs(), self.name)
        batch = self._drive(trigger.flow(args, None))
        if batch is None:
            return None
        cursor = batch.cursor
        if self.rng.random() < 0.5:
            cursor = altered_value(cursor, self.rng)
        if isinstance(cursor, dict):
            self._drive(trigger.flow(args, cursor))
        return batch

    def _hook(self, name: str) -> object:
        match name:
            case "test":
                flow = connection_test.flow(connection_test.Report(), proxy=None)
                state = ConnectionState(self.connection)
                facts = connection_test.Facts(
                    *(state.session.method, state.session.settings, state.session.credentials),
                    *(state.session.base_url, state.session.rotates, state.version),
                    Result().usage,
                )
                with_facts = connection_test.with_facts(flow, lambda: facts)
                return self._drive(with_facts, trusted=True)
            case "refresh":
                session = ConnectionState(self.connection).session
                return scheduled_refresh.refresh(session, self.transport, self.connection)
            case _:
                method = self.connection.method
                begun = sign_in.begin(method, SETTINGS, "http://localhost:1717/callback")
                callback = f"http://localhost:1717/callback?code=C&state={begun['state']}"
                return sign_in.finish(method, SETTINGS, begun["pending"], callback, self.transport)

    def _drive(self, flow: Any, *, trusted: bool = False) -> Any:
        return drive(self.connection, self.transport, flow, self.writes, trusted=trusted)

    def _inputs(self) -> Any:
        name = self.name.rpartition(":")[2]
        definition = ACTIONS.get(name) or TRIGGERS[name]
        examples = [example.input for example in definition.examples]
        example = self.rng.choice([*examples, *FILE_INPUTS.get(name, ())])
        inputs = _in_folder(example, self.folder) | self._job(example)
        if self.rng.random() < 0.1:  # a builder may be hostile too
            odd = altered_value(inputs, self.rng)
            return odd if isinstance(odd, dict) else inputs
        return inputs

    def _job(self, example: Mapping[str, Any]) -> dict[str, str]:
        """Ask for the job that the answers are about."""
        jobs = (_JOB.search(answer.body) for answer in self.answers)
        job = next((match[0].decode() for match in jobs if match), "")
        return {"job_id": job} if job and "job_id" in example else {}


def run_cases(first: int, count: int, until: Callable[[], bool] = lambda: False) -> Outcome:
    """Run cases; stops early when `until` says so."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as outside:
        folder = Path(os.path.realpath(outside)) / "inside"
        folder.mkdir()
        with _files_below(folder):
            for number in range(first, first + count):
                if until():
                    break
                try:
                    outcome.kinds[run_case(number, folder)] += 1
                except Exception as exc:  # noqa: BLE001 - all that leaves and should not
                    name = names()[number % len(names())]
                    outcome.failures.append((number, f"{name}: {exc!r}"))
    return outcome


def run_case(number: int, folder: Path) -> str:
    """Run one case; gives what came of it.

    Raises:
        Exception: The law is broken: something other than an error of ours has left, one that says
            that nothing was sent after something was written, or a file lies where none belongs.
    """
    rng = random.Random(number)  # noqa: S311 - reproducible
    case = Case(names()[number % len(names())], rng, folder)
    may_go_on = False  # with half a file
    try:
        case.run()
    except ConnectorError as error:
        may_go_on = error.kind == "retryable"
        _check_error(error, case.writes)
        return error.kind
    finally:
        if list(folder.parent.iterdir()) != [folder]:
            raise AssertionError("a file outside of the folder")
        left = [*folder.rglob("*.part")]
        for path in left:
            path.unlink()
        if left and not may_go_on:
            raise AssertionError(f"half a file was left behind: {left}")
    return "output"


def _check_error(error: ConnectorError, writes: list[bool]) -> None:
    misread = error.kind == "bad_reply" or (writes and not writes[-1])
    if any(writes) and misread and not (error.sent or isinstance(error, RecordsFailed)):
        raise AssertionError(f"sent is false after a write: {error!r}") from error
    if len(str(error)) > 20_000:
        raise AssertionError("an error of more than 20,000 characters") from error


@cache
def names() -> tuple[str, ...]:
    """All that is run, in a fixed order."""
    return (
        *sorted(ACTIONS),
        *sorted(TRIGGERS),
        *(f"stream:{name}" for name in sorted(ACTIONS) if ACTIONS[name].stream is not None),
        *(f"schema:{name}" for name in sorted({**ACTIONS, **TRIGGERS})),
        *(f"options:{name}" for name in sorted(option_sources.SOURCES)),
        *(f"hook:{name}" for name in ("test", "refresh", "sign_in")),
    )


@contextmanager
def _files_below(folder: Path) -> Generator[None]:
    """Be a host that allows files below a folder."""
    before = os.environ.get(FILES_BELOW)
    os.environ[FILES_BELOW] = str(folder)
    (folder / "results").mkdir()
    (folder / "in.csv").write_bytes(b"LastName,Company\n" + b"A,B\n" * 50)
    try:
        yield
    finally:
        if before is None:
            del os.environ[FILES_BELOW]
        else:
            os.environ[FILES_BELOW] = before


def _in_folder(example: Any, folder: Path) -> Any:
    """Put the files that an example names into a folder of the test's."""
    if isinstance(example, Mapping):
        return {
            name: str(folder / Path(str(value)).name)
            if name in _PATHS and isinstance(value, str)
            else _in_folder(value, folder)
            for name, value in example.items()
        }
    return example


@cache
def _recorded(name: str, *, succeeds: bool) -> tuple[Answer, ...]:
    """Return the answers of an action's cassettes; for what has none, those of many actions."""
    stem = "succeeds.yaml" if succeeds else "fails.yaml"
    if not (CASSETTES / name).is_dir():
        return _all_recorded(stem)
    return tuple(_read_cassette(CASSETTES / name / stem)) or (EMPTY_PAGE,)


@cache
def _all_recorded(stem: str) -> tuple[Answer, ...]:
    return tuple(
        answer for folder in sorted(CASSETTES.iterdir()) for answer in _read_cassette(folder / stem)
    )


def _read_cassette(path: Path) -> Iterator[Answer]:
    if not path.exists():
        return
    for interaction in yaml.load(path.read_text(), yaml.CSafeLoader)["interactions"]:
        request, response = interaction["request"], interaction["response"]
        if "/services/oauth2/token" in request["uri"]:
            continue
        body = response["body"]["string"]
        headers = tuple(
            (key.encode(), value.encode())
            for key, values in response["headers"].items()
            for value in values
            if key.lower() != "content-encoding"
        )
        content = body if isinstance(body, bytes) else body.encode()
        call = call_of(request["method"], urlsplit(request["uri"]).path)
        yield Answer(call, response["status"]["code"], headers, content)


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
