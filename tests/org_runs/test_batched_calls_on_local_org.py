"""Single calls that travel in batches end as they would alone, whatever they meet."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError
from salesforce_emulator.faults.schedule import faults_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

Inputs = Mapping[str, Any]
Run = tuple[str, Inputs]
"""An action and its inputs."""

RECORDS = 6  # there before the runs of an example; each run has one of its own
_RECORD_ID = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+Z]+")


class CountingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Passes requests on to an org.

    Attributes:
        calls: How many of each method and path there were, without the root and ids.
        answers: What async requests wait for until they are answered; None: nothing.
    """

    def __init__(self, org: Org) -> None:
        self._inner = OrgTransport(org)
        self.calls: Counter[str] = Counter()
        self.answers: asyncio.Event | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count(request)
        return self._inner.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._count(request)
        response = await self._inner.handle_async_request(request)
        if self.answers is not None:
            await self.answers.wait()
        return response

    def close(self) -> None:
        self._inner.close()

    def _count(self, request: httpx.Request) -> None:
        path = re.sub(r"^/services/data/v\d+\.0", "", request.url.path)
        self.calls[f"{request.method} {_RECORD_ID.sub('ID', path)}"] += 1


class Engine:
    """One engine with a connection to an org of its own."""

    def __init__(self, *, batch: bool, check: bool = True, settings: Inputs | None = None) -> None:
        self.org = open_org()
        self.transport = CountingTransport(self.org)
        self.plugin = SalesforceConnector(self.transport, self.transport)
        self.connection = MemoryConnection(
            "client_credentials",
            {
                **app_settings(self.org, "automation"),
                "batch_calls": batch,
                "check_fields": check,
                **(settings or {}),
            },
        )

    def run(self, action: str, inputs: Inputs) -> Any:
        return self.plugin.run_action("salesforce", action, self.connection, inputs, {})

    def outcomes_on_loop(self, runs: Sequence[Run], **context: Any) -> list[Any]:
        """Run all at once on an event loop; give what became of each."""

        async def one(action: str, inputs: Inputs) -> Any:
            started = self.plugin.run_action_async(
                "salesforce", action, self.connection, inputs, context
            )
            assert started is not None
            return await started

        async def main() -> list[Any]:
            await one("get_limits", {})  # the connection has been read
            return await asyncio.gather(*(one(*run) for run in runs), return_exceptions=True)

        return asyncio.run(main())

    def outcomes_in_threads(self, runs: Sequence[Run], **context: Any) -> list[Any]:
        """Run all at once in threads; give what became of each."""

        def one(run: Run) -> Any:
            try:
                return self.plugin.run_action(
                    "salesforce", run[0], self.connection, run[1], context
                )
            except Exception as error:  # noqa: BLE001 - compared
                return error

        with ThreadPoolExecutor(max(1, len(runs))) as threads:
            return list(threads.map(one, runs))

    def accounts(self) -> list[Any]:
        """Return all accounts, without what tells one org from another."""
        soql = "SELECT Name, Rating, Industry, External_Id__c, IsDeleted FROM Account"
        reader = MemoryConnection("client_credentials", app_settings(self.org, "automation"))
        inputs = {"soql": soql, "include_deleted": True}
        result = self.plugin.run_action("salesforce", "query", reader, inputs, {})
        assert result is not None
        rows = result["output"]["records"]
        return sorted(str({**row, "attributes": None}) for row in rows)

    def close(self) -> None:
        self.plugin.close()
        self.transport.close()
        self.org.close()


@contextmanager
def engines(*, check: bool) -> Iterator[tuple[Engine, Engine]]:
    """One engine that batches, and one that does not."""
    pair = Engine(batch=True, check=check), Engine(batch=False, check=check)
    try:
        yield pair
    finally:
        for engine in pair:
            engine.close()


