"""The law: whatever an org answers, an error of ours leaves, and it says so when it was written."""

import pytest
from example_counts import examples
from fuzz.hostile_answers import names, run_cases

PARTS = examples(3, 15)
COUNT = 2_000  # cases of each part


@pytest.mark.parametrize("part", range(PARTS))
def test_every_response_yields_an_output_or_a_connector_error(part: int) -> None:
    """The same altered answers in every run; `make fuzz` runs a million of them."""
    outcome = run_cases(first=part * COUNT, count=COUNT)

    assert outcome.failures[:5] == []
    assert outcome.kinds["output"] > COUNT // 20
    assert outcome.kinds["bad_reply"] > COUNT // 20


def test_every_action_trigger_and_hook_is_covered() -> None:
    assert 50 <= len(names()) <= COUNT
