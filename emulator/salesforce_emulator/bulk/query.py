"""The work of a query job: what SOQL it may have, its rows as CSV, and pages of them.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/queries.htm
"""

import base64
import csv
import io
from collections.abc import Callable, Generator, Iterator
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import soql
from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk.csv_format import DELIMITERS, written
from salesforce_emulator.bulk.jobs import Job, jobs_of
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.soql.aggregates import is_grouped, is_row_count
from salesforce_emulator.soql.syntax import FieldsOf, Query, TypeOf

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

OPERATIONS: Final = ("query", "queryAll")

_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-3, 1e7  # beyond these Java writes an exponent
_ROWS: Final = 2_000  # rows of a piece
_REFUSED: Final = {
    "Address": "Selecting compound data",
    "Location": "Selecting compound data",
    "Blob": "Selecting binary data",
}

Cell = Callable[[dict[str, Any]], str]


def check(org: "Org", access: "Access", statement: str, version: float) -> str:
    """Check a statement for clauses that bulk queries lack; return the object's name.

    Raises:
        SalesforceError: It is refused, by SOQL or by the bulk API.
    """
    described = soql.columns(org, access, statement, version=version)
    _require_bulk(soql.parse(statement))
    for column in _leaves(described["columnMetadata"]):
        if column[1] in _REFUSED:
            raise bulk_errors.not_in_bulk_query(_REFUSED[column[1]])
    return str(described["entityName"])


def run(org: "Org", job: Job) -> Generator[None, None, None]:
    """Do a job's work, from where it stopped; after each page the caller may stop it again.

    Raises:
        Unprocessable: The statement cannot be run any more.
    """
    access = org.access(job.user_id)
    try:
        cells = [cell for _, cell in _columns(org, access, job)]
        while not job.counted or job.locator:
            response = _answer(org, access, job)
            rows = [[cell(record) for cell in cells] for record in response["records"]]
            with org.transaction():
                data = written(rows, job.delimiter, job.line_ending)
                if rows:
                    jobs_of(org).chunks.add(job.id, "result", job.processed, len(rows), data)
                job.processed += len(rows)
                job.rows, job.counted = response["totalSize"], True
                job.locator = response.get("nextRecordsUrl", "").rpartition("/")[2]
                jobs_of(org).save(job)
            yield
    except SalesforceError as error:
        raise bulk_errors.query_failed(error) from None


def results(org: "Org", job: Job, start: int, count: int) -> Iterator[bytes]:
    """Return the CSV of `count` rows from a row on, with its header, piece by piece."""
    names = [name for name, _ in _columns(org, org.access(job.user_id), job)]
    yield written([names], job.delimiter, job.line_ending)
    end = start + count
    for first, data in jobs_of(org).chunks.read(job.id, "result", start):
        if first >= end:
            return
        text = io.StringIO(data.decode(), newline="")
        reader = csv.reader(text, delimiter=DELIMITERS[job.delimiter])
        if first >= start and first + _ROWS <= end:
            yield data
            continue
        rows = islice(reader, max(0, start - first), end - first)
        yield written(rows, job.delimiter, job.line_ending)


def locator(start: int) -> str:
    """Return the locator of the page that begins at a row."""
    return base64.urlsafe_b64encode(str(start).encode()).decode().rstrip("=")


def start_of(text: str, job: Job) -> int:
    """Return the first row of a locator's page.

    Raises:
        SalesforceError: It is none of this job's.
    """
    try:
        start = int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        raise bulk_errors.bad_locator(text) from None
    if not 0 <= start < max(job.processed, 1) or locator(start) != text:
        raise bulk_errors.bad_locator(text)
    return start


def _require_bulk(query: Query) -> None:
    items = [column.item for column in query.columns]
    if query.grouping is not None:
        raise bulk_errors.not_in_bulk_query("GROUP BY")
    if is_row_count(query) or is_grouped(query):
        raise bulk_errors.not_in_bulk_query("Aggregate functions")
    if any(isinstance(item, Query) for item in items):
        raise bulk_errors.not_in_bulk_query("Aggregate Relationships")
    if any(isinstance(item, TypeOf) for item in items):
        raise bulk_errors.not_in_bulk_query("TYPEOF")
    if any(isinstance(item, FieldsOf) and item.group != "STANDARD" for item in items):
        raise bulk_errors.not_in_bulk_query("FIELDS(ALL) and FIELDS(CUSTOM)")
    if query.offset is not None:
        raise bulk_errors.not_in_bulk_query("OFFSET")


def _answer(org: "Org", access: "Access", job: Job) -> dict[str, Any]:
    if job.locator:
        return soql.more(org, access, job.locator, version=job.version)
    return soql.run(
        org,
        access,
        job.statement,
        all_rows=job.operation == "queryAll",
        version=job.version,
        batch_size=_ROWS,
    )


def _columns(org: "Org", access: "Access", job: Job) -> list[tuple[str, Cell]]:
    described = soql.columns(org, access, job.statement, version=job.version)
    return [
        (".".join(path), _cell(path, _TEXTS.get(kind, str)))
        for path, kind in _leaves(described["columnMetadata"])
    ]


def _leaves(
    columns: list[dict[str, Any]], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Return the path and the type of each column, those of parents among them."""
    for column in columns:
        path = (*above, str(column["columnName"]))
        if column["joinColumns"]:
            yield from _leaves(column["joinColumns"], path)
        else:
            yield path, str(column["apexType"])


def _cell(path: tuple[str, ...], text: Callable[[Any], str]) -> Cell:
    *parents, name = path

    def give(record: dict[str, Any]) -> str:
        result: dict[str, Any] | None = record
        for parent in parents:
            result = None if result is None else result[parent]
        value = None if result is None else result[name]
        return "" if value is None else text(value)

    return give


def _flag(value: Any) -> str:
    return "true" if value else "false"


def _datetime(value: Any) -> str:
    return str(value).replace("+0000", "Z")


def _double(value: Any) -> str:
    """Write a number as Java does: 12.5, 5.0E7."""
    number = float(value)
    if number == 0 or _SMALLEST_PLAIN <= abs(number) < _LARGEST_PLAIN:
        return repr(number)
    exact = Decimal(repr(number)).normalize()
    first, *rest = exact.as_tuple().digits
    sign = "-" if number < 0 else ""
    return f"{sign}{first}.{''.join(map(str, rest)) or '0'}E{exact.adjusted()}"


_TEXTS: Final[dict[str, Callable[[Any], str]]] = {
    "Boolean": _flag,
    "Datetime": _datetime,
    "Double": _double,
}
