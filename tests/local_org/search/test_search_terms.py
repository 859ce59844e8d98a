"""Search expressions: words, phrases, operators, wildcards."""

from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.sosl.shares import fair_shares
from salesforce_emulator.sosl.terms import parse, words_of


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ("", "No search term found"),
        ("  ", "No search term found"),
        ("a", "search term must be longer than one character: a"),
        ("a*", "search term must be longer than one character: a*"),
        ('"a"', "search term must be longer than one character"),
        ("*cme", "cannot begin with a wildcard"),
        ("acme ?olt", "cannot begin with a wildcard"),
        ("(acme", "cannot be read"),
        ('"acme', "cannot be read"),
        ("acme AND", "cannot be read"),
        ("OR acme", "cannot be read"),
        ("acme AND NOT", "cannot be read"),
        ("(" * 60 + "acme" + ")" * 60, "50 parentheses at most"),
    ],
)
def test_invalid_expressions_are_refused(term: str, reason: str) -> None:
    with pytest.raises(SoqlError) as refused:
        parse(term)
    assert refused.value.code == "MALFORMED_SEARCH"
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("term", "fields", "matches"),
    [
        ("acme", ["Acme Corp"], True),
        ("acme", ["Acmeville"], False),
        ("acme corp", ["Corp of Acme"], True),
        ("acme corp", ["Acme", "a corp"], True),
        ('"acme corp"', ["Corp of Acme"], False),
        ('"acme corp"', ["The ACME-Corp."], True),
        ('"acme corp"', ["Acme", "Corp"], False),
        ("acme OR bolt", ["Bolt"], True),
        ("acme AND bolt", ["Bolt"], False),
        ("acme AND NOT corp", ["Acme"], True),
        ("acme AND NOT corp", ["Acme", "corp"], False),
        ("acme bolt OR cyd", ["Cyd"], True),
        ("acme (bolt OR cyd)", ["Cyd"], False),
        ("acme (bolt OR cyd)", ["Cyd Acme"], True),
        ("not nothing", ["Nothing is not"], True),
        ("andy", ["Andy"], True),
        ("orly", ["Orly"], True),
        ("ac*", ["Acme"], True),
        ("a*e", ["Acme"], True),
        ("ac?e", ["Acme"], True),
        ("ac?e", ["Ace"], False),
        (r"ac\*", ["Acme"], False),
        (r"o\'hara", ["O'Hara"], True),
        (r"kim\@example.com", ["mail kim@example.com."], True),
        (r"kim\@example.com", ["kim@example.org"], False),
        ("strasse", ["Straße"], True),
        ("ÉCLAIR", ["éclair"], True),
        (r"\-\-", ["--"], False),
        (r"acme \& sons", ["Acme & Sons"], True),
        (r"acme \& sons", ["Acme"], False),
    ],
)
def test_matches_words(term: str, fields: list[str], matches: bool) -> None:
    assert parse(term).matches([words_of(field) for field in fields]) is matches


def test_a_very_long_text_has_no_operators_and_a_longer_one_finds_nothing() -> None:
    words = "acme OR " * 500
    assert not parse(words + "bolt").matches([["acme"]])
    assert parse(words + "bolt").matches([["acme", "or", "bolt"]])
    assert not parse("acme " * 2_001).matches([["acme"]])


@given(st.text(min_size=2, max_size=40))
def test_escaped_text_matches_itself(text: str) -> None:
    """No character of it is an operator then."""
    escaped = "".join(char if char.isalnum() or char.isspace() else f"\\{char}" for char in text)
    assume(sum(char.isalnum() for char in text) > 1)  # shorter ones are refused
    assert parse(f'"{escaped}"').matches([words_of(text)])


@given(st.text(alphabet=st.sampled_from('ab*?()"\\ {}ANDORT\n'), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SoqlError):
        parse(text).matches([["ab"]])


@given(st.integers(0, 50), st.lists(st.integers(0, 30), max_size=6))
def test_shares_are_fair(most: int, counts: list[int]) -> None:
    """Nothing is wasted, nobody has more than it found, and who has less found no more."""
    shares = fair_shares(most, counts)
    assert sum(shares) == min(most, sum(counts))
    assert all(share <= count for share, count in zip(shares, counts, strict=True))
    largest = max(shares, default=0)
    for share, count in zip(shares, counts, strict=True):
        assert share == count or share >= largest - 1