def normalize(outcome: Any) -> Any:
    """Return an outcome as its caller sees it, without what differs by org: ids and times."""
    if isinstance(outcome, ConnectorError):
        matches = len(outcome.matches)
        message = _RECORD_ID.sub("ID", outcome.message)
        kind, status = type(outcome).__name__, outcome.status
        return kind, outcome.code, status, outcome.fields, outcome.sent, matches, message
    if isinstance(outcome, BaseException):
        raise outcome
    usage = {name: value for name, value in outcome["usage"].items() if name == "calls"}
    return _TIMESTAMP.sub("TIME", _RECORD_ID.sub("ID", str({**outcome, "usage": usage})))


NAMES = st.sampled_from(["Acme", "Söhne & Co", "x" * 300, ""])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "Name": NAMES,
        "Rating": st.sampled_from(["Hot", "Lukewarm", None]),
        "NumberOfEmployees": st.sampled_from([3, "many", -1]),
        "Nope__c": st.just(1),
        "Industry": st.just("Banking"),
    },
).filter(bool)


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[str, str, dict[str, Any]]]:
    """Runs as action, which record it is about, and the other inputs."""
    planned = []
    for number in range(RECORDS):
        action = draw(
            st.sampled_from(
                ["create_record", "update_record", "upsert_record", "delete_record", "get_record"]
            )
        )
        target = draw(st.sampled_from(["own", "own", "own", "deleted", "contact", "nobody"]))
        inputs: dict[str, Any] = {}
        match action:
            case "create_record":
                inputs["fields"] = draw(FIELDS)
                inputs["allow_duplicates"] = draw(st.booleans())
            case "update_record":
                inputs["fields"] = draw(FIELDS)
                inputs["assignment_rule"] = draw(st.sampled_from(["none", "default"]))
            case "upsert_record":
                key = draw(st.sampled_from(["External_Id__c", "Site"]))
                inputs |= {"external_id_field": key, "fields": draw(FIELDS)}
                inputs["external_id"] = draw(st.sampled_from([f"own-{number}", f"new {number}/é"]))
                inputs["update_only"] = draw(st.booleans())
            case "delete_record":
                inputs["allow_deleted"] = draw(st.booleans())
            case _:
                inputs["fields"] = draw(st.sampled_from([[], ["Name"], ["Name", "Nope__c"]]))
        planned.append((action, target, inputs))
    return planned


def prepare(engine: Engine, planned: Sequence[tuple[str, str, dict[str, Any]]]) -> list[Run]:
    """Make the records that the runs are about; give the runs."""
    records = [
        {"Name": f"Own {number}", "External_Id__c": f"own-{number}"} for number in range(RECORDS)
    ]
    inputs = {"sobject": "Account", "records": records}
    made = engine.run("create_records", inputs)["output"]["records"]
    gone = engine.run("create_record", {"sobject": "Account", "fields": {"Name": "Gone"}})
    contact = engine.run("create_record", {"sobject": "Contact", "fields": {"LastName": "Doe"}})
    engine.run("delete_record", {"sobject": "Account", "id": gone["output"]["id"]})
    runs: list[Run] = []
    for number, (action, target, inputs) in enumerate(planned):
        run = {"sobject": "Account", **inputs}
        if action in ("update_record", "delete_record", "get_record"):
            run["id"] = {
                "own": made[number]["id"],
                "deleted": gone["output"]["id"],
                "contact": contact["output"]["id"],
                "nobody": "001000000000000AAA",
            }[target]
        runs.append((action, run))
    return runs


Outcomes = Callable[..., list[Any]]

at_once = pytest.mark.parametrize(
    "outcomes", [Engine.outcomes_on_loop, Engine.outcomes_in_threads], ids=["loop", "threads"]
)
some = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@at_once
@some
@given(planned=plans(), check=st.booleans())
def test_a_call_in_a_batch_ends_as_it_would_alone(
    outcomes: Outcomes, planned: Any, check: bool
) -> None:
    """For all inputs: outputs, errors, warnings, calls counted, and what is in the org then."""
    with engines(check=check) as (batching, single):
        ends = [
            [normalize(outcome) for outcome in outcomes(engine, prepare(engine, planned))]
            for engine in (batching, single)
        ]
        assert ends[0] == ends[1]
        assert batching.accounts() == single.accounts()


