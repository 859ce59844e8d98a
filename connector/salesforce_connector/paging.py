"""Follows Salesforce's pages of query results until there is none left, or enough is had.

The server chooses the page size, and a locator is opaque: no offset is ever computed.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Call, Flow, Note
from salesforce_connector.errors import BadReply
from salesforce_connector.long_queries import send_query
from salesforce_connector.pages import NextPages
from salesforce_connector.raw_rows import Rows as Verbatim
from salesforce_connector.records import read
from salesforce_connector.response import Response

_NEXT: Final = "the next page of a query"
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
        complete: Whether all that match are there.
        capped: Whether the cap cut records off.
    """

    records: list[dict[str, Any]]
    total: int
    complete: bool
    capped: bool = field(default=False, compare=False)


def fetch(first: Call, cap: int, *, strict: bool = False) -> Flow[QueryResult]:
    """Fetch all pages from a first call on, at most `cap` records of the outer query.

    Args:
        first: The query.
        cap: Records to give at most.
        strict: Raise when Salesforce gives fewer records than it counts; otherwise a note says so.

    Raises:
        BadReply: The pages have no end, or records are missing and that is not allowed.
    """
    answer = yield from send_query(first)
    page = read(_Page, answer, "the query")
    records, pages = page.records, NextPages()
    nested = _has_cut_children(answer, page)
    rows = len(records)
    while page.next_url is not None and len(records) < cap:
        answer = yield pages.call(page.next_url, rows)
        page = read(_Page, answer, _NEXT)
        rows = len(page.records)
        records += page.records
        nested = nested or _has_cut_children(answer, page)
    capped = len(records) > cap or (page.next_url is not None and len(records) >= cap)
    missing = 0 if capped or _only_counts(first, records) else page.total_size - len(records)
    del records[cap:]
    if nested:
        for record in records:
            yield from _complete_children(record)
    if missing > 0 or not (page.done or capped):
        message = f"Salesforce counts {page.total_size:,} records, and sent {len(records):,}."
        if strict:
            raise BadReply(
                message, code="INCOMPLETE_RESULT", remedy="Look for a proxy that cuts answers."
            )
        yield Note(f"{message} The result is not complete.")
    complete = page.done and not capped and missing <= 0
    return QueryResult(records, page.total_size, complete, capped)


def _only_counts(first: Call, records: list[Any]) -> bool:
    """Whether a query asks for a count alone, which comes as the total of no records."""
    return not records and _COUNT.match(first.params.get("q", "")) is not None


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
