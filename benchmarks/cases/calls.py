"""What one create calls: Python and C functions, connections, API calls; exact on every machine."""

from typing import Final

from benchmarks.case import Case, Client, Goal

CREATES: Final = 100

CALLS: Final = Case(
    "P8",
    "Python and C calls a create",
    CREATES,
    (
        Client("ours, async", "ours", "our_creates", "measure_calls"),
        Client("ours, sync", "ours", "our_creates", "measure_calls_sync"),
        Client("simple-salesforce", "simple-salesforce", "simple_salesforce_work", "measure_calls"),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "measure_calls"),
    ),
    (
        Goal("ours, async", "calls_each", 600, unit="calls", each_run=True),
        Goal("ours, sync", "calls_each", 700, unit="calls", each_run=True),
        Goal("ours, async", "connections", 1, unit="", each_run=True),
    ),
    figure="calls_each",
    unit="calls",
    runs=1,
)
