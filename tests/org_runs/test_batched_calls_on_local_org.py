"""Single calls that travel in batches end as they would alone, whatever they meet."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
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
from salesforce_emulator.records.declared.rules import DuplicateRule, declared_rules
from salesforce_emulator.serving.transport import OrgTransport

Inputs = Mapping[str, Any]
Run = tuple[str, Inputs]
"""An action and its inputs."""

RECORDS = 6  # there before the runs of an example; each run has one of its own
_RECORD_ID = re.compile(r"\b[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\b")
WRITES = re.compile("/(sobjects|composite)")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+Z]+")


class CountingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Passes requests on to an org.

    Attributes:
        calls: How many of each method and path there were, without the root and ids.
        answers: What async requests wait for until they are answered; None: nothing.
        error: Raised for writes, once the org has done them if it is of reading; None: none is.
    """

    def __init__(self, org: Org) -> None:
        self._inner = OrgTransport(org)
        self.calls: Counter[str] = Counter()
        self.answers: asyncio.Event | None = None
        self.error: httpx.TransportError | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count(request)
        self._fail(request, done=False)
        response = self._inner.handle_request(request)
        self._fail(request, done=True)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._count(request)
        await asyncio.sleep(0)  # no org works while a request is being written
        self._fail(request, done=False)
        response = await self._inner.handle_async_request(request)
        self._fail(request, done=True)
        if self.answers is not None:
            await self.answers.wait()
        return response

    def close(self) -> None:
        self._inner.close()

    def _fail(self, request: httpx.Request, *, done: bool) -> None:
        reads = isinstance(self.error, httpx.ReadTimeout | httpx.ReadError)
        if self.error is not None and reads is done and WRITES.search(request.url.path):
            raise self.error

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

        async def run_one(action: str, inputs: Inputs) -> Any:
            started = self.plugin.run_action_async(
                "salesforce", action, self.connection, inputs, context
            )
            assert started is not None
            return await started

        async def main() -> list[Any]:
            await run_one("get_limits", {})  # the connection has been read
            return await asyncio.gather(*(run_one(*run) for run in runs), return_exceptions=True)

        return asyncio.run(main())

    def outcomes_in_threads(self, runs: Sequence[Run], **context: Any) -> list[Any]:
        """Run all at once in threads; give what became of each."""

        def run_one(run: Run) -> Any:
            try:
                return self.plugin.run_action(
                    "salesforce", run[0], self.connection, run[1], context
                )
            except Exception as error:  # noqa: BLE001 - compared
                return error

        with ThreadPoolExecutor(max(1, len(runs))) as threads:
            return list(threads.map(run_one, runs))

    def query(self, soql: str) -> list[dict[str, Any]]:
        """Return records as another user of the org reads them."""
        reader = MemoryConnection("client_credentials", app_settings(self.org, "automation"))
        inputs = {"soql": soql, "include_deleted": True}
        result = self.plugin.run_action("salesforce", "query", reader, inputs, {})
        assert result is not None
        records: list[dict[str, Any]] = result["output"]["records"]
        return records

    def accounts(self) -> list[Any]:
        """Return all accounts, without what tells one org from another."""
        soql = "SELECT Name, Rating, Industry, External_Id__c, IsDeleted FROM Account"
        return sorted(str({**record, "attributes": None}) for record in self.query(soql))

    def close(self) -> None:
        self.plugin.close()
        self.transport.close()
        self.org.close()


@contextmanager
def engines(*, check: bool) -> Generator[tuple[Engine, Engine]]:
    """One engine that batches, and one that sends each call alone."""
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
    created = engine.run("create_records", inputs)["output"]["records"]
    gone = engine.run("create_record", {"sobject": "Account", "fields": {"Name": "Gone"}})
    contact = engine.run("create_record", {"sobject": "Contact", "fields": {"LastName": "Doe"}})
    engine.run("delete_record", {"sobject": "Account", "id": gone["output"]["id"]})
    runs: list[Run] = []
    for number, (action, target, inputs) in enumerate(planned):
        run = {"sobject": "Account", **inputs}
        if action in ("update_record", "delete_record", "get_record"):
            run["id"] = {
                "own": created[number]["id"],
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
    "concurrent_limit", "session_expired", "row_lock", "wrong_content_type", "truncated_body",
]  # fmt: skip
ERRORS = [
    httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteTimeout, httpx.WriteError,
    httpx.ReadTimeout, httpx.ReadError,
]  # fmt: skip
OWN_WRITES = [
    ("create_record", "own", {"fields": {"Name": "Acme"}}),
    ("update_record", "own", {"fields": {"Name": "Acme"}}),
    ("delete_record", "own", {}),
] * 2


