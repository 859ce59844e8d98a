"""Polls a query and returns the rows that it did not return the last time.

The whole query runs at each poll. `result_cursor` has what a host stores between two polls.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from salesforce_connector.flow import Call, Flow
from salesforce_connector.paging import query_results
from salesforce_connector.polling import result_cursor
from salesforce_connector.polling.events import RecordIdOf
from salesforce_connector.polling.result_cursor import MOST_ROWS, ResultCursor

Row = Mapping[str, Any]
Start = Literal["now", "everything"]


class Appeared(BaseModel):
    """A row that a query returns and did not return the last time."""

    id: str = Field(
        title="Event ID",
        description="ID of the event; the same if the event is delivered again after a crash.",
    )
    record_id: str = RecordIdOf
    record: dict[str, Any] = Field(
        title="Record", description="The record as the query returns it, with `attributes`."
    )


@dataclass(frozen=True, slots=True)
class NewRows:
    """The rows that are new, in the query's order, and the cursor to store.

    Attributes:
        poll: Number of the poll, a part of the events' ids: a row may leave the result and return.
    """

    rows: list[Row]
    cursor: dict[str, Any]
    poll: int

    def event_id(self, row: Row) -> str:
        """Return the id of the event of a row."""
        return f"{row['Id']}:{self.poll}"


def poll(soql: str, start: Start, stored: Mapping[str, Any] | None) -> Flow[NewRows]:
    """Run a query once.

    Args:
        soql: Complete; it selects Id.
        start: What the first poll does with existing rows: skip or return them.
        stored: Cursor of the poll before; None for the first.

    Raises:
        Rejected: The cursor is invalid, rows have no Id, or there are more than 10,000.
    """
    last = result_cursor.load(stored)
    first = Call("GET", "/query", params={"q": soql})
    result = yield from query_results.fetch(first, MOST_ROWS, strict=True)
    ids = result_cursor.ids_of(result.records, complete=result.complete)
    previous_ids = set(ids) if stored is None and start == "now" else set(last.ids)
    rows = [row for row in result.records if row["Id"] not in previous_ids]
    cursor = ResultCursor(polls=last.polls + 1, ids=sorted(set(ids)))
    return NewRows([*rows], cursor.model_dump(), cursor.polls)


def appeared(new: NewRows) -> list[BaseModel]:
    """Return the event of each new row."""
    return [
        Appeared(id=new.event_id(row), record_id=row["Id"], record=dict(row)) for row in new.rows
    ]
