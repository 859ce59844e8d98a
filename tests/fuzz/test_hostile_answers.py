"""The law: whatever an org answers, an error of ours leaves, and it says so when it was written."""

from fuzz.hostile_answers import names, run_cases


def test_whatever_an_org_answers_an_error_of_ours_leaves() -> None:
    """Ten thousand altered answers, the same in every run; `make fuzz` runs a million."""
    outcome = run_cases(first=0, count=10_000)

    assert outcome.failures[:5] == []
    assert outcome.kinds["output"] > 500
    assert outcome.kinds["bad_reply"] > 500
    assert len(names()) >= 50
