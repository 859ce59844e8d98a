"""Which request gets which response, and what is counted."""

import json
import re
from dataclasses import asdict, dataclass
from itertools import count, cycle
from typing import Any, Final
from urllib.parse import parse_qs

from benchmarks.stub import bodies
from benchmarks.stub.responses import Response, compact, make_json_response, make_response
from benchmarks.stub.server_protocol import Request

_BEARER: Final = re.compile(rb"\r\nauthorization: bearer ([^\r]+)")
_HOST: Final = re.compile(rb"\r\nhost: ([^\r]+)")
_TIMESTAMP: Final = "2026-11-22T04:39:53.000+0000"
_PREPARED_CREATES: Final = 1_000  # responses to a create that are ready, each with an id of its own


@dataclass(slots=True)
class Counters:
    """What came since the last reset.

    Attributes:
        connections: That carried at least one call.
        calls: Answered calls that Salesforce would charge for.
        creates: Records written one by one.
        rows: Records written by collections or bulk jobs.
        tokens: Given by the token endpoint.
        expired: Calls refused with 401.
        unchanged: Describes answered with 304.
        describes: Described in full.
        uploaded: Bytes of bulk data.
    """

    connections: int = 0
    calls: int = 0
    creates: int = 0
    rows: int = 0
    tokens: int = 0
    expired: int = 0
    unchanged: int = 0
    describes: int = 0
    uploaded: int = 0


@dataclass(slots=True)
class Setting:
    """How it behaves.

    Attributes:
        latency: Seconds that are added to each response but those of `/stub/`.
        rate: Bytes a second of each connection; 0: no limit.
    """

    latency: float = 0.0
    rate: float = 0.0


@dataclass(slots=True)
class _Job:
    kind: str
    body: dict[str, Any]
    state: str = "Open"
    rows: int = 0


