"""Threads that gather their calls: who sends for whom, and what each of them gets."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from connector.acme_connection import AcmeConnection

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import RateLimited
from salesforce_connector.flow import Call
from salesforce_connector.http.batch_calls import read_call
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline import Attempt
from salesforce_connector.http.retry import NO_FREE_SLOT
from salesforce_connector.http.thread_batcher import MAX_BUSY, ThreadBatcher
from salesforce_connector.http.wire_response import WireResponse

PATIENCE = 10.0
GATHERED = 450  # more than two batches hold
CONNECTION = AcmeConnection()


def create(number: int) -> Call:
    return Call("POST", "/sobjects/Lead", json={"LastName": str(number)}, checked=True)


class Sender:
    """Sends calls when it is let.

    Attributes:
        sent: The calls, batches as one.
    """

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[Call] = []
        self.go_on = threading.Event()
        self.batcher = ThreadBatcher(self._send, ConnectionState(CONNECTION))
        self._error = error

    def _send(self, call: Call, connection: Connection, background: bool) -> Attempt:
        assert connection is CONNECTION
        assert not background
        self.sent.append(call)
        assert self.go_on.wait(PATIENCE)
        records = call.json.get("records")
        if records and self._error is not None:
            raise self._error
        if records is None:
            return Credentials(), WireResponse.of_json(201, {"id": call.json["LastName"]})
        ids = [{"id": record["LastName"], "success": True} for record in records]
        return Credentials(), WireResponse.of_json(200, ids)

    def send_all(self, threads: ThreadPoolExecutor) -> list[Future[Attempt | None]]:
        """Let no call be answered before the first are under way and the others wait."""
        first = [self._start(threads, number) for number in range(MAX_BUSY)]
        self._until(lambda: len(self.sent) == MAX_BUSY)
        rest = [self._start(threads, MAX_BUSY + number) for number in range(GATHERED)]
        self._until(lambda: sum(map(len, self.batcher._groups.values())) == GATHERED)
        self.go_on.set()
        return first + rest

    def _start(self, threads: ThreadPoolExecutor, number: int) -> Future[Attempt | None]:
        return threads.submit(self.batcher.send, create(number), CONNECTION, False)

    def _until(self, condition: Callable[[], bool]) -> None:
        for _ in range(1_000):
            if condition():
                return
            threading.Event().wait(PATIENCE / 1_000)
        raise AssertionError("it did not come about")


def test_calls_that_gather_are_sent_together_and_each_thread_gets_its_own() -> None:
    sender = Sender()
    with ThreadPoolExecutor(MAX_BUSY + GATHERED) as threads:
        attempts = [future.result(PATIENCE) for future in sender.send_all(threads)]

    for number, attempt in enumerate(attempts):
        assert attempt is not None
        response = attempt[1]
        assert isinstance(response, WireResponse)
        assert (response.status_code, f'"{number}"'.encode() in response.content) == (201, True)
    sizes = sorted(len(call.json.get("records", "x")) for call in sender.sent)
    assert sizes == [1] * MAX_BUSY + [50, 200, 200]


def test_an_error_of_a_batch_is_raised_in_each_of_its_threads() -> None:
    limit = RateLimited("No calls are left.", code="CALL_FLOOR_REACHED")
    sender = Sender(limit)
    with ThreadPoolExecutor(MAX_BUSY + GATHERED) as threads:
        futures = sender.send_all(threads)
        errors = [future.exception(PATIENCE) for future in futures[MAX_BUSY:]]

    assert {type(error) for error in errors} == {RateLimited}
    assert len({id(error) for error in errors}) == GATHERED  # what handles one may write into it


def test_calls_are_sent_alone_where_a_batch_would_wait_for_other_long_calls() -> None:
    """A batch is of a kind that may take long, a call for one record is not."""
    sender = Sender(RateLimited("Too many long calls.", code=NO_FREE_SLOT))
    with ThreadPoolExecutor(MAX_BUSY + GATHERED) as threads:
        futures = sender.send_all(threads)
        attempts = [future.result(PATIENCE) for future in futures[MAX_BUSY:]]

    assert attempts == [None] * GATHERED


def test_what_the_host_raises_is_raised_in_each_thread() -> None:
    sender = Sender(ConnectionError("the host's database is down"))
    with ThreadPoolExecutor(MAX_BUSY + GATHERED) as threads:
        futures = sender.send_all(threads)
        errors = [future.exception(PATIENCE) for future in futures[MAX_BUSY:]]

    assert {type(error) for error in errors} == {ConnectionError}


@pytest.mark.parametrize(
    "call",
    [
        Call("POST", "/sobjects/Lead", json=lambda root: {"url": root}),
        Call("POST", "/sobjects/Lead", json={"attributes": {"type": "Lead"}}),
        Call("POST", "/sobjects/Lead", json={"Description": "x" * 40_000}),
        Call("POST", "/sobjects/Order_Shipped__e", json={"Number__c": 1}),
        Call("PATCH", "/sobjects/Lead/00Q000000000001", json={"Id": "00Q000000000001"}),
        Call("PATCH", "/sobjects/Lead/Key__c/1", params={"updateOnly": "true"}, json={"A": 1}),
        Call("GET", "/sobjects/Lead/00Q000000000001"),
        Call("GET", "/sobjects/Lead/describe", params={"fields": "Id"}),
        Call("GET", "/sobjects/Lead/00Q000000000001", params={"fields": "Id"}, expect=(404,)),
        Call("DELETE", "/sobjects/Lead/00Q000000000001"),  # nobody knows that 00Q are leads
        Call("POST", "/tooling/sobjects/ApexClass", json={"Name": "A"}),
        Call("POST", "/sobjects/Lead", json={"A": 1}, headers={"Sforce-Call-Options": "x"}),
        Call("POST", "/composite", json={}),
    ],
)
def test_calls_that_collections_treat_differently_are_sent_alone(call: Call) -> None:
    sender = Sender()

    assert sender.batcher.send(call, CONNECTION, False) is None
    assert sender.sent == []


def test_a_batch_is_not_sent_where_upserts_do_not_say_what_they_did() -> None:
    old = AcmeConnection(settings={"api_version": "45.0"})
    sender = Sender()
    sender.batcher = ThreadBatcher(sender._send, ConnectionState(old))

    assert sender.batcher.send(create(1), CONNECTION, False) is None
    assert sender.sent == []


def test_background_work_shares_no_batch_with_other_work() -> None:
    """The connection leaves it a share of the day's calls."""
    state = ConnectionState(CONNECTION)
    calls = [read_call(create(1), state, background) for background in (True, False, False)]

    assert len({call.key for call in calls if call is not None}) == 2
