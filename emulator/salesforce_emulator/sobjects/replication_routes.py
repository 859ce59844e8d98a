"""Which records changed or went in a span of time: `updated` and `deleted`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_AGE: Final = timedelta(days=30)  # how far back `start` may be
SHORTEST: Final = timedelta(minutes=1)  # `end` is at least so long after `start`


class Replication:
    """Answers to `/sobjects/{sobject}/updated` and `/deleted`."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    async def updated(self, request: Request, sobject: SObject) -> Response:
        start, end = self._span(request, sobject)
        ids = [row[0] for row in self._changed(sobject, start, end, deleted=False)]
        return json_response(request, {"ids": ids, "latestDateCovered": self._covered_span(end)})

    async def deleted(self, request: Request, sobject: SObject) -> Response:
        start, end = self._span(request, sobject)
        rows = self._changed(sobject, start, end, deleted=True) if sobject.soft_deleted else []
        body = {
            "deletedRecords": [{"id": row[0], "deletedDate": row[1]} for row in rows],
            "earliestDateAvailable": datetime_text(self._org.clock.now() - MAX_AGE),
            "latestDateCovered": self._covered_span(end),
        }
        return json_response(request, body)

    def _covered_span(self, end: datetime) -> str:
        return datetime_text(min(end, self._org.clock.now()))

    def _changed(
        self, sobject: SObject, start: datetime, end: datetime, *, deleted: bool
    ) -> list[tuple[str, str]]:
        state = f' AND "IsDeleted" = {int(deleted)}' if sobject.soft_deleted else ""
        sql = (
            f'SELECT "Id", "SystemModstamp" FROM "{sobject.name}"'  # noqa: S608 - our own name
            f' WHERE "SystemModstamp" >= ? AND "SystemModstamp" <= ?{state} ORDER BY 2, 1'
        )
        with self._org.lock:
            span = (datetime_text(start), datetime_text(end))
            return [(row[0], row[1]) for row in self._org.db.execute(sql, span)]

    def _span(self, request: Request, sobject: SObject) -> tuple[datetime, datetime]:
        if "replicateable" not in sobject.flags:
            raise errors.not_found()
        start, end = (_datetime(request, name) for name in ("start", "end"))
        if end - start < SHORTEST:
            raise errors.bad_span("endDate must be at least one minute after startDate")
        if start < self._org.clock.now() - MAX_AGE:
            raise errors.bad_span("startDate cannot be more than 30 days ago")
        return start, end


def _datetime(request: Request, name: str) -> datetime:
    text = request.query_params.get(name)
    if text is None:
        raise errors.missing_argument(name)
    try:
        # A plus that was not percent-encoded arrives as a space.
        timestamp = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise errors.bad_span(f"{name}: {text} is not a date and time") from None
    return timestamp if timestamp.tzinfo is not None else timestamp.replace(tzinfo=UTC)
