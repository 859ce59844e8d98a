"""Follows Salesforce's pages of query results to the end, or up to a limit.

The server chooses the page size, and a locator is opaque: no offset is ever computed.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.errors import BadReply
from salesforce_connector.flow import (
    Call,
    Deliver,
    Flow,
    Note,
    Progress,
    Task,
    begin,
    first_ended,
    resume_state,
)
from salesforce_connector.paging.next_pages import NextPages
from salesforce_connector.raw_rows import Rows as Verbatim
from salesforce_connector.record_pages import Columns, JsonPage
from salesforce_connector.records import read
from salesforce_connector.response import Response
from salesforce_connector.soql.long_queries import send_query

_NEXT: Final = "the next page of a query"
MAX_PAGE: Final = 2_000  # records; Salesforce makes no larger pages

# How a page begins that is not the last; what begins otherwise is decoded first.
_HEAD: Final = re.compile(
    rb'\s*\{\s*"totalSize"\s*:\s*\d+\s*,\s*"done"\s*:\s*false\s*,'
    rb'\s*"nextRecordsUrl"\s*:\s*"([^"\\]+)"'
)
# COUNT() alone returns a total and no records.
_COUNT: Final = re.compile(r"\s*SELECT\s+COUNT\s*\(\s*\)", re.IGNORECASE)


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore")

    total_size: int = Field(alias="totalSize")
    done: bool
    next_url: str | None = Field(default=None, alias="nextRecordsUrl")
    records: Verbatim


@dataclass(slots=True)
class QueryResult:
    """What a query gave.

    Attributes:
        records: As Salesforce has them, in its order; children are complete.
        total: How many match, whether fetched or not.
        complete: Whether all matching records are included.
        capped: Whether the cap cut records off.
    """

    records: list[dict[str, Any]]
    total: int
    complete: bool
    capped: bool = field(default=False, compare=False)


def fetch(
    first: Call, cap: int, *, strict: bool = False, response: Response | None = None
) -> Flow[QueryResult]:
    """Fetch all pages from a first call on, at most `cap` records of the outer query.

    Args:
        first: The query.
        cap: Records to return at most.
        strict: Raise if Salesforce returns fewer records than it counts; otherwise add a note.
        response: To the first call, if it has been sent already.

    Raises:
        BadReply: The pages have no end, or records are missing and that is not allowed.
    """
    records: list[dict[str, Any]] = []

    def keep(page: _Page, _: str | None) -> Flow[None]:
        records.extend(page.records)
        return
        yield

    end = yield from _follow(_start(first, response), cap, 0, keep)
    missing = yield from _check(first, end, strict=strict)
    complete = end.done and not end.capped and missing <= 0
    return QueryResult(records, end.total, complete, end.capped)


def stream(
    first: Call,
    cap: int | None,
    response: Response | None = None,
    *,
    columns: Sequence[str] = (),
) -> Flow[None]:
    """Deliver the pages of a query; the next one is requested before a page is delivered.

    Progress is reported once a page has been read. Its state says where the next page begins, which
    Salesforce knows for two days, so that another run delivers what this one did not.

    Args:
        first: The query.
        cap: Records to return at most; None for all.
        response: To the first call, if it has been sent already.
        columns: Names of the fields; empty: those of the query.

    Raises:
        BadReply: The pages have no end.
    """
    state = yield from resume_state()
    form = Columns(first.params.get("q", ""), columns)
    done = count = int(state.get("done", 0))
    start = _start(first, response)
    if "next_page" in state:
        start = _send(NextPages().call(state["next_page"], 1))

    def deliver(page: _Page, following: str | None) -> Flow[None]:
        nonlocal count
        yield Deliver(JsonPage(page.records, form))
        count += len(page.records)
        state = {} if following is None else {"next_page": following, "done": count}
        total = page.total_size if cap is None else min(page.total_size, cap)
        yield Progress(count, total, "Records read", state)

    end = yield from _follow(start, cap, done, deliver)
    if end.capped:
        yield Note(f"{end.total:,} records match; the first {count:,} are returned.")
    yield from _check(first, end, strict=False)


@dataclass(frozen=True, slots=True)
class _End:
    """The totals after the last page.

    Attributes:
        total: Records that match, by Salesforce's count.
        count: Records that came, those beyond the cap among them.
        done: Whether Salesforce called the last page the last.
        capped: Whether the cap cut records off.
    """

    total: int
    count: int
    done: bool
    capped: bool


def _follow(
    start: Flow[Response],
    cap: int | None,
    count: int,
    deliver: Callable[[_Page, str | None], Flow[None]],
) -> Flow[_End]:
    """Follow pages; `deliver` receives each, with complete children, and the path of the next.

    The next page is requested before a page is decoded, when it is certain to be needed.
    """
    pages, rows, what = NextPages(), 1, "the query"
    response = yield from start
    while True:
        task: Task | None = None
        if (cap is None or cap - count > MAX_PAGE) and (head := _HEAD.match(response.content)):
            task = yield from begin(_send(pages.call(head[1].decode(), rows)))
        page = read(_Page, response, what)
        nested = _has_cut_children(response, page)
        rows = len(page.records)
        room = rows + 1 if cap is None else cap - count
        capped = rows > room or (page.next_url is not None and rows >= room)
        del page.records[room:]
        if nested:
            for record in page.records:
                yield from _complete_children(record)
        count += rows
        following = None if capped else page.next_url
        yield from deliver(page, following)
        if following is None:
            return _End(page.total_size, count, page.done, capped)
        if task is None:
            response = yield pages.call(following, rows)
        else:
            response = (yield from first_ended([task])).result()
        what = _NEXT


def total_of(response: Response) -> int:
    """Return how many records match a query, by its first page."""
    return read(_Page, response, "the query").total_size


def _start(first: Call, response: Response | None) -> Flow[Response]:
    return (yield from send_query(first)) if response is None else response


def _send(call: Call) -> Flow[Response]:
    return (yield call)


def _check(first: Call, end: _End, *, strict: bool) -> Flow[int]:
    """Return how many records are missing, by Salesforce's own count.

    Raises:
        BadReply: Some are, and that is not allowed.
    """
    counts = not end.count and _COUNT.match(first.params.get("q", "")) is not None
    missing = 0 if end.capped or counts else end.total - end.count
    if missing > 0 or not (end.done or end.capped):
        message = f"Salesforce counts {end.total:,} records, and sent {end.count:,}."
        if strict:
            raise BadReply(
                message,
                code="INCOMPLETE_RESULT",
                remedy="Look for a proxy that truncates responses.",
            )
        yield Note(f"{message} The result is not complete.")
    return missing


def _has_cut_children(answer: Response, page: _Page) -> bool:
    """Whether a page may name further pages beside its own; looking through all rows is slow."""
    return answer.content.count(b'"nextRecordsUrl"') > (page.next_url is not None)


def _complete_children(record: dict[str, Any]) -> Flow[None]:
    """Fetch what is missing of each child list in a record, and of the parents and children in it.

    Raises:
        BadReply: The pages have no end.
    """
    for value in record.values():
        if not isinstance(value, dict):
            continue
        children = value.get("records")
        if not isinstance(children, list):
            yield from _complete_children(value)
            continue
        pages, rows = NextPages(), len(children)
        while (url := value.pop("nextRecordsUrl", None)) is not None:
            page = read(_Page, (yield pages.call(url, rows)), _NEXT)
            rows = len(page.records)
            children += page.records
            if page.next_url is not None:
                value["nextRecordsUrl"] = page.next_url
        value["done"] = True
        for child in children:
            if isinstance(child, dict):
                yield from _complete_children(child)