FAULTS = [
    "reset_before", "reset_after", "unknown_exception", "bad_gateway", "bad_gateway_json",
    "maintenance", "unavailable", "no_route", "too_many_requests", "total_limit",
    "concurrent_limit", "session_expired", "row_lock", "wrong_content_type",
]  # fmt: skip


@at_once
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_batch_is_a_fault_of_each_of_its_calls(outcomes: Outcomes, fault: str) -> None:
    own = ("own", "own", "own")
    actions = ("create_record", "update_record", "delete_record")
    planned: list[tuple[str, str, dict[str, Any]]] = []
    for action, target in zip(actions * 2, own * 2, strict=True):
        inputs = {"fields": {"Name": "Acme"}} if action != "delete_record" else {}
        planned.append((action, target, inputs))
    with engines(check=True) as (batching, single):
        ends = []
        for engine in (batching, single):
            runs = prepare(engine, planned)
            faults_of(engine.org).add(kind=fault, path="/(sobjects|composite)", count=None)
            ends.append([normalize(end) for end in outcomes(engine, runs, retry_for=0)])
            faults_of(engine.org).clear()
        assert ends[0] == ends[1]
        assert batching.accounts() == single.accounts()


@at_once
def test_a_batch_whose_session_has_ended_is_sent_again(outcomes: Outcomes) -> None:
    with engines(check=True) as (engine, _):
        engine.run("create_record", {"sobject": "Account", "fields": {"Name": "First"}})
        faults_of(engine.org).add(kind="session_expired", path="/sobjects", count=1)
        creates = [
            ("create_record", {"sobject": "Account", "fields": {"Name": f"A {number}"}})
            for number in range(20)
        ]
        ends = outcomes(engine, creates)

        assert all(len(end["output"]["id"]) == 18 for end in ends)
        assert len(engine.accounts()) == 21


def test_a_burst_on_a_loop_travels_in_as_few_calls_as_there_are_chunks() -> None:
    engine = Engine(batch=True)
    try:
        fields = {"LastName": "Doe", "Company": "Acme"}
        engine.run("create_record", {"sobject": "Lead", "fields": fields})
        engine.transport.calls.clear()
        creates = [("create_record", {"sobject": "Lead", "fields": fields})] * 500

        ids = [end["output"]["id"] for end in engine.outcomes_on_loop(creates)]
        gets = [("get_record", {"sobject": "Lead", "id": id_, "fields": ["Id"]}) for id_ in ids]
        assert [end["output"]["record"]["Id"] for end in engine.outcomes_on_loop(gets)] == ids
        deletes = [("delete_record", {"sobject": "Lead", "id": id_}) for id_ in ids]
        engine.outcomes_on_loop(deletes)

        assert engine.transport.calls == {
            "GET /limits": 3,
            "POST /composite/sobjects": 3,
            "POST /composite/sobjects/Lead": 3,
            "DELETE /composite/sobjects": 3,
        }
    finally:
        engine.close()


def test_calls_with_other_headers_objects_or_conditions_do_not_share_a_batch() -> None:
    engine = Engine(batch=True)
    try:
        account = {"sobject": "Account", "fields": {"Name": "Acme"}}
        lead = {"sobject": "Lead", "fields": {"LastName": "Doe", "Company": "Acme"}}
        ids = [engine.run("create_record", inputs)["output"]["id"] for inputs in (account, lead)]
        engine.transport.calls.clear()
        changed = {"sobject": "Account", "id": ids[0], "fields": {"Rating": "Hot"}}
        condition = {"if_unmodified_since": "2999-01-01T00:00:00Z"}
        ends = engine.outcomes_on_loop(
            [
                ("create_record", account),
                ("create_record", {**account, "allow_duplicates": True}),
                ("create_record", {**account, "assignment_rule": "none"}),
                ("create_record", lead),
                ("update_record", changed),
                ("update_record", {**changed, **condition}),
                ("update_record", {**changed, **condition}),
            ]
        )

        assert [end for end in ends if isinstance(end, BaseException)] == []
        assert not any("composite" in call for call in engine.transport.calls)
    finally:
        engine.close()