@at_once
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_batch_is_a_fault_of_each_of_its_calls(outcomes: Outcomes, fault: str) -> None:
    with engines(check=True) as (batching, single):
        ends = []
        for engine in (batching, single):
            runs = prepare(engine, OWN_WRITES)
            faults_of(engine.org).add(kind=fault, path=WRITES.pattern, count=None)
            ends.append([normalize(end) for end in outcomes(engine, runs, retry_for=0)])
            faults_of(engine.org).clear()
        assert ends[0] == ends[1]
        assert batching.accounts() == single.accounts()


@at_once
@pytest.mark.parametrize("error", ERRORS)
def test_a_batch_without_a_response_is_a_call_without_one_to_each_of_its_callers(
    outcomes: Outcomes, error: type[httpx.TransportError]
) -> None:
    with engines(check=True) as (batching, single):
        ends = []
        for engine in (batching, single):
            runs = prepare(engine, OWN_WRITES)
            engine.transport.error = error("")
            ends.append([normalize(end) for end in outcomes(engine, runs, retry_for=0)])
            engine.transport.error = None
        assert ends[0] == ends[1]
        assert batching.accounts() == single.accounts()


ROUNDS = 4
faults = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(FAULTS),
            "path": st.sampled_from(["/composite/sobjects", "/sobjects/Lead$", "/"]),
            "skip": st.integers(0, 3),
            "count": st.integers(1, 4),
            "probability": st.sampled_from([1.0, 0.5]),
        }
    ),
    max_size=4,
)


@some
@given(
    faults,
    st.lists(st.integers(0, ROUNDS - 1), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 12)), max_size=6),
)
def test_no_create_is_lost_or_done_twice(
    planned: list[dict[str, Any]], starts: list[int], cancelled: list[tuple[int, int]]
) -> None:
    """Whatever happens to the batches on their way, and whoever is cancelled.

    Args:
        planned: Faults that the org is to have.
        starts: The loop's round in which each create begins.
        cancelled: Which creates are cancelled, and in which round.
    """
    engine = Engine(batch=True, check=False)

    async def create(number: int) -> Any:
        for _ in range(starts[number]):
            await asyncio.sleep(0)
        fields = {"LastName": f"Lead {number}", "Company": "Acme"}
        return await _start(
            engine, "create_record", engine.connection, {"sobject": "Lead", "fields": fields}
        )

    async def main() -> list[Any]:
        await _start(engine, "get_limits", engine.connection, {})
        for fault in planned:
            faults_of(engine.org).add(**fault)
        tasks = [asyncio.ensure_future(create(number)) for number in range(len(starts))]
        for round_number in range(20):
            for number, when in cancelled:
                if when == round_number and number < len(tasks):
                    tasks[number].cancel()
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks, return_exceptions=True)

    try:
        ends = asyncio.run(main())
        faults_of(engine.org).clear()
        leads = engine.query("SELECT Id, LastName FROM Lead WHERE Company = 'Acme'")
        names = Counter(lead["LastName"] for lead in leads)
        ids = {lead["Id"]: lead["LastName"] for lead in leads}
        for number, end in enumerate(ends):
            name = f"Lead {number}"
            if isinstance(end, dict):
                assert ids[end["output"]["id"]] == name
                assert names[name] == 1
            elif isinstance(end, ConnectorError):
                assert names[name] <= int(end.sent)
            else:
                assert isinstance(end, asyncio.CancelledError)
                assert names[name] <= 1
    finally:
        engine.close()


@at_once
def test_a_duplicate_in_a_batch_names_its_matches_as_it_does_alone(outcomes: Outcomes) -> None:
    planned: list[tuple[str, str, dict[str, Any]]] = [
        ("create_record", "own", {"fields": {"Name": "Gone"}}),
        ("create_record", "own", {"fields": {"Name": "Own 1"}}),
        ("create_record", "own", {"fields": {"Name": "Own 2"}, "allow_duplicates": True}),
        ("create_record", "own", {"fields": {"Name": "New"}}),
        ("update_record", "own", {"fields": {"Name": "Own 3"}}),
        ("update_record", "own", {"fields": {"Rating": "Hot"}}),
    ]
    with engines(check=True) as (batching, single):
        ends = []
        for engine in (batching, single):
            runs = prepare(engine, planned)
            declared_rules(engine.org).duplicate_rules.append(DuplicateRule("Account", ("Name",)))
            ends.append([normalize(end) for end in outcomes(engine, runs)])
        assert ends[0] == ends[1]
        assert [end[1] for end in ends[0] if isinstance(end, tuple)].count(
            "DUPLICATES_DETECTED"
        ) >= 2
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
