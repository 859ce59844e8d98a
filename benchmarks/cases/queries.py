"""A query of 100,000 rows: 50 pages, packed, in chunks."""

from typing import Final

from benchmarks.case import Case, Client, Goal

ROWS: Final = 100_000
LATENCY: Final = 0.020  # seconds

_STUB_ARGUMENTS: Final = ("--query-rows", str(ROWS))

STREAMED: Final = Case(
    "P3",
    f"query {ROWS:,} rows, each handed on and forgotten",
    ROWS,
    (
        Client("ours", "engine", "our_queries", "query_streamed"),
        Client("ours, on a loop", "engine", "our_queries", "query_streamed_async"),
        Client("ours, extra fast", "ours", "our_queries", "query_streamed"),
        Client(
            "simple-salesforce", "simple-salesforce", "simple_salesforce_work", "query_streamed"
        ),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "query_streamed"),
    ),
    (
        Goal("ours", "cpu", 0.5, by="simple-salesforce"),
        Goal("ours, extra fast", "cpu", 0.35, by="simple-salesforce"),
        Goal("ours", "cpu", 0.8, by="aiosalesforce"),
        Goal("ours", "rss", 16, unit="MiB", each_run=True),
        Goal("ours, extra fast", "rss", 16, unit="MiB", each_run=True),
    ),
    stub_arguments=_STUB_ARGUMENTS,
    scale=1e3,
    unit="ms",
)

IN_MEMORY: Final = Case(
    "P3a",
    f"query {ROWS:,} rows, kept in memory",
    ROWS,
    (
        Client("ours", "engine", "our_queries", "query_in_memory"),
        Client("ours, extra fast", "ours", "our_queries", "query_in_memory"),
        Client(
            "simple-salesforce", "simple-salesforce", "simple_salesforce_work", "query_in_memory"
        ),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "query_in_memory"),
    ),
    (
        Goal("ours", "cpu", 0.5, by="simple-salesforce"),
        Goal("ours", "rss", 0.75, by="simple-salesforce"),
    ),
    stub_arguments=_STUB_ARGUMENTS,
    scale=1e3,
    unit="ms",
)

AHEAD: Final = Case(
    "P3b",
    f"query {ROWS:,} rows at {LATENCY * 1e3:.0f} ms, 10 ms of work on each page",
    ROWS,
    (
        Client("ours, a page ahead", "engine", "our_queries", "query_consumed", latency=LATENCY),
        Client(
            "ours, page by page", "engine", "our_queries", "query_page_by_page", latency=LATENCY
        ),
    ),
    (Goal("ours, a page ahead", "wall", 0.65, by="ours, page by page"),),
    stub_arguments=_STUB_ARGUMENTS,
    figure="wall",
    scale=1e3,
    unit="ms",
)
