"""Result pages of a bulk query, several fetched at once and read in their order.

Each page is fetched into a temporary file, so memory stays bounded whatever its size. Salesforce
lists the addresses of pages from API version 58 on; before that, each page names the next one, and
one is fetched ahead.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_parallel_job_results.htm
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from salesforce_connector.bulk.job_results import RESULTS_TIMEOUT, require_csv
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.bulk.page_spool import PageSpool
from salesforce_connector.errors import BadReply, NotFound
from salesforce_connector.flow import Call, Flow, Task, begin, first_ended, in_thread
from salesforce_connector.paging.next_pages import NextPages
from salesforce_connector.records import decode
from salesforce_connector.response import Response

LISTED_SINCE: Final = 58.0  # API version
MIN_ROWS: Final = 10_000  # ours; of fewer rows the list of pages costs more than it saves


@dataclass(frozen=True, slots=True)
class Position:
    """How far the pages have been read, once one of them was.

    Attributes:
        rows: Up to the end of that page.
        locator: Of the next page; None when it is the last.
    """

    rows: int
    locator: str | None


ReadPage = Callable[[PageSpool, Position], Flow[None]]
"""Reads a page; called in the order of the pages, the next ones being fetched meanwhile."""


def read_in_order(
    job: Job,
    read_page: ReadPage,
    *,
    at_once: int,
    start: str = "",
    before: int = 0,
    folder: Path | None = None,
) -> Flow[int]:
    """Fetch a finished job's pages, several at once; call `read_page` with each, and count rows.

    Args:
        job: Finished.
        read_page: See `ReadPage`.
        at_once: Pages that are fetched at once while another is read.
        start: Locator of the page to begin with; empty for the first.
        before: Rows on the pages before it.
        folder: Where pages wait to be read; see `PageSpool`.

    Raises:
        BadReply: The pages have no end, are no CSV, or have fewer rows than the job.
    """
    source: _ListedPages | _ChainedPages = _ChainedPages(start, folder)
    if at_once > 1 and (job.api_version or 0) >= LISTED_SINCE and job.processed - before > MIN_ROWS:
        listed = _ListedPages(job, start, folder)
        if (yield from listed.look()):
            source = listed
    fetches = _Fetches(job, source, at_once)
    count = before
    try:
        yield from fetches.start()
        while (spool := (yield from fetches.next_page())) is not None:
            source.note(spool)
            try:
                yield from fetches.start()
                count += spool.rows
                yield from read_page(spool, Position(count, fetches.next_locator))
            finally:
                spool.close()
    finally:
        fetches.close()
    if count < job.processed:
        raise BadReply(
            f"The job {job.id} has {job.processed:,} rows, and Salesforce sent {count:,}.",
            code="INCOMPLETE_RESULT",
            remedy="Let the proxy between this machine and Salesforce keep the headers Sforce-*.",
        )
    return count


class _Fetches:
    """The pages that are being fetched, and those that have come and wait for an earlier one."""

    def __init__(self, job: Job, source: "_ListedPages | _ChainedPages", at_once: int) -> None:
        self._job = job
        self._source = source
        self._at_once = at_once
        self._pages: deque[tuple[PageSpool, Task]] = deque()  # in their order
        self._awaited: list[Task] = []

    @property
    def next_locator(self) -> str | None:
        """Locator of the first page; None when there is none."""
        return self._pages[0][0].locator if self._pages else None

    def start(self) -> Flow[None]:
        """Start to fetch pages until so many are on their way, or no other is known.

        Pages that wait do not count, up to as many again: a slow page does not stop the others.
        """
        running = sum(not task.done() for _, task in self._pages)
        while running < self._at_once and len(self._pages) < 2 * self._at_once:
            spool = yield from self._source.next_page()
            if spool is None:
                return
            task = yield from begin(_fetch(self._job, spool))
            self._pages.append((spool, task))
            self._awaited.append(task)
            running += 1

    def next_page(self) -> Flow[PageSpool | None]:
        """Wait for the first page and return it; None at the end.

        Raises:
            ConnectorError: It could not be fetched.
        """
        if not self._pages:
            return None
        _, first = self._pages[0]
        while first in self._awaited:
            self._awaited.remove((yield from first_ended(self._awaited)))
            yield from self.start()
        first.result()
        return self._pages.popleft()[0]

    def close(self) -> None:
        """Remove all pages."""
        for spool, _ in self._pages:
            spool.close()


class _ChainedPages:
    """Pages of which each names the next one."""

    def __init__(self, start: str, folder: Path | None) -> None:
        self._folder = folder
        self._pages = NextPages()
        self._next: str | None = start

    def next_page(self) -> Flow[PageSpool | None]:
        locator, self._next = self._next, None
        if False:  # a flow without a step
            yield
        return None if locator is None else PageSpool(locator, self._folder)

    def note(self, spool: PageSpool) -> None:
        """Record a page that has come."""
        if spool.following:
            self._next = self._pages.locator(spool.following, spool.rows)


class _ListedPages:
    """Pages that Salesforce lists, five at a time."""

    def __init__(self, job: Job, start: str, folder: Path | None) -> None:
        self._folder = folder
        self._pages = NextPages()
        self._locators: deque[str] = deque()
        self._params = {"locator": start} if start else {}
        self._next: str | None = job.path("query", "resultPages")

    def look(self) -> Flow[bool]:
        """Read the first part of the list; False when there is none."""
        try:
            yield from self._read_list()
        except NotFound:
            return False
        return True

    def next_page(self) -> Flow[PageSpool | None]:
        while not self._locators:
            if self._next is None:
                return None
            yield from self._read_list()
        return PageSpool(self._locators.popleft(), self._folder)

    def note(self, spool: PageSpool) -> None:
        """The list says what follows."""

    def _read_list(self) -> Flow[None]:
        call = Call("GET", self._next or "", params=self._params)
        body = decode((yield call))
        self._params = {}
        match body:
            case {"resultPages": [*pages]}:
                self._locators.extend(map(self._locator_of, pages))
            case _:
                raise BadReply("The response is no list of result pages.", code="BAD_REPLY")
        # The documentation has it by both names.
        following = body.get("nextRecordsUrl") or body.get("nextRecordUrl")
        self._next = following and self._pages.call(following, len(pages)).path

    def _locator_of(self, page: Any) -> str:
        """Return a page's locator: the first page's address may have none."""
        address = page.get("resultUrl") if isinstance(page, dict) else None
        if not isinstance(address, str):
            raise BadReply("The response is no list of result pages.", code="BAD_REPLY")
        locator = parse_qs(urlsplit(address).query).get("locator", [""])[0]
        return self._pages.locator(locator, 1) if locator else ""


def _fetch(job: Job, spool: PageSpool) -> Flow[None]:
    params = {"locator": spool.locator} if spool.locator else {}
    response = yield Call(
        "GET",
        job.path("query", "results"),
        params=params,
        headers={"Accept": "text/csv"},
        into=spool.open,
        compressed=True,
        timeout=RESULTS_TIMEOUT,
    )
    require_csv(response)
    spool.encoding = response.headers.get("content-encoding", "")
    spool.rows = yield from _count(response, spool)
    locator = response.headers.get("sforce-locator", "null")
    spool.following = "" if locator == "null" else locator  # the text "null"


def _count(response: Response, spool: PageSpool) -> Flow[int]:
    """Return the rows of a page as Salesforce counts them, or as they are counted here."""
    try:
        return int(response.headers["sforce-numberofrecords"][:20])
    except (KeyError, ValueError):  # a proxy has taken the headers away
        lines = yield from in_thread(lambda: sum(1 for _ in spool.lines()))
        return max(0, lines - 1)
