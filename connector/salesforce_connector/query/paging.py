"""Follows Salesforce's pages of query results until there is none left, or enough is had.

The server chooses the page size, and a locator is opaque: no offset is ever computed.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Call, Flow
from salesforce_connector.errors import BadReply
from salesforce_connector.raw_rows import Rows as Verbatim
from salesforce_connector.records import read
from salesforce_connector.response import Response

_NEXT: Final = "the next page of a query"


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore")

    total_size: int = Field(alias="totalSize")
    done: bool
    next_url: str | None = Field(default=None, alias="nextRecordsUrl")
    records: Verbatim


@dataclass(slots=True)
class Rows:
    """What a query gave.

    Attributes:
        records: As Salesforce has them, in its order; children are complete.
        total: How many match, whether fetched or not.
        complete: False when the cap cut rows off.
    """

    records: list[dict[str, Any]]
    total: int
    complete: bool


def fetch(first: Call, cap: int) -> Flow[Rows]:
    """Fetch all pages from a first call on, at most `cap` rows of the outer query."""
    answer = yield first
    page = read(_Page, answer, "the query")
    rows, seen = page.records, set[str]()
    nested = _has_cut_children(answer, page)
    while page.next_url is not None and len(rows) < cap:
        answer = yield from _ask_next(page.next_url, seen)
        page = read(_Page, answer, _NEXT)
        rows += page.records
        nested = nested or _has_cut_children(answer, page)
    complete = page.done and len(rows) <= cap
    del rows[cap:]
    if nested:
        for row in rows:
            yield from _complete_children(row)
    return Rows(records=rows, total=page.total_size, complete=complete)


def _has_cut_children(answer: Response, page: _Page) -> bool:
    """Whether a page may name further pages beside its own; looking through all rows is slow."""
    return answer.content.count(b'"nextRecordsUrl"') > (page.next_url is not None)


def _ask_next(url: str, seen: set[str]) -> Flow[Response]:
    if url in seen or not url.startswith("/services/data/"):
        raise BadReply(
            "Salesforce named a next page that it had named before, or that is not one of its own.",
            code="BAD_LOCATOR",
            remedy="Run the query again.",
        )
    seen.add(url)
    return (yield Call("GET", url))


def _complete_children(row: dict[str, Any]) -> Flow[None]:
    """Fetch what is missing of each child list in a row, and of the parents and children in it."""
    for value in row.values():
        if not isinstance(value, dict):
            continue
        children = value.get("records")
        if not isinstance(children, list):
            yield from _complete_children(value)
            continue
        seen = set[str]()
        while (url := value.pop("nextRecordsUrl", None)) is not None:
            page = read(_Page, (yield from _ask_next(url, seen)), _NEXT)
            children += page.records
            if page.next_url is not None:
                value["nextRecordsUrl"] = page.next_url
        value["done"] = True
        for child in children:
            yield from _complete_children(child)
