"""Follows Salesforce's pages of query results until there is none left, or enough is had.

The server chooses the page size, and a locator is opaque: no offset is ever computed.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Call, Flow
from salesforce_connector.errors import BadReply
from salesforce_connector.records import read


class _Page(BaseModel):
    model_config = ConfigDict(extra="ignore")

    total_size: int = Field(alias="totalSize")
    done: bool
    next_url: str | None = Field(default=None, alias="nextRecordsUrl")
    records: list[dict[str, Any]]


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
    page = read(_Page, (yield first), "the query")
    rows, seen = page.records, set[str]()
    while page.next_url is not None and len(rows) < cap:
        page = yield from _next(page.next_url, seen)
        rows += page.records
    complete = page.done and len(rows) <= cap
    del rows[cap:]
    for row in rows:
        yield from _complete_children(row)
    return Rows(records=rows, total=page.total_size, complete=complete)


def _next(url: str, seen: set[str]) -> Flow[_Page]:
    if url in seen or not url.startswith("/services/data/"):
        raise BadReply(
            "Salesforce named a next page that it had named before, or that is not one of its own.",
            code="BAD_LOCATOR",
            remedy="Run the query again.",
        )
    seen.add(url)
    return read(_Page, (yield Call("GET", url)), "the next page of a query")


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
            page = yield from _next(url, seen)
            children += page.records
            if page.next_url is not None:
                value["nextRecordsUrl"] = page.next_url
        value["done"] = True
        for child in children:
            yield from _complete_children(child)
