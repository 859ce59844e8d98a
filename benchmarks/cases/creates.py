"""Records written one by one: in sequence, many at once, with latency, at a given rate."""

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
        Client("ours, async", "ours", "ours", "creates_async"),
        Client("ours, sync", "ours", "ours", "creates"),
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
        Client("ours", "ours", "ours", "creates_at_once"),
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
        Client("ours", "ours", "ours", "creates_at_once", latency=LATENCY),
        Client(
            "ours, arriving", "ours", "ours", "creates_arriving", latency=LATENCY, every=1 / _RATE
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
        Goal("ours", "connections", AT_ONCE + 1, unit="", every=True),
        Goal("ours, arriving", "p95", LATENCY + 0.005, unit="s"),
        Goal("ours, arriving", "late", LATENCY * 3, unit="s"),
    ),
    figure="wall",
)

BATCHED: Final = Case(
    "P2b",
    "single writes gathered into collections",
    0,
    (),
    (),
    missing=("Single writes are not gathered into collections: each is a call of its own.",),
)
