"""Results of bulk queries as records: all of them, or page by page; `result_files` writes files.

Cells are texts, as Salesforce wrote them, or typed by the descriptions of their fields: "0012" and
"NA" in a text field are not taken for anything else.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_job_results.htm
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, Final

from salesforce_connector.bulk.column_types import READERS, convert
from salesforce_connector.bulk.job_results import RESULTS_TIMEOUT, BufferedCsv, require_csv
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.bulk.page_spool import PageSpool
from salesforce_connector.bulk.result_forms import CsvPage
from salesforce_connector.bulk.result_pages import Position, read_in_order
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call, Deliver, Flow, Note, Progress, Sink
from salesforce_connector.paging.next_pages import NextPages
from salesforce_connector.response import Response

PAGE: Final = 50_000  # rows of a page that is kept in memory
STREAMED: Final = 2_000  # rows of a page of a stream

OpenSink = Callable[[int], Callable[[], AbstractContextManager[Sink]]]
"""Returns what opens the sink of a page, by the page's number from 0."""

Measure = Callable[[], int]

Deliverer = Callable[[list[str], list[list[str]]], Flow[None]]
"""Delivers rows; takes the columns, and rows as cells."""

Describer = Callable[[Sequence[str]], Flow[list[str]]]
"""Returns the types of columns, by Salesforce's names."""


def pages(
    job: Job, open_sink: OpenSink, measure: Measure, cap: int | None, page_size: int | None
) -> Flow[int]:
    """Fetch a finished job's pages, at most `cap` rows when the server keeps to it; count them.

    Args:
        job: Finished.
        open_sink: Where pages go.
        measure: Counts the rows of the last page, if Salesforce does not say how many it has.
        cap: Rows to fetch at most; None for all.
        page_size: Rows to ask for at once; None: as many as Salesforce gives.

    Raises:
        BadReply: The pages have no end, are no CSV, or have fewer rows than the job.
    """
    following = NextPages()
    locator, count, number = "", 0, 0
    while True:
        left = None if cap is None else cap - count
        limits = [size for size in (left, page_size) if size is not None]
        response = yield Call(
            "GET",
            job.path("query", "results"),
            params=_params(locator, min(limits, default=None)),
            headers={"Accept": "text/csv"},
            into=open_sink(number),
            timeout=RESULTS_TIMEOUT,
        )
        require_csv(response)
        rows = _count(response, measure)
        count, number = count + rows, number + 1
        yield Progress(count, job.processed, "Rows fetched", {"job_ids": [job.id]})
        locator = response.headers.get("sforce-locator", "null")
        if cap is not None and count >= cap:
            return count
        if locator in ("null", ""):  # the text "null"
            break
        following.locator(locator, rows)
    if count < job.processed:
        raise BadReply(
            f"The job {job.id} has {job.processed:,} rows, and Salesforce sent {count:,}.",
            code="INCOMPLETE_RESULT",
            remedy="Let the proxy between this machine and Salesforce keep the headers Sforce-*.",
        )
    return count


def rows(job: Job, cap: int, describe: Describer | None = None) -> Flow[list[dict[str, Any]]]:
    """Fetch at most `cap` rows; an empty cell is None, since Salesforce has no empty texts.

    Args:
        describe: Gives the types of columns; None: every value is a text.

    Raises:
        BadReply: The pages are no CSV, or have fewer rows than the job.
    """
    buffered: list[BufferedCsv] = []

    def open_sink(number: int) -> Callable[[], AbstractContextManager[Sink]]:
        del buffered[number:]
        buffered.append(BufferedCsv(cap))
        return buffered[number].open

    def measure() -> int:
        return sum(1 for _ in buffered[-1].rows())

    yield from pages(job, open_sink, measure, cap, PAGE)
    readers: dict[str, Callable[[str], Any]] | None = None
    records: list[dict[str, Any]] = []
    for page in buffered:
        for row in page.rows():
            if len(records) == cap:
                return records
            if readers is None:
                types = [""] * len(row) if describe is None else (yield from describe([*row]))
                named = zip(row, types, strict=True)
                readers = {name: READERS[kind] for name, kind in named if kind in READERS}
            record: dict[str, Any] = {name: cell or None for name, cell in row.items()}
            for name, reader in readers.items():
                record[name] = convert(reader, row[name])
            records.append(record)
    return records


def deliver_rows(describe: Describer | None = None) -> Deliverer:
    """Return what delivers rows as pages of a stream; see `rows`."""
    types: list[str] | None = None

    def deliver(names: list[str], rows: list[list[str]]) -> Flow[None]:
        nonlocal types
        if types is None and describe is not None:
            types = yield from describe(names)
        yield Deliver(CsvPage(names, rows, types))

    return deliver


def stream(
    job: Job,
    cap: int | None,
    at_once: int,
    state: Mapping[str, Any],
    deliver: Deliverer,
) -> Flow[None]:
    """Deliver the rows of a finished job, some thousand at a time.

    Progress is reported once a page has been read. Its state holds the place in the results.

    Args:
        job: Finished.
        cap: Rows to deliver at most; None for all.
        at_once: Result pages that are fetched at once.
        state: Of the run's progress that this one resumes; empty for none.
        deliver: Delivers rows.

    Raises:
        BadReply: The pages are no CSV, or have fewer rows than the job.
    """
    start, skip, done = "", 0, 0
    match state:
        case {"locator": str(start), "skip": int(skip), "done": int(done)}:
            pass
    count = done
    total = job.processed if cap is None else min(job.processed, cap)

    def read_page(spool: PageSpool, _: Position) -> Flow[None]:
        nonlocal skip, count
        lines = spool.lines()
        names = next(lines, [])
        at = skip
        while skip and next(lines, None) is not None:
            skip -= 1
        while (cap is None or count < cap) and (
            rows := list(islice(lines, STREAMED if cap is None else min(STREAMED, cap - count)))
        ):
            yield from deliver(names, rows)
            count, at = count + len(rows), at + len(rows)
            state = {"locator": spool.locator, "skip": at, "done": count}
            more = state if count < job.processed else {}
            yield Progress(count, total, "Rows read", {"job_ids": [job.id], **more})
        lines.close()
        if cap is not None and count >= cap:
            raise _LimitReached

    try:
        yield from read_in_order(job, read_page, at_once=at_once, start=start, before=done - skip)
    except _LimitReached:
        if job.processed > count:
            yield Note(
                f"The query returns {job.processed:,} records; the first {count:,} are returned."
            )


class _LimitReached(Exception):
    """No more rows are wanted."""


def _params(locator: str, most: int | None) -> dict[str, str]:
    params = {"locator": locator, "maxRecords": "" if most is None else str(most)}
    return {name: value for name, value in params.items() if value}


def _count(response: Response, measure: Measure) -> int:
    """Return the rows of a page as Salesforce counts them, or as they are counted here."""
    try:
        return int(response.headers["sforce-numberofrecords"][:20])
    except (KeyError, ValueError):  # a proxy has taken the headers away
        return measure()
