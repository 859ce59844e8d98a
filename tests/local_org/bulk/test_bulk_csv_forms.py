"""CSV of bulk jobs: delimiters, line ends, quotes, headers; jobs that fail as a whole."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_emulator.bulk.csv_format import DELIMITERS, LINE_ENDINGS, CsvFormat, written
from salesforce_emulator.org.clock import Clock

Find = Callable[[str], list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("sobject", "operation", "text", "message"),
    [
        ("Account", "insert", "Name,Nope\nAcme,1\n", "InvalidBatch : Field name not found : Nope"),
        (
            "Account",
            "insert",
            "\ufeffName\nA\n",
            "InvalidBatch : Field name not found : \ufeffName",
        ),
        ("Account", "insert", "Name,name\nA,B\n", "Duplicate field name found in header : name"),
        ("Account", "insert", "\n", "InvalidBatch : Failed to parse CSV header"),
        (
            "Contact",
            "insert",
            "LastName,Account:Account.External_Id__c\nDoe,1\n",
            "InvalidBatch : type is not needed for non polymorphic foreign key references: Account",
        ),
        (
            "Contact",
            "insert",
            "LastName,Account:Parent.Name\nDoe,1\n",
            "InvalidBatch : Unable to find relationship: Parent",
        ),
        (
            "Contact",
            "insert",
            "LastName,Account:Account:External_Id__c\nDoe,1\n",
            "InvalidBatch : Field name not found : Account:Account:External_Id__c",
        ),
        (
            "Task",
            "insert",
            "Subject,Who.Email\nCall,d@acme.example\n",
            "InvalidBatch : type is needed for polymorphic foreign key references: Who",
        ),
        (
            "Account",
            "delete",
            "Id,Name\n001000000000001AAA,A\n",
            "InvalidBatch : The 'delete' batch must contain only ids",
        ),
        (
            "Account",
            "insert",
            "Name\r\nAcme\r\n",
            "LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
        ("Account", "insert", "Name,Phone\nA,1\nB,2,3\n", "record 2. It has 3 cells, the header 2"),
        ("Account", "insert", 'Name\nA\nthe "big" one\n', "Found unescaped quote"),
        ("Account", "insert", 'Name\n"never ends\n', "Failed to parse CSV at record 1"),
        ("Account", "insert", f"Name\n{'x' * 131_073}\n", "field larger than field limit (131072)"),
    ],
)
def test_a_job_with_malformed_csv_fails_as_a_whole(
    ingest: Callable[..., Any],
    find: Find,
    sobject: str,
    operation: str,
    text: str,
    message: str,
) -> None:
    """No row of it is written, not even those in front of the mistake."""
    ended = ingest(text, sobject, operation)

    assert ended.info["state"] == "Failed"
    assert message in ended.info["errorMessage"]
    assert ended.info["numberRecordsProcessed"] == 0
    assert find("SELECT Id FROM Account") == find("SELECT Id FROM Contact") == []
    assert ended.done == []


def test_bytes_that_are_not_utf_8_fail_the_job(client: httpx.Client, clock: Clock) -> None:
    created = client.post("/jobs/ingest", json={"object": "Account", "operation": "insert"}).json()
    path = f"/jobs/ingest/{created['id']}"
    client.put(path + "/batches", content=b"Name\nCaf\xe9\n", headers={"Content-Type": "text/csv"})
    client.patch(path, json={"state": "UploadComplete"})
    clock.advance(timedelta(minutes=1))

    assert client.get(path).json()["errorMessage"].endswith("record 1. It is not UTF-8")


def test_the_rows_of_a_failed_job_are_unprocessed(ingest: Callable[..., Any]) -> None:
    ended = ingest('Name,Nope\n"Acme, Inc.",1\nOther,2\n')

    assert list(csv.reader(io.StringIO(ended.text("unprocessedrecords")))) == [
        ["Name", "Nope"],
        ["Acme, Inc.", "1"],
        ["Other", "2"],
    ]


@pytest.mark.parametrize("ending", LINE_ENDINGS)
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_every_delimiter_and_line_ending_comes_back_in_the_results(
    ingest: Callable[..., Any], find: Find, delimiter: str, ending: str
) -> None:
    cells = [["Name", "Description"], [f"A {DELIMITERS[delimiter]} B", 'says "hi"']]
    text = written(cells, delimiter, ending).decode()

    ended = ingest(text, columnDelimiter=delimiter, lineEnding=ending)

    assert (ended.info["columnDelimiter"], ended.info["lineEnding"]) == (delimiter, ending)
    assert find("SELECT Name, Description FROM Account") == [
        dict(zip(cells[0], cells[1], strict=True))
    ]
    result = ended.text("successfulResults")
    rows = list(
        csv.reader(io.StringIO(result, newline=""), delimiter=DELIMITERS[delimiter], strict=True)
    )
    assert [row[2:] for row in rows] == cells
    assert result.count(LINE_ENDINGS[ending]) == 2


def test_a_line_break_inside_quotes_is_part_of_the_value(
    ingest: Callable[..., Any], find: Find
) -> None:
    ingest('Name,Description\nAcme,"one\ntwo"\n')

    assert find("SELECT Description FROM Account") == [{"Description": "one\r\ntwo"}]


def test_empty_lines_and_a_missing_end_of_line_are_no_rows(ingest: Callable[..., Any]) -> None:
    assert ingest("Name\n\nA\n\nB").info["numberRecordsProcessed"] == 2


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")).filter(
                lambda cell: "\r" not in cell
            ),
            min_size=2,
            max_size=3,
        ),
        max_size=8,
    ),
    delimiter=st.sampled_from(list(DELIMITERS)),
    ending=st.sampled_from(list(LINE_ENDINGS)),
    size=st.integers(1, 7),
)
def test_written_csv_is_read_back_from_any_row_and_chunking(
    rows: list[list[str]], delimiter: str, ending: str, size: int
) -> None:
    """Reading goes on at the offset behind any row, and gives the rows that are left."""
    data = written(rows, delimiter, ending)

    def pieces(start: int) -> list[bytes]:
        return [data[at : at + size] for at in range(start, len(data), size)]

    csv_format = CsvFormat(lambda start: iter(pieces(start)), delimiter, ending)
    offsets = [(row, csv_format.offset) for row in csv_format.rows()]
    assert [row for row, _ in offsets] == rows
    for at, (_, offset) in enumerate(offsets):
        assert list(csv_format.rows(offset)) == rows[at + 1 :]
