"""Rows of a CSV that Salesforce would refuse for their form: left out, named by line and column."""

import io
from pathlib import Path
from typing import Any

import pytest
from connector.test_record_rules import described, field
from hypothesis import given
from hypothesis import strategies as st

from salesforce_connector.bulk.csv_file import FileSource
from salesforce_connector.bulk.csv_format import Part
from salesforce_connector.bulk.csv_rows import MAX_NAMED, CheckedRows, checked_rows

RULES = described(
    "Invoice__c",
    field("Id", "id", createable=False, updateable=False),
    field("Name", "string", length=5),
    field("Note__c", "textarea", length=8),
    field("Day__c", "date"),
    field("At__c", "datetime"),
    field("Sum__c", "currency"),
    field("Count__c", "int"),
    field("Flag__c", "boolean"),
    field("Account__c", "reference", relationshipName="Account__r", referenceTo=["Account"]),
)
NAMES = [
    "Name",
    "Day__c",
    "At__c",
    "Sum__c",
    "Count__c",
    "Flag__c",
    "Account__c",
    "Account__r.Ext__c",
]
HEADER = ",".join(NAMES) + "\n"


def rows_of(
    text: str, names: list[str] = NAMES, delimiter: str = "COMMA", **more: Any
) -> CheckedRows:
    return checked_rows(FileSource.of_text(text), names, delimiter, RULES, **more)


def sent(rows: CheckedRows, **bounds: Any) -> list[bytes]:
    """Send all of it, and give the body of each job."""
    bodies, start, more = [], 0, True
    while more:
        part = Part(rows, start, **bounds)
        bodies.append(b"".join(part.body()))
        start, more = part.end, part.more
    return bodies


BAD = {
    "Day__c": ["31.01.2026", "2026-02-30", "2026-01-31 10:00", "TODAY"],
    "At__c": ["2026-01-31 10:00:00", "soon", "2026-01-31T25:00:00Z"],
    "Sum__c": ['"1,234.56"', "€5", "12 %"],
    "Count__c": ["1.5", "many"],
    "Flag__c": ["wahr", "2"],
    "Account__c": ["Acme", "https://acme.my.salesforce.com/001D000000IqhSL"],
}


@pytest.mark.parametrize(
    ("name", "cell"), [(name, cell) for name, cells in BAD.items() for cell in cells]
)
def test_a_cell_that_does_not_fit_its_field_is_named(name: str, cell: str) -> None:
    cells = [cell if item == name else "" for item in NAMES]
    rows = rows_of(f"{HEADER}A,,,,,,,\n{','.join(cells)}\nB,,,,,,,\n")

    [body] = sent(rows)

    assert body.decode() == f"{HEADER}A,,,,,,,\nB,,,,,,,\n"
    [refused] = rows.refused
    assert (refused.index, refused.ok, refused.fields) == (1, False, [name])
    assert refused.message.startswith("Not sent. Line 3: ")
    assert name in refused.message


TAKEN = {
    "Day__c": ["2026-01-31", "2026-01-31Z", "2026-01-31T00:00:00Z", "#N/A"],
    "At__c": ["2026-01-31T10:00:00.000+0000", "2026-01-31T10:00:00+02:00", "2026-01-31"],
    "Sum__c": ["1234.56", "-1e3", " 5 "],
    "Count__c": ["5", "5.0"],
    "Flag__c": ["TRUE", "yes", "0", "off"],
    "Account__c": ["001D000000IqhSL", "001D000000IqhSLIAZ"],
    "Account__r.Ext__c": ["anything", "31.01.2026"],
    "Name": ["1234567", '"a,b"', '"a\nb"', '"say ""hi"""'],
}


@pytest.mark.parametrize(
    ("name", "cell"), [(name, cell) for name, cells in TAKEN.items() for cell in cells]
)
def test_cells_that_salesforce_may_accept_are_sent_unchanged(name: str, cell: str) -> None:
    text = HEADER + ",".join(cell if item == name else "" for item in NAMES) + "\n"
    rows = rows_of(text)

    assert sent(rows) == [text.encode()]
    assert rows.refused == []


@pytest.mark.parametrize(
    ("text", "line", "count"),
    [
        ("Name,Sum__c\nA,1\nB,2,3\nC,4\n", 3, 3),
        ("Name,Sum__c\nA,1\nB\nC,4\n", 3, 1),
        ('Name,Sum__c\n"A\n\nA",1\nB,"2",3\nC,4\n', 5, 3),
        ("sep=,\r\nName,Sum__c\r\n\r\nA,1\r\n\r\nB,1,234\r\nC,4\r\n", 6, 3),
    ],
)
def test_a_row_with_other_cells_than_the_header_does_not_fail_the_whole_job(
    text: str, line: int, count: int
) -> None:
    """Salesforce fails a job at the first such row, with all rows behind it."""
    rows = rows_of(text, ["Name", "Sum__c"])
    [body] = sent(rows)

    assert (b"B" in body, b"C,4\n" in body) == (False, True)
    [refused] = rows.refused
    assert (refused.index, refused.code) == (1, "CELLS_DO_NOT_FIT_HEADER")
    assert f"Line {line}: has {count} cells; the header has 2" in refused.message


@pytest.mark.parametrize(
    "cell", ['the "big" one', '"big" one', 'a""b', ' "quoted"', '"quoted" ', '5" pipe, 6" pipe']
)
def test_a_quote_inside_a_cell_is_named_because_it_fails_the_job(cell: str) -> None:
    rows = rows_of(f"Name\nA\n{cell}\nC\n", ["Name"])

    assert sent(rows) == [b"Name\nA\nC\n"]
    assert [(refused.index, refused.code) for refused in rows.refused] == [(1, "QUOTES_DO_NOT_FIT")]


