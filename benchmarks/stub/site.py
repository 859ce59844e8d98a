"""Which request gets which answer, and what is counted; it reads no more of a body than it must."""

import json
import re
from dataclasses import asdict, dataclass
from itertools import count, cycle
from typing import Any, Final
from urllib.parse import parse_qs

from benchmarks.stub import stock
from benchmarks.stub.listener import Asked
from benchmarks.stub.wire import Answer, answer, compact, json_answer

_BEARER: Final = re.compile(rb"\r\nauthorization: bearer ([^\r]+)")
_HOST: Final = re.compile(rb"\r\nhost: ([^\r]+)")
_WHEN: Final = "2026-11-22T04:39:53.000+0000"
_MADE: Final = 1_000  # answers to a create that are ready, each with an id of its own


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
    """How it behaves: `latency` in seconds is added to each answer but those of `/stub/`."""

    latency: float = 0.0


@dataclass(slots=True)
class _Job:
    kind: str
    body: dict[str, Any]
    state: str = "Open"
    rows: int = 0


class Site:
    """The canned org."""

    def __init__(self, query_rows: int = 0, bulk_rows: int = 0) -> None:
        """Make the stock.

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
        self._created = cycle([_created(number) for number in range(_MADE)])
        self._describes = stock.Describes()
        starts = range(0, max(query_rows, 1), stock.PAGE)
        self._pages = {start: stock.query_page(query_rows, start) for start in starts}
        self._results = stock.bulk_pages(bulk_rows) if bulk_rows else {}

    def reply(self, asked: Asked, fresh: bool) -> tuple[bytes, float]:
        """Answer a request; see `listener.Reply`."""
        if asked.path.startswith("/stub/"):
            return self._own(asked).write(None, gzipped=False), 0.0
        self.counters.connections += fresh
        if asked.path == "/services/oauth2/token":
            return self._token(asked).write(None, gzipped=False), self.setting.latency
        found = _BEARER.search(asked.head)
        if found is None or found[1].decode() not in self._tokens:
            self.counters.expired += 1
            return _EXPIRED.write(None, gzipped=False), self.setting.latency
        self.counters.calls += 1
        gzipped = b"gzip" in asked.head
        said = self._answer(asked).write(self.counters.calls, gzipped=gzipped)
        return said, self.setting.latency

    def _own(self, asked: Asked) -> Answer:
        match asked.path:
            case "/stub/reset":
                self.counters = Counters()
                self._tokens = {"stub-token-0"}
                self.setting = Setting(**json.loads(asked.body or b"{}"))
            case "/stub/expire":
                self._tokens.clear()
        return json_answer(200, asdict(self.counters))

    def _token(self, asked: Asked) -> Answer:
        host = _HOST.search(asked.head)
        self.counters.tokens += 1
        token = f"stub-token-{self.counters.tokens}"
        self._tokens.add(token)
        return json_answer(
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

    def _answer(self, asked: Asked) -> Answer:
        match asked.method, asked.path.rstrip("/").split("/")[4:]:
            case "POST", ["sobjects", _]:
                self.counters.creates += 1
                return next(self._created)
            case "POST", ["composite", "sobjects"]:
                return self._collection(len(json.loads(asked.body)["records"]))
            case "GET", ["query"]:
                return self._pages[0]
            case "GET", ["query", locator]:
                return self._pages[int(locator.rpartition("-")[2])]
            case "GET", ["limits"]:
                return _LIMITS
            case "GET", ["sobjects", "Account", "describe"]:
                return self._described(asked, self._describes.account)
            case "GET", ["sobjects"]:
                return self._described(asked, self._describes.all)
            case method, ["jobs", kind, *steps]:
                return self._job(method, kind, steps, asked)
        return _UNKNOWN

    def _collection(self, rows: int) -> Answer:
        self.counters.rows += rows
        made = (stock.record_id("001", next(self._numbers)) for _ in range(rows))
        return json_answer(
            200, [{"id": each, "success": True, "errors": []} for each in made], packing=True
        )

    def _described(self, asked: Asked, known: Answer) -> Answer:
        tag = b"\r\nif-none-match: " + self._describes.tag.lower().encode()
        since = b"\r\nif-modified-since: " + self._describes.modified.lower().encode()
        if tag in asked.head or since in asked.head:
            self.counters.unchanged += 1
            return self._describes.unchanged
        self.counters.describes += 1
        return known

    def _job(self, method: str, kind: str, steps: list[str], asked: Asked) -> Answer:
        match method, steps:
            case "POST", []:
                name = stock.record_id("750", next(self._numbers))
                state = "Open" if kind == "ingest" else "UploadComplete"
                rows = 0 if kind == "ingest" else self._bulk_rows
                self._jobs[name] = _Job(kind, json.loads(asked.body), state, rows)
                return self._told(name)
            case "PUT", [name, "batches"]:
                self._jobs[name].rows = asked.lines - 1
                self.counters.rows += asked.lines - 1
                self.counters.uploaded += asked.size
                return answer(201)
            case "PATCH", [name]:
                self._jobs[name].state = json.loads(asked.body)["state"]
                return self._told(name)
            case "GET", [name]:
                if self._jobs[name].state == "UploadComplete":
                    self._jobs[name].state = "JobComplete"
                return self._told(name)
            case "GET", [_, "results"]:
                return self._results[int(parse_qs(asked.query).get("locator", ["0"])[0])]
            case "GET", [_, "failedResults"]:
                return answer(200, b'"sf__Id","sf__Error","Name"\n', "text/csv; charset=utf-8")
        return _UNKNOWN

    def _told(self, name: str) -> Answer:
        job = self._jobs[name]
        said: dict[str, Any] = {
            "id": name,
            "operation": job.body["operation"],
            "object": job.body.get("object", "Account"),
            "createdById": "005KX0000000001YAA",
            "createdDate": _WHEN,
            "systemModstamp": _WHEN,
            "state": job.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": 68.0,
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
        }
        if job.state == "Open":
            said["contentUrl"] = f"services/data/v68.0/jobs/ingest/{name}/batches"
        if job.state == "JobComplete":
            said |= {"retries": 0, "totalProcessingTime": 5, "numberRecordsProcessed": job.rows}
            said |= {"jobType": "V2Query" if job.kind == "query" else "V2Ingest"}
            said |= {"numberRecordsFailed": 0} if job.kind == "ingest" else {}
            said |= {"isPkChunkingSupported": False}
        return json_answer(200, said)


def _created(number: int) -> Answer:
    made = stock.record_id("001", number)
    where = {"Location": f"/services/data/v68.0/sobjects/Account/{made}"}
    return answer(201, compact({"id": made, "success": True, "errors": []}), headers=where)


def _refusal(status: int, code: str, message: str, **headers: str) -> Answer:
    return answer(status, compact([{"message": message, "errorCode": code}]), headers=headers)


_EXPIRED: Final = _refusal(
    401, "INVALID_SESSION_ID", "Session expired or invalid", **{"WWW-Authenticate": "Token"}
)
_UNKNOWN: Final = _refusal(404, "NOT_FOUND", "The requested resource does not exist")
_LIMITS: Final = json_answer(200, {"DailyApiRequests": {"Max": 15_000, "Remaining": 14_000}})
