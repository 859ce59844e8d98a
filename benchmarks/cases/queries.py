"""A query of 100,000 rows: 50 pages, packed, in chunks."""

from typing import Final

from benchmarks.case import Case, Client, Goal

ROWS: Final = 100_000

_STUB_ARGUMENTS: Final = ("--query-rows", str(ROWS))

STREAMED: Final = Case(
    "P3",
    f"query {ROWS:,} rows, each handed on and forgotten",
    ROWS,
    (
        Client(
            "simple-salesforce", "simple-salesforce", "simple_salesforce_work", "query_streamed"
        ),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "query_streamed"),
    ),
    (),
    stub_arguments=_STUB_ARGUMENTS,
    scale=1e3,
    unit="ms",
    missing=("The query action keeps all rows; there is no face that hands them on as they come.",),
    runs=3,
)

IN_MEMORY: Final = Case(
    "P3a",
    f"query {ROWS:,} rows, kept in memory",
    ROWS,
    (
        Client("ours", "ours", "ours", "query_in_memory"),
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
    missing=("The next page is not asked for before the last is read.",),
    runs=3,
)
