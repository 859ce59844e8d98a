"""Record ids: 15 and 18 characters, order, invalid ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_emulator.schema.ids import ALPHABET, IdAllocator, parse_id, to_18

IDS = st.text(ALPHABET, min_size=15, max_size=15)


@pytest.mark.parametrize(
    "not_an_id", ["", "001", "001000000000001A", "00100000000000!", "001KX00000000019AA", None, 5]
)
def test_invalid_ids_are_refused(not_an_id: object) -> None:
    assert parse_id(not_an_id) is None


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("0015500001QdQWa", "0015500001QdQWaAAN"),
        ("003RM0000068xV6", "003RM0000068xV6YAI"),
        ("01254000001upcK", "01254000001upcKAAQ"),
    ],
)
def test_adds_the_three_characters_that_real_ids_have(short: str, long: str) -> None:
    assert to_18(short) == long


@given(IDS)
def test_the_long_form_keeps_an_id_through_folded_case(short: str) -> None:
    """An id of 18 in upper or lower case still tells which id of 15 it was."""
    long = to_18(short)

    assert parse_id(short) == long
    assert parse_id(long) == long
    assert parse_id(long.upper()) == long
    assert parse_id(long.lower()) == long


@given(st.integers(1, 300))
def test_later_ids_sort_later_and_none_comes_twice(count: int) -> None:
    ids = IdAllocator(seed=7)

    given_out = [ids.next("001") for _ in range(count)]

    assert given_out == sorted(set(given_out))
    assert all(parse_id(item) == item and item.startswith("001") for item in given_out)


def test_goes_on_after_an_id_in_use() -> None:
    first, second = IdAllocator(seed=1), IdAllocator(seed=1)
    used = [first.next("003") for _ in range(70)]

    second.resume(used[-1])

    assert second.next("003") == first.next("003")


def test_different_seeds_make_different_ids() -> None:
    assert IdAllocator(seed=1).next("001") != IdAllocator(seed=2).next("001")