class CannedOrg:
    """The canned org."""

    def __init__(self, query_rows: int = 0, bulk_rows: int = 0) -> None:
        """Prepare all bodies.

        Args:
            query_rows: Of any SOQL query.
            bulk_rows: Of any bulk query.
        """
        self.counters = Counters()
        self.setting = Setting()
        self._bulk_rows = bulk_rows
        self._tokens = {"stub-token-0"}
        self._numbers = count(1)
        self._jobs: dict[str, _Job] = {}
        self._creates = cycle([_create_response(number) for number in range(_PREPARED_CREATES)])
        self._describes = bodies.Describes()
        starts = range(0, max(query_rows, 1), bodies.PAGE)
        self._pages = {start: bodies.query_page(query_rows, start) for start in starts}
        self._results = bodies.bulk_pages(bulk_rows) if bulk_rows else {}

    def reply(self, request: Request, is_new: bool) -> tuple[bytes, float]:
        """Response a request; see `listener.Reply`."""
        if request.path.startswith("/stub/"):
            return self._control(request).write(None, gzipped=False), 0.0
        self.counters.connections += is_new
        if request.path == "/services/oauth2/token":
            return self._token(request).write(None, gzipped=False), self.setting.latency
        bearer = _BEARER.search(request.head)
        if bearer is None or bearer[1].decode() not in self._tokens:
            self.counters.expired += 1
            return _EXPIRED.write(None, gzipped=False), self.setting.latency
        self.counters.calls += 1
        gzipped = b"gzip" in request.head
        response = self._respond(request).write(self.counters.calls, gzipped=gzipped)
        return response, self.setting.latency

    def _control(self, request: Request) -> Response:
        match request.path:
            case "/stub/reset":
                self.counters = Counters()
                self._tokens = {"stub-token-0"}
                self.setting = Setting(**json.loads(request.body or b"{}"))
            case "/stub/expire":
                self._tokens.clear()
        return make_json_response(200, asdict(self.counters))

    def _token(self, request: Request) -> Response:
        host = _HOST.search(request.head)
        self.counters.tokens += 1
        token = f"stub-token-{self.counters.tokens}"
        self._tokens.add(token)
        return make_json_response(
            200,
            {
                "access_token": token,
                "signature": "c3R1Yg==",
                "scope": "api id",
                "instance_url": f"http://{host[1].decode() if host else ''}",
                "id": "https://login.salesforce.com/id/00DKX0000000001EAA/005KX0000000001YAA",
                "token_type": "Bearer",
                "issued_at": "1795322392000",
            },
        )

    def _respond(self, request: Request) -> Response:
        match request.method, request.path.rstrip("/").split("/")[4:]:
            case "POST", ["sobjects", _]:
                self.counters.creates += 1
                return next(self._creates)
            case "POST", ["composite", "sobjects"]:
                return self._collection(len(json.loads(request.body)["records"]))
            case "GET", ["query"]:
                return self._pages[0]
            case "GET", ["query", locator]:
                return self._pages[int(locator.rpartition("-")[2])]
            case "GET", ["limits"]:
                return _LIMITS
            case "GET", ["sobjects", "Account", "describe"]:
                return self._describe(request, self._describes.account)
            case "GET", ["sobjects"]:
                return self._describe(request, self._describes.all)
            case method, ["jobs", kind, *steps]:
                return self._job(method, kind, steps, request)
        return _UNKNOWN

    def _collection(self, rows: int) -> Response:
        self.counters.rows += rows
        record_ids = (bodies.record_id("001", next(self._numbers)) for _ in range(rows))
        return make_json_response(
            200,
            [{"id": record_id, "success": True, "errors": []} for record_id in record_ids],
            gzip_too=True,
        )

    def _describe(self, request: Request, response: Response) -> Response:
        tag = b"\r\nif-none-match: " + self._describes.tag.lower().encode()
        since = b"\r\nif-modified-since: " + self._describes.modified.lower().encode()
        if tag in request.head or since in request.head:
            self.counters.unchanged += 1
            return self._describes.unchanged
        self.counters.describes += 1
        return response

    def _job(self, method: str, kind: str, steps: list[str], request: Request) -> Response:
        match method, steps:
            case "POST", []:
                name = bodies.record_id("750", next(self._numbers))
                state = "Open" if kind == "ingest" else "UploadComplete"
                rows = 0 if kind == "ingest" else self._bulk_rows
                self._jobs[name] = _Job(kind, json.loads(request.body), state, rows)
                return self._job_response(name)
            case "PUT", [name, "batches"]:
                self._jobs[name].rows = request.lines - 1
                self.counters.rows += request.lines - 1
                self.counters.uploaded += request.size
                return make_response(201)
            case "PATCH", [name]:
                self._jobs[name].state = json.loads(request.body)["state"]
                return self._job_response(name)
            case "GET", [name]:
                if self._jobs[name].state == "UploadComplete":
                    self._jobs[name].state = "JobComplete"
                return self._job_response(name)
            case "GET", [_, "results"]:
                return self._results[int(parse_qs(request.query).get("locator", ["0"])[0])]
            case "GET", [name, "resultPages"]:
                return self._list_pages(name, int(parse_qs(request.query).get("locator", ["0"])[0]))
            case "GET", [_, "failedResults"]:
                return make_response(
                    200, b'"sf__Id","sf__Error","Name"\n', "text/csv; charset=utf-8"
                )
        return _UNKNOWN

    def _list_pages(self, name: str, start: int) -> Response:
        """List the pages of a bulk query's results, five at a time, as Salesforce does."""
        root = f"/services/data/v68.0/jobs/query/{name}"
        starts = [page for page in self._results if page >= start]
        pages = [{"resultUrl": f"{root}/results?locator={page}"} for page in starts[:5]]
        following = f"{root}/resultPages?locator={starts[5]}" if len(starts) > 5 else None
        return make_json_response(
            200, {"resultPages": pages, "nextRecordsUrl": following, "done": following is None}
        )

    def _job_response(self, name: str) -> Response:
        job = self._jobs[name]
        info: dict[str, Any] = {
            "id": name,
            "operation": job.body["operation"],
            "object": job.body.get("object", "Account"),
            "createdById": "005KX0000000001YAA",
            "createdDate": _TIMESTAMP,
            "systemModstamp": _TIMESTAMP,
            "state": job.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": 68.0,
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
        }
        if job.state == "Open":
            info["contentUrl"] = f"services/data/v68.0/jobs/ingest/{name}/batches"
        if job.state == "JobComplete":
            info |= {"retries": 0, "totalProcessingTime": 5, "numberRecordsProcessed": job.rows}
            info |= {"jobType": "V2Query" if job.kind == "query" else "V2Ingest"}
            info |= {"numberRecordsFailed": 0} if job.kind == "ingest" else {}
            info |= {"isPkChunkingSupported": False}
        return make_json_response(200, info)


def _create_response(number: int) -> Response:
    record_id = bodies.record_id("001", number)
    headers = {"Location": f"/services/data/v68.0/sobjects/Account/{record_id}"}
    return make_response(
        201, compact({"id": record_id, "success": True, "errors": []}), headers=headers
    )


def _error(status: int, code: str, message: str, **headers: str) -> Response:
    return make_response(
        status, compact([{"message": message, "errorCode": code}]), headers=headers
    )


_EXPIRED: Final = _error(
    401, "INVALID_SESSION_ID", "Session expired or invalid", **{"WWW-Authenticate": "Token"}
)
_UNKNOWN: Final = _error(404, "NOT_FOUND", "The requested resource does not exist")
_LIMITS: Final = make_json_response(200, {"DailyApiRequests": {"Max": 15_000, "Remaining": 14_000}})
