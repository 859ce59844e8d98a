"""That no value breaks out of a query, and that each comes back as it was given."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesforce_connector.errors import Rejected
from salesforce_connector.soql.binding import LONGEST, LONGEST_STRING, bind, literal, quote
from salesforce_connector.soql.values import DateLiteral, DatetimeValue, DateValue, Pattern
from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.syntax import Comparison

WILD = "\ue000"
"""Stands for a wildcard in what `strings_of` gives, so that % can mean itself."""

ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
storable = st.text(st.characters(codec="utf-8", exclude_characters="\0\ue000"), max_size=60)
hostile = st.lists(
    st.one_of(
        st.sampled_from(["'", "\\", "\\'", "%", "_", '"', "\n", " OR ", ":a", ")"]), storable
    ),
    max_size=8,
).map("".join)


def strings_of(query: str) -> tuple[str, list[str]]:
    """Take a query apart, by Salesforce's rules: its text with '?' for strings, and the strings.

    It is written without a look at the code that it judges.
    """
    outside: list[str] = []
    result: list[str] = []
    letters = iter(query)
    for letter in letters:
        if letter != "'":
            outside.append(letter)
            continue
        inside: list[str] = []
        while (letter := next(letters)) != "'":
            if letter == "\\":
                letter = next(letters)
                assert letter in "nrtbf\"'\\%_", f"unknown escape \\{letter}"
                inside.append(ESCAPED.get(letter, letter))
            else:
                inside.append(WILD if letter in "%_" else letter)
        outside.append("?")
        result.append("".join(inside))
    return "".join(outside), result


def plain(text: str) -> str:
    """A text as `strings_of` gives it when its % and _ are wildcards, which = does not care for."""
    return text.replace("%", WILD).replace("_", WILD)


@pytest.mark.parametrize(
    ("template", "parameters", "message"),
    [
        ("", {}, "empty"),
        (" \n ", {}, "empty"),
        ("SELECT Id FROM Account WHERE Name = :name", {}, ":name"),
        ("SELECT Id FROM Account WHERE Name = ':name'", {"name": "x"}, ":name"),
        ("SELECT Id FROM Account", {"name": "x"}, ":name"),
        ("SELECT Id FROM Account WHERE Name = 'x", {}, "character 37"),
        ("SELECT Id FROM Account WHERE Name = 'x\\'", {}, "character 37"),
        ("SELECT Id FROM Account WHERE Name = 'x\\", {}, "character 37"),
        ("SELECT Id FROM Account WHERE Name = ':name \\", {"name": "x"}, "character 37"),
        ("SELECT Id FROM Account WHERE Id IN :ids", {"ids": []}, "empty"),
        ("SELECT Id FROM Account WHERE N = :n", {"n": float("nan")}, "number"),
        ("SELECT Id FROM Account WHERE N = :n", {"n": float("-inf")}, "number"),
        ("SELECT Id FROM Account WHERE N LIKE :n", {"n": Pattern()}, "pattern"),
        (
            "SELECT Id FROM Account WHERE N LIKE :n",
            {"n": Pattern(starts_with="a", ends_with="b")},
            "pattern",
        ),
        (f"SELECT Id{' ' * LONGEST}FROM A WHERE N = :n", {"n": 1}, "100,000"),
    ],
)
def test_refuses(template: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(Rejected) as raised:
        bind(template, parameters)

    assert message in raised.value.message
    assert raised.value.remedy
    assert raised.value.code == "INVALID_QUERY"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * (LONGEST_STRING + 1), "STRING_TOO_LONG"),
        ("a\0b", "INVALID_TEXT"),
        ("a\ud800b", "INVALID_TEXT"),
    ],
    ids=["too long", "NUL", "half a character"],
)
def test_refuses_a_text_that_no_field_can_hold(text: str, code: str) -> None:
    """It would be refused by Salesforce, or break on its way there; the text is not repeated."""
    with pytest.raises(Rejected) as raised:
        quote(text)

    assert raised.value.code == code
    assert text not in str(raised.value)


@given(hostile)
@example("' OR Id != null OR Name = '")
@example("\\' OR Id != null --")
@example("\\")
@example(":b")
def test_no_text_breaks_out_of_its_quotes(value: str) -> None:
    """What stands outside of strings is the template's, and the string inside is the value."""
    bound = bind(
        "SELECT Id FROM A WHERE X = :a AND Y = 'it\\'s :a' AND Z = :b", {"a": value, "b": 1}
    )

    outside, result = strings_of(bound)

    assert outside == "SELECT Id FROM A WHERE X = ? AND Y = ? AND Z = 1"
    assert result == [plain(value), "it's :a"]


