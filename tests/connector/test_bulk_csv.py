"""CSV for bulk jobs: what goes in is what Salesforce reads."""

import csv
import io
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.bulk.csv_file import FileSource
from salesforce_connector.bulk.csv_format import (
    CLEARED,
    MAX_ROW,
    Part,
    RecordSource,
    Source,
    cell,
    flatten,
)
from salesforce_connector.errors import Rejected

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: text != CLEARED
)


def content_of(source: Source) -> bytes:
    return b"".join(Part(source, 0).body())


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.mark.parametrize("value", [CLEARED, ["A", "B"], object()], ids=["mark", "list", "other"])
def test_refuses_what_has_no_form_in_csv(value: Any) -> None:
    """The text `#N/A` would clear the field instead of being stored."""
    _, faults = flatten({"Name": value, "Site": "x"})

    assert [(fault.field, fault.code) for fault in faults] == [("Name", "NO_FORM_IN_CSV")]


def test_refuses_a_parent_by_two_keys() -> None:
    _, faults = flatten({"Account": {"A__c": "1", "B__c": "2"}})

    assert [fault.field for fault in faults] == ["Account"]


def test_columns_that_differ_in_case_are_one() -> None:
    source = RecordSource([{"Name": "1"}, {"NAME": "2", "Site": "3"}])

    assert read(content_of(source)) == [["Name", "Site"], ["1", ""], ["2", "3"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'Name\n"Acme\n', "CSV_NOT_READABLE"),
        (b"Name\nM\xfcller\n", "CSV_NOT_READABLE"),
        (b"", "EMPTY_INPUT"),
        (b"\n\n", "EMPTY_INPUT"),
    ],
)
def test_refuses_a_file_that_is_not_csv_in_utf_8(content: bytes, code: str) -> None:
    with pytest.raises(Rejected) as raised:
        content_of(FileSource(lambda: io.BytesIO(content), "it"))

    assert raised.value.code == code


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as raised:
        content_of(FileSource.of_path(tmp_path / "none.csv"))

    assert raised.value.code == "FILE_NOT_READABLE"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "#N/A"),
        ("", ""),
        ("NA", "NA"),
        ("0012", "0012"),
        ("2026-01-31", "2026-01-31"),
        (True, "true"),
        (12, "12"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
    ],
)
def test_writes_values_as_salesforce_reads_them(value: Any, written: str) -> None:
    assert cell(value) == written


@given(st.lists(st.tuples(texts, texts | st.none()), min_size=1))
def test_texts_are_unchanged(pairs: list[tuple[str, str | None]]) -> None:
    """Quotes, commas, ends of lines, leading zeros, any language; null is not an empty cell."""
    header, *lines = read(content_of(RecordSource(flatten({"A": a, "B": b})[0] for a, b in pairs)))

    assert header == ["A", "B"]
    assert lines == [[a, CLEARED if b is None else b] for a, b in pairs]


def test_a_row_leaves_the_columns_that_it_does_not_name() -> None:
    """And a parent's external id is a column of its own, with its object when there are several."""
    rows = [
        {"LastName": "A", "Account": {"Ext__c": "1"}},
        {"LastName": "B", "Who": {"attributes": {"type": "Lead"}, "Email": "x@example.com"}},
    ]

    assert read(content_of(RecordSource(flatten(row)[0] for row in rows))) == [
        ["LastName", "Account.Ext__c", "Lead:Who.Email"],
        ["A", "1", ""],
        ["B", "", "x@example.com"],
    ]


@pytest.mark.slow
@given(
    st.lists(st.tuples(texts, texts), min_size=1, max_size=30),
    st.integers(1, 5),
    st.integers(1, 200),
    st.booleans(),
)
def test_parts_have_every_row_once_in_order(
    pairs: list[tuple[str, str]], max_rows: int, max_bytes: int, from_file: bool
) -> None:
    """However a source is cut, by rows or by bytes, the parts together are the whole."""
    source: Source = RecordSource({"A": a, "B": b} for a, b in pairs)
    if from_file:
        content = content_of(source)
        source = FileSource(lambda: io.BytesIO(content), "it")
    result: list[list[str]] = []
    start, more = 0, True
    while more:
        part = Part(source, start, max_bytes, max_rows)
        first, second = b"".join(part.body()), b"".join(part.body())
        assert first == second  # a try after a lost one sends the same
        assert part.rows <= max_rows
        assert part.rows == 1 or len(first) <= max_bytes
        header, *lines = read(first)
        assert header == ["A", "B"]
        assert len(lines) == part.rows
        result += lines
        start, more = part.end, part.more

    assert result == [list(pair) for pair in pairs]


def test_a_file_of_windows_goes_out_with_line_feeds() -> None:
    """Ends of lines inside of quotes are the text's own."""
    content = b'\xef\xbb\xbfName,Site\r\n"A\r\nB",1\r\n\r\nC,2'

    assert content_of(FileSource(lambda: io.BytesIO(content), "it")) == (
        b'Name,Site\n"A\r\nB",1\nC,2\n'
    )


class Endless(io.RawIOBase):
    """A file of rows after a quote that does not end; says how much of it was read."""

    def __init__(self) -> None:
        self.came = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, *_: int) -> int:
        return 0

    def readinto(self, buffer: Any) -> int:
        piece = (b'Name\n"' if not self.came else b"") + b"12345678\n" * (len(buffer) // 9)
        piece = piece[: len(buffer)]
        buffer[: len(piece)] = piece
        self.came += len(piece)
        return len(piece)


@pytest.mark.slow
def test_an_unclosed_quote_is_refused_within_one_row() -> None:
    """In a bounded buffer, and in time that grows with the file and not with its square."""
    endless = Endless()
    source = FileSource(lambda: closing(io.BufferedReader(endless)), "it")
    with pytest.raises(Rejected) as raised:
        for _ in source.lines(0):
            pass

    assert raised.value.code == "CSV_NOT_READABLE"
    assert endless.came < 2 * MAX_ROW


@pytest.mark.slow
def test_a_long_row_of_many_lines_is_read_in_one_go() -> None:
    content = b'Name\n"' + b"a\n" * 2_000_000 + b'"\n1\n'
    source = FileSource(lambda: io.BytesIO(content), "it")
    begun = time.process_time()
    rows = [line for line, _ in source.lines(0)]

    assert [len(row) for row in rows] == [4_000_003, 2]
    assert time.process_time() - begun < 10  # it took minutes when each line copied all before it


@pytest.mark.parametrize("first", [b"sep=;\r\n", b'"sep=,"\n', b"\xef\xbb\xbfsep=\t\n", b"SEP=;\n"])
def test_the_line_by_which_excel_names_the_delimiter_is_no_row(first: bytes) -> None:
    source = FileSource(lambda: io.BytesIO(first + b"Name\n1\n2\n"), "it")

    assert read(content_of(source)) == [["Name"], ["1"], ["2"]]
    part = Part(source, 0, max_rows=1)
    assert b"".join(part.body()) == b"Name\n1\n"
    assert b"".join(Part(source, part.end).body()) == b"Name\n2\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_named_with_and_without_its_mark(encoding: str) -> None:
    content = "Name\nMüller\n".encode(encoding)
    with pytest.raises(Rejected, match="UTF-16") as raised:
        content_of(FileSource(lambda: io.BytesIO(content), "it"))
    assert raised.value.code == "CSV_NOT_READABLE"
