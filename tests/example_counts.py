"""On how many examples a law is tried: a few in an ordinary run, many in a thorough one.

`make laws` runs the laws at length; for one of them:

    pytest --hypothesis-profile=thorough tests/triggers/test_changes_lose_nothing.py
"""

from typing import Final

from hypothesis import settings

THOROUGH: Final = "thorough"
"""Name of hypothesis's profile for thorough runs."""


def examples(ordinary: int, thorough: int) -> int:
    """Return the number for the run under way."""
    return thorough if settings.get_current_profile_name() == THOROUGH else ordinary
