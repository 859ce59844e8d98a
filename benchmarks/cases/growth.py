"""How cost grows: with the calls at once, the rows of a query, and the connections of a process.

The charts of `docs/reports/charts` are made from these; see `benchmarks.charts`.
"""

from typing import Final

from benchmarks.case import Case, Client

AT_ONCE: Final = (1, 10, 50, 200, 1_000)
ROWS: Final = (1_000, 10_000, 100_000, 1_000_000)
HELD: Final = (1, 10, 100, 1_000, 10_000)

_RUNS: Final = 3
_CREATES: Final = 2_000
_LATENCY: Final = 0.020  # seconds


def _at_once(concurrency: int) -> Case:
    def client(name: str, peer: str, module: str, work: str) -> Client:
        return Client(name, peer, module, work, latency=_LATENCY, concurrency=concurrency)

    return Case(
        f"G1.{concurrency}",
        f"creates, {concurrency:,} at once, {_LATENCY * 1e3:.0f} ms",
        min(_CREATES, 200 * concurrency),
        (
            client("ours", "engine", "our_creates", "creates_at_once"),
            client(
                "simple-salesforce",
                "simple-salesforce",
                "simple_salesforce_work",
                "creates_at_once",
            ),
            client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "creates_at_once"),
            client("bare aiohttp", "bare", "bare", "aiohttp_creates_at_once"),
        ),
        (),
        figure="each",
        unit="us",
        runs=_RUNS,
    )


def _rows(count: int) -> Case:
    return Case(
        f"G2.{count}",
        f"query of {count:,} rows, streamed",
        count,
        (
            Client("ours", "engine", "our_queries", "query_streamed"),
            Client(
                "simple-salesforce", "simple-salesforce", "simple_salesforce_work", "query_streamed"
            ),
            Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "query_streamed"),
            Client(
                "simple-salesforce, kept",
                "simple-salesforce",
                "simple_salesforce_work",
                "query_in_memory",
            ),
        ),
        (),
        stub_arguments=("--query-rows", str(count)),
        scale=1e3,
        unit="ms",
        runs=_RUNS,
    )


def _connection_counts(count: int) -> Case:
    return Case(
        f"G3.{count}",
        f"{count:,} connections held by one process, each used once",
        count,
        (
            Client("ours", "engine", "our_creates", "hold_connections"),
            Client(
                "simple-salesforce",
                "simple-salesforce",
                "simple_salesforce_work",
                "hold_connections",
            ),
        ),
        (),
        scale=1e3,
        unit="ms",
        runs=_RUNS,
    )


GROWTH: Final = (*map(_at_once, AT_ONCE), *map(_rows, ROWS), *map(_connection_counts, HELD))