@pytest.mark.slow
@given(hostile)
def test_the_local_org_reads_one_comparison_whatever_the_text(value: str) -> None:
    """A second reader of the language, which shares no code with the connector, agrees."""
    where = parse(bind("SELECT Id FROM Account WHERE Name = :name", {"name": value})).where

    assert isinstance(where, Comparison)
    assert (where.operator, where.value.kind) == ("=", "string")
    assert strings_of(where.value.text) == ("?", [plain(value)])


@given(st.lists(hostile, min_size=1, max_size=6))
def test_a_list_gives_each_of_its_texts(values: list[str]) -> None:
    outside, result = strings_of(bind("WHERE X IN :a", {"a": [*values]}))

    assert outside == f"WHERE X IN ({', '.join('?' * len(values))})"
    assert result == [plain(value) for value in values]


@given(hostile, st.sampled_from(["starts_with", "contains", "ends_with"]))
def test_in_a_pattern_percent_and_underscore_mean_themselves(value: str, part: str) -> None:
    outside, result = strings_of(bind("WHERE X LIKE :a", {"a": Pattern(**{part: value})}))

    before = "" if part == "starts_with" else WILD
    after = "" if part == "ends_with" else WILD
    assert outside == "WHERE X LIKE ?"
    assert result == [f"{before}{value}{after}"]


@given(st.one_of(st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False)))
@example(1e-7)
@example(0.1234567891234)
@example(1e22)
@example(-0.0)
def test_a_number_keeps_its_value_and_has_no_exponent(value: float) -> None:
    written = literal(value)

    assert type(value)(Decimal(written)) == value
    assert set(written) <= set("-.0123456789")


@given(st.dates())
def test_a_date_is_written_without_quotes(value: date) -> None:
    assert date.fromisoformat(literal(DateValue(date=value))) == value


@given(
    st.datetimes(
        min_value=datetime(1700, 1, 1),  # noqa: DTZ001 - the offset comes from the next strategy
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_a_datetime_is_written_with_its_offset_to_the_millisecond(value: datetime) -> None:
    written = literal(DatetimeValue(datetime=value))

    assert datetime.fromisoformat(written) == value.replace(
        microsecond=value.microsecond // 1000 * 1000
    )
    assert "'" not in written


def test_a_datetime_without_an_offset_is_refused() -> None:
    """It would mean another moment in each time zone."""
    with pytest.raises(ValueError, match="offset"):
        DatetimeValue.model_validate({"datetime": "2026-01-31T09:00:00"})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (DateLiteral(date_literal="LAST_N_DAYS:7"), "LAST_N_DAYS:7"),
        (
            DatetimeValue(datetime=datetime(2026, 1, 31, 9, tzinfo=UTC)),
            "2026-01-31T09:00:00.000+00:00",
        ),
        (["a", 1, None], "('a', 1, null)"),
        (Pattern(contains="50%_\\'"), r"'%50\%\_\\\'%'"),
    ],
)
def test_writes_each_kind_of_value(value: Any, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize(
    "message",
    ["TODAY OR Id != null", "LAST_N_DAYS", "LAST_N_DAYS:7)", "today", "LAST_N_DAYS:99999", ""],
)
def test_a_date_literal_is_one_of_salesforces_own(message: str) -> None:
    """It stands without quotes, so nothing else may."""
    with pytest.raises(ValueError, match="date_literal"):
        DateLiteral(date_literal=message)


def test_the_colons_of_date_literals_times_and_texts_are_left_alone() -> None:
    template = (
        "SELECT Id FROM A WHERE D = LAST_N_DAYS:7 AND T > 2026-01-31T23:01:01Z AND N = 'a :b c' "
        "AND M = ':b' AND O = '' AND P = 'it\\'s :b'"
    )

    assert bind(template, {}) == template


def test_a_value_may_stand_in_several_places() -> None:
    assert bind("WHERE A = :x OR B = :x OR C = :x1", {"x": "v", "x1": 2}) == (
        "WHERE A = 'v' OR B = 'v' OR C = 2"
    )
