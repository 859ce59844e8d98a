"""List views: which an object has, and what rows one shows.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm
"""

from typing import Any

from pydantic import Field

from salesforce_connector import records
from salesforce_connector.flow import Call, Flow
from salesforce_connector.pages import NextPages
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
    """Fetch columns and rows of a list view, at most `cap`; the last says whether that is all."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = yield Call(
            "GET",
            records.path(sobject, "listviews", view, "results"),
            params={"limit": str(min(PAGE, cap - len(rows))), "offset": str(len(rows))},
        )
        page = records.read(_Results, answer, "run_list_view")
        rows += [
            {cell.field_name_or_path: cell.value for cell in row.columns} for row in page.records
        ]
        if page.done or not page.records or len(rows) >= cap:
            return page.columns, rows[:cap], page.done
