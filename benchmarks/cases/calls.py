"""What one create calls: Python and C functions, connections, API calls; exact on every machine."""

from typing import Final

from benchmarks.case import Case, Client, Goal

CREATES: Final = 100

CALLS: Final = Case(
    "P8",
    "Python and C calls a create",
    CREATES,
    (
        Client("ours, async", "ours", "ours", "counted"),
        Client("ours, sync", "ours", "ours", "counted_sync"),
        Client("simple-salesforce", "simple-salesforce", "simple_salesforce_work", "counted"),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "counted"),
    ),
    (
        Goal("ours, async", "calls_each", 600, unit="calls", every=True),
        Goal("ours, sync", "calls_each", 700, unit="calls", every=True),
        Goal("ours, async", "connections", 1, unit="", every=True),
    ),
    figure="calls_each",
    unit="calls",
    runs=1,
)
