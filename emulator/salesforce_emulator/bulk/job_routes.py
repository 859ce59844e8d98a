"""What calls about ingest jobs and query jobs share: lists, aborting, deleting, due work.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_all_jobs.htm
"""

import asyncio
from collections.abc import Generator, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk import progress
from salesforce_emulator.bulk.jobs import LISTED, Job, Resource, jobs_of
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.org.seed import ADMINISTRATOR
from salesforce_emulator.records.rules import activity_dates
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

CSV: Final = "text/csv"

_TYPES: Final = {"ingest": "V2Ingest", "query": "V2Query"}
_CURSOR: Final = "01g"  # the key prefix of locators
_OFTEN: Final = timedelta(minutes=1)  # ours, between looks at what time has changed
_ABORTABLE: Final = frozenset({"Open", "UploadComplete", "InProgress"})
_DELETABLE: Final = frozenset({"UploadComplete", "JobComplete", "Aborted", "Failed"})


class DueWorkMiddleware:
    """Does the work that is due before a call is answered: bulk jobs', and what time changes."""

    def __init__(self, app: ASGIApp, org: "Org") -> None:
        self._app = app
        self._org = org
        self._notified_at = org.clock.now()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        now = self._org.clock.now()
        if "call" in scope and now - self._notified_at > _OFTEN:
            self._notified_at = now
            with self._org.transaction():
                activity_dates.update_dates_by_time(self._org)
        if "call" in scope and jobs_of(self._org).waiting:
            await drive(progress.catch_up(self._org))
        await self._app(scope, receive, send)


async def drive(work: Generator[None, None, None]) -> None:
    """Do work to its end, letting other calls in between any two steps."""
    for _ in work:
        await asyncio.sleep(0)


def find(org: "Org", request: Request, resource: Resource) -> Job:
    """Return the job that a path names.

    Raises:
        SalesforceError: NOT_FOUND: also for another user's job, unless an administrator asks.
    """
    with org.transaction():
        return jobs_of(org).find(resource, call_of(request).segments[2], _seen_by(request))


def _seen_by(request: Request) -> str | None:
    """Return the user whose jobs a caller sees; None for all (Manage Data Integrations)."""
    call = call_of(request)
    return None if call.access.profile == ADMINISTRATOR else call.caller.user_id


def abort(org: "Org", job: Job) -> None:
    """Stop a job; rows that are written stay.

    Raises:
        SalesforceError: INVALIDJOBSTATE: it is over.
    """
    with org.transaction():
        if job.state not in _ABORTABLE:
            raise bulk_errors.wrong_state("Aborting", job.state)
        jobs_of(org).end(job, "Aborted")


def delete(org: "Org", job: Job) -> None:
    """Forget a job.

    Raises:
        SalesforceError: INVALIDJOBSTATE: it is open or in progress.
    """
    with org.transaction():
        if job.state not in _DELETABLE or job.id in jobs_of(org).busy:
            raise bulk_errors.wrong_state("Deleting", job.state)
        jobs_of(org).delete(job)


def listing(org: "Org", request: Request, resource: Resource) -> Response:
    """List the jobs of a resource, 1,000 at a time."""
    params = request.query_params
    locator = params.get("queryLocator", "")
    after = parse_id("750" + locator[3:15]) if locator else ""
    if after is None or not locator.startswith(_CURSOR[: len(locator)]):
        raise bulk_errors.bad_locator(locator)
    # No job is of Bulk API 1.0, none runs in serial mode, and PK chunking is only for 1.0.
    requested = (
        params.get("jobType", _TYPES[resource]) == _TYPES[resource]
        and params.get("isPkChunkingEnabled", "false").lower() != "true"
        and params.get("concurrencyMode", "parallel").lower() == "parallel"
    )
    with org.lock:
        result = jobs_of(org).page(resource, after, _seen_by(request)) if requested else []
    displayed, more = result[:LISTED], len(result) > LISTED
    url = None
    if more:
        last = f"{_CURSOR}{displayed[-1].id[3:15]}"
        root = f"/services/data/{call_of(request).version}/jobs/{resource}"
        url = f"{root}?queryLocator={last}"
    records = [job.listed() for job in displayed]
    return json_response(request, {"done": not more, "records": records, "nextRecordsUrl": url})


def choice(body: dict[str, Any], name: str, choices: Iterable[str], default: str = "") -> str:
    """Return a property that is one of some words.

    Raises:
        SalesforceError: INVALIDJOB: it is none of them, or it is missing and has no default.
    """
    value = body.get(name, default or None)
    words = tuple(choices)
    if not isinstance(value, str) or value not in words:
        raise bulk_errors.bad_choice(name, value, words)
    return value


def require_known(body: dict[str, Any], allowed: frozenset[str]) -> None:
    """Raise SalesforceError for a property that jobs do not have."""
    for name in body:
        if name not in allowed:
            raise bulk_errors.unknown_property(name)
