"""The scenarios, each as large as it is asked to be, and what became of them in one line."""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
from chaos.chaos_faults import TOKEN_PATH, WatchedConnection
from chaos.chaos_org import ChaosOrg
from chaos.chaos_processes import ForkServer, Process, call_in_turn, call_often
from chaos.store_location import NAME, StoreLocation
from connector.acme_connection import AcmeConnection
from connector.client_drivers import AsyncDriver, SyncDriver
from connector.scripted_org import TokenOrg

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError, Unauthorized
from salesforce_connector.flow import Call
from salesforce_connector.http.transport import MAX_IN_FLIGHT, network

LONGEST_LIFE = 0.04  # seconds of a call that renews, from the opened store to its answer


@dataclass(frozen=True)
class Outcome:
    """What became of a scenario.

    Attributes:
        calls: That were made.
        lost: Of them, those that met an error.
        refreshes: Requests that the token endpoint was sent; where processes are killed, those
            that it granted.
        grants_lost: Sign-ins after which a person must sign in again.
        note: What else is to be known.
    """

    scenario: str
    calls: int
    lost: int
    refreshes: int
    grants_lost: int
    note: str = ""


def stampede(
    org: ChaosOrg,
    location: StoreLocation,
    *,
    processes: int,
    calls: int,
    kind: str = "threads",
    down_for: float = 0.0,
) -> Outcome:
    """Let processes meet an ended token with many calls at once."""
    location.keep(org.settings, org.sign_in())
    crowd = [
        Process(call_often, location, calls // processes, kind, down_for) for _ in range(processes)
    ]
    for item in crowd:
        item.wait_for("ready")
    began = time.monotonic()
    for item in crowd:
        item.go_on()
    did = [worker.did() for worker in crowd]
    took = time.monotonic() - began
    codes = sorted({code for outcome in did for code in outcome.lost})
    down = f", sign-in down {down_for:g} s" if down_for else ""
    return Outcome(
        f"{calls} calls on an ended token, {processes} process(es), {kind}{down}",
        calls=sum(outcome.done + sum(outcome.lost.values()) for outcome in did),
        lost=sum(sum(outcome.lost.values()) for outcome in did),
        refreshes=sum(outcome.refreshes for outcome in did),
        grants_lost=int(org.refreshes is None),
        note=f"{took:.1f} s" + (f", {', '.join(codes)}" if codes else ""),
    )


def storm(
    org: ChaosOrg,
    location: StoreLocation,
    *,
    processes: int,
    calls: int,
    kind: str,
    probability: float,
) -> Outcome:
    """Let processes share a connection whose session ends again and again while they call."""
    org.end_sessions_by_chance(probability)
    try:
        outcome = stampede(org, location, processes=processes, calls=calls, kind=kind)
    finally:
        org.clear_faults()
    chance = f"{probability:.0%} of them end the session first"
    return replace(outcome, scenario=f"{calls} calls, {chance}, {processes} processes, {kind}")


def crowd(kind: type[SyncDriver] | type[AsyncDriver], calls: int) -> Outcome:
    """Let all calls that may be under way be refused before the first of them may renew the token.

    No socket is between: this is about the waiting alone.
    """
    org = TokenOrg(gather=min(calls, MAX_IN_FLIGHT))
    org.end_session()
    stored = AcmeConnection()
    driver = kind(stored, org)
    began = time.monotonic()
    outcomes = driver.together([Call("GET", "/limits")] * calls)
    took = time.monotonic() - began
    driver.close()
    return Outcome(
        f"{calls} calls refused before the first renewal, {kind.__name__}, in memory",
        calls,
        sum(isinstance(outcome, ConnectorError) for outcome in outcomes),
        len(org.token_requests),
        int(stored.credentials["refresh_token"] != org.refresh),
        f"{took:.1f} s",
    )


def killed_at(
    org: ChaosOrg, location: StoreLocation, fork_server: ForkServer, step: str, times: int
) -> Outcome:
    """Kill a process at one step of its renewal, and let the next one call."""
    lost, inputs = 0, org.tokens_given
    for _ in range(times):
        location.keep(org.settings, org.sign_in())
        assert fork_server.dies_at(step), f"it lived through {step!r}"
        lost += not _call(location)
    return Outcome(f"kill -9: {step}", times, times, org.tokens_given - inputs, lost)


def killed_at_random(
    org: ChaosOrg,
    location: StoreLocation,
    fork_server: ForkServer,
    times: int,
    moments: random.Random,
) -> Outcome:
    """Kill a process at any moment of its call; one that was too fast is not counted as a kill."""
    lost, killed, inputs = 0, 0, org.tokens_given
    for _ in range(times):
        location.keep(org.settings, org.sign_in())
        killed += fork_server.dies_after(moments.uniform(0.0, LONGEST_LIFE))
        lost += not _call(location)
    return Outcome(
        "kill -9: at a random moment of its call",
        times,
        killed,
        org.tokens_given - inputs,
        lost,
    )


def in_turn(org: ChaosOrg, location: StoreLocation, rounds: int) -> Outcome:
    """Let two engines use one connection by turns, each meeting the other's ended token."""
    location.keep(org.settings, org.sign_in())
    engines = [Process(call_in_turn, location, rounds) for _ in range(2)]
    for item in engines:
        item.wait_for("ready")
    for _ in range(rounds):
        for item in engines:
            org.end_sessions()
            item.go_on()
            item.wait_for("called")
    did = [engine.did() for engine in engines]
    lost = sum(sum(outcome.lost.values()) for outcome in did)
    return Outcome(
        f"two engines by turns, the session ended before each of {2 * rounds} calls",
        2 * rounds,
        lost,
        sum(outcome.refreshes for outcome in did),
        int(org.refreshes is None),
    )


def store_restarts(
    org: ChaosOrg, location: StoreLocation, restart: Callable[[], object], *, back_at_once: bool
) -> Outcome:
    """Let the store's server end between Salesforce's answer and the save.

    Args:
        restart: Ends the server; starts it again at its first call, or (not `back_at_once`) at
            its second.
        back_at_once: Whether it is there again when the save comes.
    """
    location.keep(org.settings, org.sign_in())
    store = location.open()
    stored = WatchedConnection(store.get(NAME), once(restart))
    transport = network()
    plugin = SalesforceConnector(transport=transport)
    lost = calls = 0
    for _ in range(3):
        calls += 1
        try:
            plugin.run_action("salesforce", "get_limits", stored, {}, {})
        except Exception:  # noqa: BLE001 - the store's own errors are the host's
            lost += 1
            if not back_at_once:
                restart()
    transport.close()
    store.close()
    alive = _call(location)
    refreshes = org.refreshes or 0
    when = "back at once" if back_at_once else "down while it saves"
    return Outcome(
        f"database restarts between answer and save, {when}", calls, lost, refreshes, int(not alive)
    )


def lossy_window(org: ChaosOrg, location: StoreLocation, times: int) -> list[float]:
    """Measure the seconds between the end of Salesforce's answer and the end of our save."""
    location.keep(org.settings, org.sign_in())
    store = location.open()
    stored = WatchedConnection(store.get(NAME), lambda: None)
    transport = _Timed(httpx.HTTPTransport())
    plugin = SalesforceConnector(transport=transport)
    spans = []
    for _ in range(times):
        org.end_sessions()
        plugin.run_action("salesforce", "get_limits", stored, {}, {})
        spans.append(stored.saved_at - transport.answered_at)
    transport.close()
    store.close()
    return spans


def describe_spans(spans: list[float]) -> str:
    """Write spans of seconds as median and longest, in milliseconds."""
    return f"median {statistics.median(spans) * 1e3:.2f} ms, longest {max(spans) * 1e3:.1f} ms"


def once(act: Callable[[], object]) -> Callable[[], object]:
    """Make an act that is done the first time alone."""
    left = [act]
    return lambda: left.pop()() if left else None


class _Timed(httpx.BaseTransport):
    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport
        self.answered_at = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(request)
        if request.url.path == TOKEN_PATH:
            response.read()
            self.answered_at = time.perf_counter()
        return response

    def close(self) -> None:
        self._transport.close()


def _call(location: StoreLocation) -> bool:
    """Call as the next process would; whether the sign-in is still good."""
    store = location.open()
    transport = network()
    plugin = SalesforceConnector(transport=transport)
    try:
        result: Any = plugin.run_action("salesforce", "get_limits", store.get(NAME), {}, {})
    except Unauthorized:
        return False
    except ConnectorError as error:
        raise AssertionError("the grant is neither good nor gone") from error
    finally:
        transport.close()
        store.close()
    return result is not None
