"""`/jobs/ingest`: Bulk API 2.0 jobs that write.

Content is stored as it comes in and results are sent as they are read: neither is ever in memory as
a whole.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

import zlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk import ingest, progress
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
from salesforce_emulator.bulk.row_writer import OPERATIONS
from salesforce_emulator.http.body import json_object, parse, require_object
from salesforce_emulator.http.calls import Call, call_of
from salesforce_emulator.http.responses import empty_response, json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_MULTIPART: Final = 100_000  # characters of CSV in the call that creates the job

_PIECE: Final = 262_144  # bytes of content stored at once
_PROPERTIES: Final = frozenset(
    {"object", "operation", "externalIdFieldName", "contentType", "columnDelimiter", "lineEnding"}
    | {"assignmentRuleId"}
)
_WINDOWS: Final = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
# Objects that answer with INVALIDENTITY, as clients list them.
_NOT_IN_BULK: Final = frozenset(
    {"CaseStatus", "ContractStatus", "OrderStatus", "TaskStatus", "TaskPriority", "PartnerRole"}
    | {"SolutionStatus", "AcceptedEventRelation", "DeclinedEventRelation", "RecentlyViewed"}
    | {"UndecidedEventRelation", "EventWhoRelation", "TaskWhoRelation"}
)


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    calls = _Calls(org)
    root = "/services/data/{version}/jobs/ingest"
    return [
        Route(root, calls.create, methods=["POST"]),
        Route(root, calls.list_all, methods=["GET"]),
        Route(root + "/{job}", calls.show, methods=["GET"]),
        Route(root + "/{job}", calls.change, methods=["PATCH"]),
        Route(root + "/{job}", calls.forget, methods=["DELETE"]),
        Route(root + "/{job}/batches", calls.upload, methods=["PUT"]),
        Route(root + "/{job}/successfulResults", calls.successful, methods=["GET"]),
        Route(root + "/{job}/failedResults", calls.failed, methods=["GET"]),
        Route(root + "/{job}/unprocessedrecords", calls.unprocessed, methods=["GET"]),
    ]


class _Calls:
    """Answers to the calls about ingest jobs."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._jobs = jobs_of(org)

    async def create(self, request: Request) -> Response:
        call = call_of(request)
        if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            return await self._create_with_content(request, call)
        body = self._check(call, await json_object(request))
        with self._org.transaction():
            job = self._jobs.add("ingest", call.caller.user_id, call.number, state="Open", **body)
        return json_response(request, job.head())

    async def list_all(self, request: Request) -> Response:
        return listing(self._org, request, "ingest")

    async def show(self, request: Request) -> Response:
        job = self._job(request)
        await drive(progress.look(self._org, job))
        return json_response(request, job.info())

    async def change(self, request: Request) -> Response:
        job = self._job(request)
        body = await json_object(request)
        state = body.get("state")
        if state == "Aborted":
            abort(self._org, job)
            return json_response(request, job.changed())
        if state != "UploadComplete":
            raise bulk_errors.bad_choice("state", state, ("UploadComplete", "Aborted"))
        with self._org.transaction():
            if job.state != "Open" or job.id in self._jobs.busy:
                raise bulk_errors.wrong_state("Closing", job.state)
            self._jobs.close(job)
        return json_response(request, job.changed())

    async def forget(self, request: Request) -> Response:
        delete(self._org, self._job(request))
        return empty_response()

    async def upload(self, request: Request) -> Response:
        job = self._job(request)
        kind = request.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() != CSV:
            raise errors.unsupported_media_type(kind)
        if job.state != "Open":
            raise bulk_errors.wrong_state("Uploading to", job.state)
        if job.uploaded or job.id in self._jobs.busy:
            raise bulk_errors.content_given_twice(job.id)
        self._jobs.busy.add(job.id)
        try:
            await self._store(job, _plain(request))
        finally:
            self._jobs.busy.discard(job.id)
        return empty_response(status=201)

    async def successful(self, request: Request) -> Response:
        return self._results(request, "successful")

    async def failed(self, request: Request) -> Response:
        return self._results(request, "failed")

    async def unprocessed(self, request: Request) -> Response:
        job = self._job(request)
        if job.state not in ENDED:
            return empty_response()
        return StreamingResponse(ingest.unprocessed(self._org, job), media_type=CSV)

    def _results(self, request: Request, outcome: ingest.Outcome) -> Response:
        job = self._job(request)
        if job.state not in ENDED:
            return empty_response()
        return StreamingResponse(ingest.results(self._org, job, outcome), media_type=CSV)

    def _job(self, request: Request) -> Job:
        return find(self._org, request, "ingest")

    async def _create_with_content(self, request: Request, call: Call) -> Response:
        async with request.form(max_files=1, max_fields=1) as form:
            described, content = form.get("job"), form.get("content")
            text = described if isinstance(described, str) else ""
            if isinstance(content, str):
                data = content.encode()
            elif isinstance(content, UploadFile):
                data = await content.read()
            else:
                raise errors.missing_argument("content")
        if len(data.decode(errors="replace")) > MAX_MULTIPART:
            raise bulk_errors.content_too_large(MAX_MULTIPART)
        values = self._check(call, require_object(parse(text)))
        with self._org.transaction():
            job = self._jobs.add("ingest", call.caller.user_id, call.number, state="Open", **values)
            self._append(job, data)
            self._jobs.close(job)
        return json_response(request, job.head())

    async def _store(self, job: Job, chunks: AsyncIterator[bytes]) -> None:
        buffer = bytearray()
        try:
            async for chunk in chunks:
                buffer += chunk
                if len(buffer) >= _PIECE:
                    self._append(job, bytes(buffer))
                    buffer.clear()
            self._append(job, bytes(buffer))
            with self._org.transaction():
                job.uploaded = True
                self._jobs.save(job)
        except BaseException:  # the caller went away, or gave too much: as if nothing was sent
            with self._org.transaction():
                self._jobs.chunks.drop(job.id)
            raise

    def _append(self, job: Job, data: bytes) -> None:
        if ingest.in_base64(job.size + len(data)) > ingest.MAX_BYTES:
            raise bulk_errors.content_too_large(ingest.MAX_BYTES)
        if data:
            with self._org.transaction():
                self._jobs.chunks.add(job.id, "content", job.size, len(data), data)
            job.size += len(data)
            job.rows += data.count(b"\n")

    def _check(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        """Return a new job's attributes."""
        require_known(body, _PROPERTIES)
        operation = choice(body, "operation", OPERATIONS)
        delimiter = choice(body, "columnDelimiter", DELIMITERS, "COMMA")
        ending = choice(body, "lineEnding", LINE_ENDINGS, "LF")
        choice(body, "contentType", ("CSV",), "CSV")
        name = str(body.get("object", ""))
        sobject = call.access.schema.get(name)
        if name in _NOT_IN_BULK:
            raise bulk_errors.not_in_bulk(name)
        if sobject is None:
            raise bulk_errors.no_such_object(name)
        key = str(body.get("externalIdFieldName") or "")
        if operation == "upsert":
            if not key:
                raise bulk_errors.external_id_blank(sobject.name)
            field = sobject.field(key)
            if field is None or not (field.external_id or field.id_lookup):
                raise bulk_errors.no_external_id(key, sobject.name)
        elif operation == "hardDelete" and not self._org.settings.hard_deletes:
            raise bulk_errors.hard_delete_forbidden()
        return {
            "operation": operation,
            "object": sobject.name,
            "delimiter": delimiter,
            "line_ending": ending,
            "external_id": key if operation == "upsert" else "",
            "assignment_rule": str(body.get("assignmentRuleId") or ""),
        }


async def _plain(request: Request) -> AsyncIterator[bytes]:
    """Return the body as it comes, decompressed, never much of it at once."""
    name = request.headers.get("content-encoding", "identity").strip().lower()
    if name == "identity":
        async for chunk in request.stream():
            yield chunk
        return
    if name not in _WINDOWS:
        raise errors.unsupported_media_type(f"with Content-Encoding {name}")
    unpacker = zlib.decompressobj(_WINDOWS[name])
    async for chunk in request.stream():
        packed = chunk
        while packed:
            try:
                yield unpacker.decompress(packed, _PIECE)
            except zlib.error:
                raise errors.unparsable_json(f"The body is not {name}") from None
            packed = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise errors.unparsable_json(f"The body is not whole {name}")
