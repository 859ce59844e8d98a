"""When failed rows fail a step, and what the error then holds."""

import json
import pickle
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed
from salesforce_connector.writing.record_results import (
    NOT_SENT,
    UNKNOWN,
    FailurePolicy,
    FailWhen,
    MoreThan,
    RecordResult,
)


def rows(*codes: str) -> list[RecordResult]:
    return [RecordResult(index=i, ok=not code, code=code) for i, code in enumerate(codes)]


@pytest.mark.parametrize(
    ("fail_when", "failed", "fails"),
    [
        ("any", 0, False),
        ("any", 1, True),
        ("all", 0, False),
        ("all", 4, False),
        ("all", 5, True),
        ("none", 5, False),
        (MoreThan(more_than=2), 2, False),
        (MoreThan(more_than=2), 3, True),
        (MoreThan(more_than=0), 0, False),
    ],
)
def test_decides_by_how_many_of_five_failed(fail_when: FailWhen, failed: int, fails: bool) -> None:
    assert FailurePolicy(fail_when=fail_when).fails(failed, 5) is fails


@pytest.mark.parametrize(("codes", "sent"), [(("A", ""), True), (("A", "B"), False)])
def test_the_error_reports_whether_anything_was_written(codes: tuple[str, ...], sent: bool) -> None:
    with pytest.raises(RecordsFailed) as raised:
        FailurePolicy().settle(rows(*codes))

    assert raised.value.sent is sent
    assert raised.value.kind == "rejected"  # an engine must not run the step again by itself


def test_the_error_carries_all_rows_as_json_to_another_process() -> None:
    with pytest.raises(RecordsFailed) as raised:
        FailurePolicy().settle(rows("", "A"))

    there: Any = pickle.loads(pickle.dumps(raised.value))  # noqa: S301 our own error
    assert json.loads(json.dumps(there.records))[1]["code"] == "A"
    assert [row["ok"] for row in there.records] == [True, False]


def test_names_the_cause_and_not_what_followed_from_it() -> None:
    with pytest.raises(
        RecordsFailed, match=r"2 of 3 records failed. The first: records\[1\]: A"
    ) as raised:
        FailurePolicy().settle(rows("ALL_OR_NONE_OPERATION_ROLLED_BACK", "A", ""))

    assert "only the records that failed" in raised.value.remedy


@pytest.mark.parametrize("code", [UNKNOWN])
def test_the_remedy_for_an_unknown_outcome_is_to_check_first(code: str) -> None:
    with pytest.raises(RecordsFailed, match="may have been written") as raised:
        FailurePolicy().settle(rows(code, NOT_SENT))

    assert raised.value.sent is True
