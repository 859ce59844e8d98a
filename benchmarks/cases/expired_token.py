"""A thousand actions whose token has just ended, in one process and in four that share a store."""

from typing import Final

from benchmarks.case import Case, Client, Goal
from benchmarks.work.stored_connection import write_connection

ACTIONS: Final = 1_000
AT_ONCE: Final = 200  # sockets that the connector opens at most, a process

EXPIRED: Final = Case(
    "P5",
    f"{ACTIONS:,} actions on an expired token, all begun at once",
    ACTIONS,
    (
        Client("ours", "ours", "our_stored_connection", "expired", expire=True),
        Client(
            "ours, 4 processes",
            "ours",
            "our_stored_connection",
            "expired",
            processes=4,
            expire=True,
        ),
        Client("aiosalesforce", "aiosalesforce", "aiosalesforce_work", "expired", expire=True),
    ),
    (
        *(
            goal
            for name, processes in (("ours", 1), ("ours, 4 processes", 4))
            for goal in (
                Goal(name, "tokens", 1, unit="", each_run=True),
                Goal(name, "failed", 0, unit="", each_run=True),
                Goal(name, "expired", AT_ONCE * processes, unit="", each_run=True),
            )
        ),
    ),
    prepare=write_connection,
    figure="expired",
    unit="refused",
    runs=3,
)
