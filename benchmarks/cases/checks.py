"""Work before a call is sent: inputs are checked, descriptions come from the cache."""

from typing import Final

from benchmarks.case import Case, Client, Goal

CHECKS: Final = Case(
    "P7",
    "check an input; list the objects of an org again",
    20_000,
    (
        Client("input check", "ours", "our_checks", "checks"),
        Client("listed twice", "ours", "our_checks", "list_objects_twice", count=1),
    ),
    (
        Goal("input check", "each", 10, unit="us"),
        Goal("listed twice", "describes", 1, unit="", each_run=True),
    ),
    figure="each",
    unit="us",
)