def test_connections_share_no_batch() -> None:
    """Each has its own token, restrictions and user."""
    engine = Engine(batch=True)
    try:
        lead = {"sobject": "Lead", "fields": {"LastName": "Doe", "Company": "Acme"}}
        engine.run("create_record", lead)
        other = MemoryConnection("client_credentials", engine.connection.settings)

        async def main() -> None:
            for connection in (engine.connection, other):
                await _start(engine, "get_limits", connection, {})
            engine.transport.calls.clear()
            await asyncio.gather(
                *(
                    _start(engine, "create_record", connection, lead)
                    for connection in (engine.connection, other)
                )
            )

        asyncio.run(main())
        assert engine.transport.calls["POST /sobjects/Lead"] == 2
    finally:
        engine.close()


def test_a_cancelled_call_takes_no_other_with_it() -> None:
    engine = Engine(batch=True)
    try:
        lead = {"sobject": "Lead", "fields": {"LastName": "Doe", "Company": "Acme"}}
        engine.run("create_record", lead)

        async def main() -> list[Any]:
            await _start(engine, "get_limits", engine.connection, {})
            tasks = [
                asyncio.ensure_future(_start(engine, "create_record", engine.connection, lead))
                for _ in range(5)
            ]
            engine.transport.answers = asyncio.Event()
            while not engine.transport.calls["POST /composite/sobjects"]:
                await asyncio.sleep(0)
            tasks[0].cancel()
            tasks[3].cancel()
            engine.transport.answers.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

        ends = asyncio.run(main())
        assert engine.transport.calls["POST /composite/sobjects"] == 1
        assert [isinstance(end, asyncio.CancelledError) for end in ends] == [
            True, False, False, True, False,
        ]  # fmt: skip
    finally:
        engine.close()


async def _start(engine: Engine, action: str, connection: MemoryConnection, inputs: Inputs) -> Any:
    started = engine.plugin.run_action_async("salesforce", action, connection, inputs, {})
    assert started is not None
    return await started


def test_a_restricted_connection_batches_what_it_may_do_and_nothing_else() -> None:
    engine = Engine(batch=True, settings={"allowed_objects": ["Lead"]})
    try:
        lead = {"sobject": "Lead", "fields": {"LastName": "Doe", "Company": "Acme"}}
        account = {"sobject": "Account", "fields": {"Name": "Acme"}}
        engine.run("create_record", lead)
        ends = engine.outcomes_on_loop(
            [("create_record", lead), ("create_record", account), ("create_record", lead)]
        )

        assert [getattr(end, "kind", "ok") for end in ends] == ["ok", "forbidden", "ok"]
        assert engine.transport.calls["POST /composite/sobjects"] == 1
    finally:
        engine.close()


def test_a_delete_by_the_id_of_another_object_deletes_nothing() -> None:
    """Collections delete whatever an id means."""
    engine = Engine(batch=True)
    try:
        account = engine.run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
        inputs = {"sobject": "Contact", "fields": {"LastName": "Doe"}}
        contact = engine.run("create_record", inputs)
        deletes = [
            ("delete_record", {"sobject": "Contact", "id": end["output"]["id"]})
            for end in (account, contact, account)
        ]
        ends = engine.outcomes_on_loop(deletes)

        assert [isinstance(end, ConnectorError) for end in ends] == [True, False, True]
        assert len(engine.accounts()) == 1
        assert "'IsDeleted': False" in engine.accounts()[0]
    finally:
        engine.close()
