"""Text to search for, in which nothing is an operator."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.errors import Rejected
from salesforce_connector.query import sosl


@pytest.mark.parametrize(
    ("text", "message"), [("", "too short"), (" a ", "too short"), ("a" * 4_001, "too long")]
)
def test_refuses_a_text_that_cannot_be_searched_for(text: str, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        sosl.term(text)


@given(st.text(min_size=2, max_size=200))
def test_no_character_of_a_text_is_an_operator(text: str) -> None:
    """Taken off its escapes, a term is the words of the text, and holds nothing reserved bare."""
    if len("".join(text.split())) < 2:
        return
    written = sosl.term(text)

    bare = re.sub(r'\\.|"(and|or|not)"', "", written, flags=re.IGNORECASE | re.DOTALL)
    assert not set(bare) & set("?&|!{}[]()^~*:\\\"'+-")
    assert re.sub(r'\\(.)|"', r"\1", written, flags=re.DOTALL) == " ".join(text.split())


def test_accepts_the_names_of_operators_as_words() -> None:
    assert sosl.term("black and white") == 'black "and" white'


def test_starts_with_matches_words_that_begin_with_the_last_word() -> None:
    assert sosl.term("Acme (Ber", prefix=True) == r"Acme \(Ber*"


@pytest.mark.parametrize(
    ("template", "parameters", "message"),
    [
        ("FIND {:name}", {}, "no such parameter"),
        ("FIND {Acme}", {"name": "x"}, "does not use"),
        ("FIND {:name}", {"name": 5}, "not a string"),
        ("FIND {a} RETURNING Account(Id WHERE Name = 'x)", {}, "does not end"),
    ],
)
def test_refuses_inputs_that_exclude_each_other(
    template: str, parameters: dict[str, str], message: str
) -> None:
    with pytest.raises(Rejected, match=message):
        sosl.bind(template, parameters)


def test_binds_terms_between_braces_and_literals_elsewhere() -> None:
    """Neither way can a value break out of its place; a literal is left alone."""
    written = sosl.bind(
        "FIND {:what OR Beta} RETURNING Account(Id WHERE Site = :site AND Name != ':what')",
        {"what": "x} RETURNING User(Id)", "site": "a' OR Name != '"},
    )

    assert written == (
        r"FIND {x\} RETURNING User\(Id\) OR Beta} RETURNING "
        r"Account(Id WHERE Site = 'a\' OR Name != \'' AND Name != ':what')"
    )
