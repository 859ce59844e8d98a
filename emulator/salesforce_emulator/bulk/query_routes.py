"""`/jobs/query`: Bulk API 2.0 jobs that read.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_bulk_api_2_0.htm
"""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk import progress, query
from salesforce_emulator.bulk.csv_format import DELIMITERS, LINE_ENDINGS
from salesforce_emulator.bulk.job_routes import (
    CSV,
    abort,
    choice,
    delete,
    drive,
    find,
    listing,
    require_known,
)
from salesforce_emulator.bulk.jobs import ENDED, Job, jobs_of
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import empty_response, json_response
from salesforce_emulator.soql.errors import missing_statement

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

PAGES: Final = 5  # result URLs in one response
PAGES_SINCE: Final = 58.0  # API version that resultPages came with

_ALLOCATION: Final = "DailyBulkV2QueryJobs"
_PROPERTIES: Final = frozenset(
    {"operation", "query", "contentType", "columnDelimiter", "lineEnding"}
)


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    calls = _Calls(org)
    root = "/services/data/{version}/jobs/query"
    return [
        Route(root, calls.create, methods=["POST"]),
        Route(root, calls.list_all, methods=["GET"]),
        Route(root + "/{job}", calls.show, methods=["GET"]),
        Route(root + "/{job}", calls.change, methods=["PATCH"]),
        Route(root + "/{job}", calls.forget, methods=["DELETE"]),
        Route(root + "/{job}/results", calls.results, methods=["GET"]),
        Route(root + "/{job}/resultPages", calls.result_pages, methods=["GET"]),
    ]


class _Calls:
    """Answers to the calls about query jobs."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._jobs = jobs_of(org)

    async def create(self, request: Request) -> Response:
        call, org = call_of(request), self._org
        body = await json_object(request)
        require_known(body, _PROPERTIES)
        statement = body.get("query")
        if not isinstance(statement, str):
            raise missing_statement()
        operation = choice(body, "operation", query.OPERATIONS)
        delimiter = choice(body, "columnDelimiter", DELIMITERS, "COMMA")
        ending = choice(body, "lineEnding", LINE_ENDINGS, "LF")
        choice(body, "contentType", ("CSV",), "CSV")
        name = query.check(org, call.access, statement, call.number)
        with org.transaction():
            if not org.limits.take(_ALLOCATION):
                raise bulk_errors.no_more_query_jobs(org.limits.others[_ALLOCATION])
            job = self._jobs.add(
                "query",
                call.caller.user_id,
                call.number,
                state="Open",
                operation=operation,
                object=name,
                statement=statement,
                delimiter=delimiter,
                line_ending=ending,
            )
            self._jobs.close(job)
        return json_response(request, job.head())

    async def list_all(self, request: Request) -> Response:
        return listing(self._org, request, "query")

    async def show(self, request: Request) -> Response:
        job = self._job(request)
        await drive(progress.look(self._org, job))
        return json_response(request, job.info())

    async def change(self, request: Request) -> Response:
        job = self._job(request)
        state = (await json_object(request)).get("state")
        if state != "Aborted":
            raise bulk_errors.bad_choice("state", state, ("Aborted",))
        abort(self._org, job)
        return json_response(request, job.changed())

    async def forget(self, request: Request) -> Response:
        delete(self._org, self._job(request))
        return empty_response()

    async def results(self, request: Request) -> Response:
        job = self._readable(request)
        if job is None:
            return empty_response()
        params = request.query_params
        start = query.start_of(params["locator"], job) if "locator" in params else 0
        maximum = _number(params.get("maxRecords"), self._org.settings.bulk_page)
        count = min(maximum, job.processed - start)
        more = start + count < job.processed
        headers = {
            "Sforce-Locator": query.locator(start + count) if more else "null",
            "Sforce-NumberOfRecords": str(count),
        }
        rows = query.results(self._org, job, start, count)
        return StreamingResponse(rows, media_type=CSV, headers=headers)

    async def result_pages(self, request: Request) -> Response:
        job = self._readable(request)
        if call_of(request).number < PAGES_SINCE:
            raise errors.not_found()
        if job is None:
            return empty_response()
        params, size = request.query_params, self._org.settings.bulk_page
        start = query.start_of(params["locator"], job) if "locator" in params else 0
        starts = list(range(start, max(job.processed, 1), size))
        pages = [
            {"resultUrl": f"/{job.path}/results?locator={query.locator(start)}"}
            for start in starts[:PAGES]
        ]
        url = None
        if len(starts) > PAGES:
            url = f"/{job.path}/resultPages?locator={query.locator(starts[PAGES])}"
        return json_response(
            request, {"resultPages": pages, "nextRecordsUrl": url, "done": url is None}
        )

    def _job(self, request: Request) -> Job:
        return find(self._org, request, "query")

    def _readable(self, request: Request) -> Job | None:
        """Return a job whose results can be read; None while it is in progress."""
        job = self._job(request)
        if call_of(request).number != job.version:
            raise bulk_errors.wrong_version(job.version)
        if job.state not in ENDED:
            return None
        if job.state != "JobComplete":
            raise bulk_errors.wrong_state("Getting results of", job.state)
        return job


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise errors.illegal_parameter("maxRecords must be a whole number above 0")
    return int(text)
