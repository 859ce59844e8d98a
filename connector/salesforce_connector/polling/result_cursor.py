"""Which rows a query gave last time: what a trigger on any query remembers.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.validation import read_input

MOST_ROWS: Final = 10_000  # some 180 kB of cursor


class ResultCursor(BaseModel):
    """What a host stores between two polls.

    Attributes:
        polls: How many there were; part of an event's id, as a row may reappear.
        ids: Of the rows of the last one.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    polls: int = Field(default=0, ge=0)
    ids: list[str] = Field(default_factory=list)


def load(stored: Mapping[str, Any] | None) -> ResultCursor:
    """Read a stored cursor; a new one for None.

    Raises:
        Rejected: It is not a cursor of this trigger.
    """
    return read_input(ResultCursor, stored or {}, "the cursor")


def ids_of(rows: list[dict[str, Any]], *, complete: bool) -> list[str]:
    """Return the ids of all rows.

    Raises:
        Rejected: There are too many to remember, or they have none.
    """
    if not complete:
        raise Rejected(
            f"The query returns more than {MOST_ROWS:,} rows, more than the trigger can remember.",
            code="TOO_MANY_ROWS",
            remedy="Narrow it, as with WHERE CreatedDate = LAST_N_DAYS:7, or use record_created.",
            fields=("soql",),
        )
    ids = [row.get("Id") for row in rows]
    record_ids = [record_id for record_id in ids if isinstance(record_id, str)]
    if len(record_ids) < len(ids):
        raise Rejected(
            "The query returns rows without an Id, so new rows cannot be recognized.",
            code="NO_ID",
            remedy="Select Id; aggregates and GROUP BY are not supported here.",
            fields=("soql",),
        )
    return record_ids
