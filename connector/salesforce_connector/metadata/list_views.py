"""List views: which an object has, and what rows one shows.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm
"""

from typing import Any

from pydantic import Field

from salesforce_connector import records
from salesforce_connector.flow import (
    Call,
    Deliver,
    Flow,
    Note,
    Progress,
    begin,
    first_ended,
    resume_state,
)
from salesforce_connector.paging.next_pages import NextPages
from salesforce_connector.record_pages import Columns, JsonPage
from salesforce_connector.wire_model import Wire

PAGE = 2_000  # rows of one call, list view results


class ListView(Wire):
    """One list view."""

    id: str = Field(description="ID of the list view, for run_list_view.")
    developer_name: str = Field(description="API name of the list view; unique for the object.")
    label: str = Field(description="Label of the list view.")
    soql_compatible: bool = Field(
        default=True, description="Whether run_list_view can return the records of the list view."
    )


class _Views(Wire):
    listviews: list[ListView]
    next_url: str | None = Field(default=None, alias="nextRecordsUrl")


class _Cell(Wire):
    field_name_or_path: str
    value: Any = None


class _Row(Wire):
    columns: list[_Cell]


class Column(Wire):
    """One column of a list view."""

    field_name_or_path: str = Field(
        description="API name of the field, or the path to a field of a parent."
    )
    label: str = Field(default="", description="Label of the column.")
    type: str = Field(default="", description="Type of the field, as in describe_object.")
    hidden: bool = Field(default=False, description="Whether the column is fetched but not shown.")


class _Results(Wire):
    done: bool
    columns: list[Column]
    records: list[_Row]
    label: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows, values by the columns' names."""
        return [
            {cell.field_name_or_path: cell.value for cell in row.columns} for row in self.records
        ]


def fetch_views(sobject: str) -> Flow[list[ListView]]:
    """Fetch all list views of an object that the user may see.

    Raises:
        BadReply: The pages have no end.
    """
    page = records.read(
        _Views, (yield Call("GET", records.path(sobject, "listviews"))), "the list views"
    )
    views, pages = page.listviews, NextPages()
    while page.next_url is not None:
        call = pages.call(page.next_url, len(page.listviews))
        page = records.read(_Views, (yield call), "the list views")
        views += page.listviews
    return views


def fetch_rows(
    sobject: str, view: str, cap: int
) -> Flow[tuple[list[Column], list[dict[str, Any]], bool]]:
    """Fetch columns and rows of a list view, at most `cap`, and whether that is all."""
    rows: list[dict[str, Any]] = []
    while True:
        page = yield from _fetch_page(sobject, view, len(rows), min(PAGE, cap - len(rows)))
        rows += page.rows()
        if page.done or not page.records or len(rows) >= cap:
            return page.columns, rows[:cap], page.done


def stream_rows(sobject: str, view: str, cap: int | None) -> Flow[None]:
    """Deliver the rows of a list view; the next page is requested before a page is delivered.

    Progress is reported once a page has been read. Its state says how many rows were.

    Args:
        sobject: API name.
        view: ID of the list view.
        cap: Rows to return at most; None for all.
    """
    state = yield from resume_state()
    done = int(state.get("done", 0))
    form = Columns()

    def fetch(start: int) -> Flow[_Results]:
        limit = PAGE if cap is None else min(PAGE, cap - start)
        return _fetch_page(sobject, view, start, limit)

    page = yield from fetch(done)
    while True:
        rows = page.rows()
        end = done + len(rows)
        is_last = page.done or not rows or (cap is not None and end >= cap)
        task = None if is_last else (yield from begin(fetch(end)))
        yield Deliver(JsonPage(rows, form))
        done = end
        yield Progress(done, None, "Records read", {} if task is None else {"done": done})
        if task is None:
            break
        page = (yield from first_ended([task])).result()
    if not page.done:
        yield Note(f"The first {done:,} records are returned; there may be more.")


def _fetch_page(sobject: str, view: str, start: int, limit: int) -> Flow[_Results]:
    response = yield Call(
        "GET",
        records.path(sobject, "listviews", view, "results"),
        params={"limit": str(limit), "offset": str(start)},
    )
    page = records.read(_Results, response, "run_list_view")
    del page.records[limit:]
    return page