@pytest.mark.parametrize("cell", ['"a"', '""', '"a""b"', '"a,b"', '"a\nb"', '"""a"""'])
def test_quotes_around_a_cell_are_sent_as_they_are(cell: str) -> None:
    text = f"Name,Sum__c\n{cell},1\n"
    rows = rows_of(text, ["Name", "Sum__c"])

    assert (sent(rows), rows.refused) == ([text.encode()], [])


def test_rows_of_delimiters_alone_are_skipped() -> None:
    """Spreadsheets write them behind the last record."""
    rows = rows_of('Name,Sum__c\nA,1\n,\n, \n"",""\n,,,\n', ["Name", "Sum__c"])

    assert sent(rows) == [b"Name,Sum__c\nA,1\n"]
    assert rows.refused == []


def test_read_only_columns_are_dropped_and_texts_are_cut_on_demand() -> None:
    names = ["Id", "Name", "Note__c", "Sum__c"]
    rows = rows_of(
        'Id,Name,Note__c,Sum__c\nx,1234567,"a\nb,cdefghij",1\n', names, dropped=[0], truncates=True
    )

    assert sent(rows) == [b'Name,Note__c,Sum__c\n12345,"a\nb,cde",1\n']
    assert [*rows.truncated] == ["Name", "Note__c"]


def test_columns_without_a_name_at_the_end_are_left_out() -> None:
    """Spreadsheets write them, with delimiters in each row; a value there is a mistake."""
    names = ["Name", "Sum__c", "", ""]
    rows = rows_of("Name,Sum__c,,\nA,1,,\nB,2,x,\n,,,\n", names, dropped=[2, 3])

    assert sent(rows) == [b"Name,Sum__c\nA,1\n"]
    assert [(refused.index, refused.fields) for refused in rows.refused] == [(1, ["column 3"])]


def test_the_key_of_an_upsert_is_never_cut() -> None:
    rows = rows_of("Name\n1234567\n", ["Name"], key="name", truncates=True)

    assert sent(rows) == [b"Name\n1234567\n"]


@pytest.mark.parametrize("delimiter", ["SEMICOLON", "TAB", "PIPE"])
def test_every_delimiter_is_read(delimiter: str) -> None:
    mark = {"SEMICOLON": ";", "TAB": "\t", "PIPE": "|"}[delimiter]
    rows = rows_of(f"Name{mark}Sum__c\nA{mark}1,5\nB{mark}1.5\n", ["Name", "Sum__c"], delimiter)

    assert sent(rows) == [f"Name{mark}Sum__c\nB{mark}1.5\n".encode()]
    assert rows.refused[0].fields == ["Sum__c"]


def test_all_bad_rows_are_counted_and_the_first_are_listed() -> None:
    text = "Name,Sum__c\n" + "A,x\n" * (MAX_NAMED + 500) + "B,1\n"
    rows = rows_of(text, ["Name", "Sum__c"])
    part = Part(rows, 0)

    assert b"".join(part.body()) == b"Name,Sum__c\nB,1\n"
    assert (part.rows, part.left_out, len(rows.refused)) == (1, MAX_NAMED + 500, MAX_NAMED)
    assert b"".join(part.body()) == b"Name,Sum__c\nB,1\n"  # a second try sends the same
    assert (part.left_out, len(rows.refused)) == (MAX_NAMED + 500, MAX_NAMED)


records = st.lists(st.sampled_from(["A,1\n", '"A\n",2\n', "B,x\n", "\n", ",\n", "C,1,2\n"]))


@pytest.mark.slow
@given(records, st.integers(1, 4), st.sampled_from(["\n", "\r\n"]))
def test_jobs_have_together_what_one_would_have(
    lines: list[str], max_rows: int, ending: str
) -> None:
    """Rows and lines are counted on, however the file is cut into jobs."""
    text = ("Name,Sum__c\n" + "".join(lines)).replace("\n", ending)
    whole, cut = (rows_of(text, ["Name", "Sum__c"]) for _ in range(2))
    [body] = sent(whole)
    bodies = sent(cut, max_rows=max_rows)

    header = b"Name,Sum__c\n"
    assert b"".join(body.removeprefix(header) for body in bodies) == body.removeprefix(header)
    assert cut.refused == whole.refused
    for refused in cut.refused:
        number = int(refused.message.split("Line ")[1].split(":")[0])
        assert text.split("\n")[number - 1].rstrip("\r") in ("B,x", "C,1,2")


@pytest.mark.slow
def test_a_file_is_never_held_in_memory(tmp_path: Path) -> None:
    """The body is made of pieces, though each row is looked at."""
    path = tmp_path / "rows.csv"
    path.write_text("Name,Sum__c\n" + "Acme,1\n" * 50_000)
    rows = checked_rows(FileSource.of_path(path), ["Name", "Sum__c"], "COMMA", RULES)

    assert max(map(len, Part(rows, 0).body())) < 70_000


def test_a_quote_that_does_not_end_is_named_by_its_line() -> None:
    rows = checked_rows(
        FileSource(lambda: io.BytesIO(b'Name\nA\n"B\nC\n'), "the file"), ["Name"], "COMMA", RULES
    )
    with pytest.raises(Exception, match="Line 3 of the file"):
        sent(rows)
