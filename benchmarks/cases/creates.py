"""Records written one by one: in sequence, many at once, with latency, at a fixed rate."""

from typing import Final

from benchmarks.case import Case, Client, Goal

LATENCY: Final = 0.020  # seconds; a call to an org in the same region takes 20 to 100 ms
AT_ONCE: Final = 50
CREATES: Final = 1_000
IDEAL: Final = LATENCY * CREATES / AT_ONCE  # seconds

_RATE: Final = 500  # a second, of the open loop

IN_SEQUENCE: Final = Case(
    "P1",
    "one create after another, typed in and out",
    500,
    (
        Client("ours, async", "ours", "our_creates", "creates_async"),
        Client("ours, sync", "ours", "our_creates", "creates"),
        Client("simple-salesforce", "simple-salesforce", "simple_salesforce_work", "creates"),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "creates"),
    ),
    (
        Goal("ours, async", "cpu", 0.25, by="simple-salesforce"),
        Goal("ours, sync", "cpu", 0.30, by="simple-salesforce"),
    ),
    figure="each",
    unit="us",
)

BURST: Final = Case(
    "P2",
    f"{AT_ONCE} creates at once",
    CREATES,
    (
        Client("ours", "ours", "our_creates", "creates_at_once"),
        Client(
            "simple-salesforce", "simple-salesforce", "simple_salesforce_work", "creates_at_once"
        ),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "creates_at_once"),
        Client("bare aiohttp", "bare", "bare", "aiohttp_creates_at_once"),
        Client("bare httpx", "bare", "bare", "httpx_creates_at_once"),
    ),
    (
        Goal("ours", "cpu", 0.20, by="simple-salesforce"),
        Goal("ours", "cpu", 0.08, by="aiosalesforce"),
        Goal("ours", "cpu", 1.6, by="bare aiohttp"),
    ),
    figure="each",
    unit="us",
)

WITH_LATENCY: Final = Case(
    "P2a",
    f"the same with {LATENCY * 1e3:.0f} ms latency; and arriving {_RATE} a second",
    CREATES,
    (
        Client("ours", "ours", "our_creates", "creates_at_once", latency=LATENCY),
        Client(
            "ours, arriving",
            "ours",
            "our_creates",
            "creates_arriving",
            latency=LATENCY,
            interval=1 / _RATE,
        ),
        Client(
            "simple-salesforce",
            "simple-salesforce",
            "simple_salesforce_work",
            "creates_at_once",
            latency=LATENCY,
        ),
        Client(
            "aiosalesforce",
            "aiosalesforce",
            "aiosalesforce_work",
            "creates_at_once",
            latency=LATENCY,
        ),
        Client("bare aiohttp", "bare", "bare", "aiohttp_creates_at_once", latency=LATENCY),
    ),
    (
        Goal("ours", "wall", IDEAL * 1.08, unit="s"),
        Goal("ours", "connections", AT_ONCE + 1, unit="", each_run=True),
        Goal("ours, arriving", "p95", LATENCY + 0.005, unit="s"),
        Goal("ours, arriving", "late", LATENCY * 3, unit="s"),
    ),
    figure="wall",
)

_BATCHES: Final = 200  # records of one
_LONE: Final = 100  # creates in sequence
_BEFORE: Final = 2  # calls: a create and its describe

BATCHED: Final = Case(
    "P2b",
    f"creates that travel in batches, {LATENCY * 1e3:.0f} ms latency",
    CREATES,
    (
        Client(
            "a burst",
            "ours",
            "our_creates",
            "creates_batched",
            latency=LATENCY,
            concurrency=CREATES,
        ),
        Client(f"{AT_ONCE} workers", "ours", "our_creates", "creates_batched", latency=LATENCY),
        Client(
            "lone calls, batching on",
            "ours",
            "our_creates",
            "creates_batched",
            latency=LATENCY,
            count=_LONE,
            concurrency=1,
        ),
        Client("lone calls", "ours", "our_creates", "creates_async", latency=LATENCY, count=_LONE),
    ),
    (
        Goal("a burst", "calls", CREATES / _BATCHES + _BEFORE, unit="calls", each_run=True),
        Goal("a burst", "wall", LATENCY * 1.5 + 0.015, unit="s"),
        Goal(f"{AT_ONCE} workers", "calls", CREATES / 40 + _BEFORE, unit="calls", each_run=True),
        Goal("lone calls, batching on", "wall", 0.001 * _LONE, minus="lone calls", unit="s"),
    ),
    figure="wall",
    scale=1e3,
    unit="ms",
)
