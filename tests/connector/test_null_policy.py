"""What null and the empty text do: the same in REST, collections and bulk jobs."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.bulk.csv_format import CLEARED, RecordSource, flatten
from salesforce_connector.null_policy import Effect, NullPolicy

effects = st.sampled_from(["clear", "leave"])
names = st.sampled_from(["Name", "Phone", "Site", "Rating"])
values = st.none() | st.just("") | st.text(st.characters(codec="utf-8"), min_size=1) | st.integers()


def in_rest(fields: dict[str, Any]) -> dict[str, str]:
    """What REST does to each field by the facts: null clears, what is not named stays."""
    return {name: "clear" if value is None else "set" for name, value in fields.items()}


def in_bulk(row: dict[str, Any]) -> dict[str, str]:
    """What a bulk job does by the facts: `#N/A` clears, an empty cell is ignored."""
    source = RecordSource([flatten(row)[0]])
    text = source.header() + b"".join(line for line, _ in source.lines(0))
    [cells] = csv.DictReader(io.StringIO(text.decode(), newline=""))
    return {name: "clear" if cell == CLEARED else "set" for name, cell in cells.items() if cell}


@given(st.dictionaries(names, values, min_size=1), effects, effects)
def test_means_the_same_in_rest_and_in_bulk(
    fields: dict[str, Any], nulls: Effect, empty: Effect
) -> None:
    """One policy, applied once: both ways clear, leave and set the same fields."""
    settled_value = NullPolicy(nulls=nulls, empty_texts=empty).apply(fields)

    expected = {
        name: effect
        for name, value in fields.items()
        if (effect := {None: nulls, "": empty}.get(value, "set")) != "leave"
    }
    assert in_rest(settled_value) == expected
    assert (in_bulk(settled_value) if settled_value else {}) == {
        name: effect for name, effect in expected.items() if fields[name] != CLEARED
    }


@pytest.mark.parametrize(
    ("policy", "settled_value"),
    [
        (NullPolicy(), {"A": None, "B": None, "C": 0, "D": False}),
        (NullPolicy(nulls="leave"), {"B": None, "C": 0, "D": False}),
        (NullPolicy(empty_texts="leave"), {"A": None, "C": 0, "D": False}),
    ],
)
def test_zero_and_false_are_values(policy: NullPolicy, settled_value: dict[str, Any]) -> None:
    assert policy.apply({"A": None, "B": "", "C": 0, "D": False}) == settled_value


def test_options_left_open_follow_the_connection() -> None:
    """A choice of the step's own goes before that of the connection."""
    record = {"A": "", "B": None}
    assert NullPolicy().with_default("leave").apply(record) == {"B": None}
    assert NullPolicy(empty_texts="clear").with_default("leave").apply(record) == {
        "A": None,
        "B": None,
    }
