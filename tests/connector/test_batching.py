"""Rows put into calls: each once, families together, no call too large."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.writing.batching import by_parent, chunks, find_shared_reference

A, B = "001D000000IqhSLIAZ", "0015500001QdQWaAAN"

parents = st.sampled_from([None, A, A[:15], B, {"Ext__c": "1"}, {"Ext__c": "2"}])
rows = st.lists(st.fixed_dictionaries({"AccountId": parents, "LastName": st.text(max_size=3)}))


@given(rows, st.integers(1, 7), st.integers(1, 50), st.data())
def test_every_row_is_in_just_one_call(
    given_rows: list[dict[str, Any]], most: int, heaviest: int, data: st.DataObject
) -> None:
    """Calls are a partition of the rows, none longer or heavier than allowed."""
    weights = data.draw(
        st.lists(st.integers(1, 60), min_size=len(given_rows), max_size=len(given_rows))
    )

    calls = list(chunks(by_parent(given_rows), most, weights, heaviest))

    assert sorted(index for call in calls for index in call) == list(range(len(given_rows)))
    assert all(0 < len(call) <= most for call in calls)
    assert all(len(call) == 1 or sum(weights[i] for i in call) <= heaviest for call in calls)


@given(rows)
def test_rows_of_one_parent_are_adjacent_in_their_order(given_rows: list[dict[str, Any]]) -> None:
    order = by_parent(given_rows, "AccountId")
    for parent in (A, B):
        paths = [
            path
            for path, index in enumerate(order)
            if str(given_rows[index]["AccountId"])[:15] == parent[:15]
        ]
        assert paths == list(range(paths[0], paths[0] + len(paths))) if paths else True
        assert [order[path] for path in paths] == sorted(order[path] for path in paths)


@pytest.mark.parametrize(
    ("given_rows", "result"),
    [
        ([], None),
        ([{"AccountId": A}, {"AccountId": B}], None),
        ([{"AccountId": A}, {"AccountId": A[:15]}], "AccountId"),
        ([{"OwnerId": A}, {"OwnerId": A}], None),
        ([{"Name": A}, {"Name": A}], None),
        ([{"Account": {"E__c": "1"}}, {"Account": {"E__c": "1"}}], "Account"),
        ([{"X__c": A, "AccountId": A}, {"X__c": A, "AccountId": B}], "X__c"),
    ],
)
def test_finds_the_reference_that_repeats_the_most(
    given_rows: list[dict[str, Any]], result: str | None
) -> None:
    """An owner is no parent: every row has one, and it is not locked."""
    assert find_shared_reference(given_rows) == result
