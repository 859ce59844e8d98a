"""What is done before anything is sent: inputs checked, describes kept."""

from typing import Final

from benchmarks.case import Case, Client, Goal

CHECKS: Final = Case(
    "P7",
    "an input checked; the objects of an org listed again",
    20_000,
    (
        Client("input check", "ours", "ours", "checks"),
        Client("listed twice", "ours", "ours", "list_objects_twice", count=1),
    ),
    (
        Goal("input check", "each", 10, unit="us"),
        Goal("listed twice", "describes", 1, unit="", each_run=True),
    ),
    figure="each",
    unit="us",
)
