"""The law: whatever an org answers, an error of ours leaves, and it says so when it was written."""

import pytest
from example_counts import examples
from fuzz.hostile_answers import names, run_cases

PARTS = 3
COUNT = examples(2_000, 10_000)  # of each part


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_an_org_answers_an_error_of_ours_leaves(part: int) -> None:
    """The same altered answers in every run; `make fuzz` runs a million of them."""
    outcome = run_cases(first=part * COUNT, count=COUNT)

    assert outcome.failures[:5] == []
    assert outcome.kinds["output"] > COUNT // 20
    assert outcome.kinds["bad_reply"] > COUNT // 20


def test_all_that_asks_an_org_is_run() -> None:
    assert 50 <= len(names()) <= COUNT
