"""Bulk API 2.0 written down for tests: jobs that take rows, run, and tell what became of them."""

import csv
import gzip
import io
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from salesforce_connector.errors import ConnectorError, Forbidden, Rejected
from salesforce_connector.flow import Call

Row = dict[str, str]
Judge = Callable[[Row], str]
"""Gives a row's error, empty when it is written; "later" for a row that is not come to."""


def table(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write rows as Salesforce writes results: every cell quoted, lines ended by LF."""
    text = io.StringIO()
    names = list(columns)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode()


def accept_row(_: Row) -> str:
    """Judge every row good."""
    return ""


@dataclass
class BulkJobs:
    """Serves the calls of flows that write in bulk.

    Attributes:
        judge: What becomes of each row.
        polls: How often a job says that it is in progress.
        end: State that jobs end in.
        described: Answer to the describe of the object.
        broken: Uploads whose answer is to be lost.
        uploads: Rows of each job that was closed, by its id.
        aborted: Ids of jobs that were stopped.
        encoding: Of the responses with results: "gzip", or empty for plain.
        sent: Results as they went over the wire, by job and kind.
    """

    judge: Judge = accept_row
    polls: int = 1
    end: str = "JobComplete"
    error: str | None = None
    broken: list[ConnectorError] = field(default_factory=list)
    uploads: dict[str, list[Row]] = field(default_factory=dict)
    aborted: list[str] = field(default_factory=list)
    encoding: str = ""
    sent: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    described: httpx.Response | ConnectorError = field(
        default_factory=lambda: Forbidden("Not for you.", code="INSUFFICIENT_ACCESS")
    )
    _polled: dict[str, int] = field(default_factory=dict)
    _numbers: Any = field(default_factory=itertools.count)

    def __call__(self, call: Call, body: bytes) -> httpx.Response | ConnectorError:
        if call.path.endswith("/describe"):
            return self.described
        steps = call.path.partition("/jobs/ingest")[2].strip("/").split("/")
        match call.method, *steps:
            case "POST", "":
                return self._begin(call.json)
            case "PUT", job, "batches":
                return self._take(job, body)
            case "PATCH", job:
                return self._change(job, call.json["state"])
            case "GET", job:
                return self._look(job)
            case "GET", job, which:
                return self._send(f"{job}/{which}", self._results(job, which))
        raise AssertionError(f"no such call: {call.method} {call.path}")

    def _send(self, name: str, content: bytes) -> httpx.Response:
        body = self.sent[name] = gzip.compress(content) if self.encoding else content
        headers = {"Content-Encoding": self.encoding} if self.encoding else {}
        return httpx.Response(200, stream=httpx.ByteStream(body), headers=headers)

    def _begin(self, request: dict[str, Any]) -> httpx.Response:
        job = f"750{next(self._numbers):015}"
        self.jobs[job] = {"id": job, "state": "Open", "apiVersion": 61.0, **request}
        return httpx.Response(200, json=self.jobs[job])

    def _take(self, job: str, body: bytes) -> httpx.Response | ConnectorError:
        if self.broken:
            return self.broken.pop()
        text = io.StringIO(body.decode(), newline="")
        self.uploads[job] = list(csv.DictReader(text, strict=True))
        return httpx.Response(201)

    def _change(self, job: str, state: str) -> httpx.Response | ConnectorError:
        if self.jobs[job]["state"] != "Open":
            return Rejected("No.", code="INVALIDJOBSTATE")
        self.jobs[job]["state"] = state
        if state == "Aborted":
            self.aborted.append(job)
            self.uploads.pop(job, None)
        return httpx.Response(200, json=self.jobs[job])

    def _look(self, job: str) -> httpx.Response:
        message = self.jobs[job]
        if message["state"] in ("UploadComplete", "InProgress"):
            count = self._polled[job] = self._polled.get(job, 0) + 1
            message["state"] = self.end if count > self.polls else "InProgress"
            message["errorMessage"] = self.error
            errors = [self.judge(row) for row in self.uploads[job]]
            message["numberRecordsProcessed"] = sum(error != "later" for error in errors)
            message["numberRecordsFailed"] = sum(error not in ("", "later") for error in errors)
        return httpx.Response(200, json=message)

    def _results(self, job: str, which: str) -> bytes:
        rows = self.uploads[job][::-1]  # in any order
        columns = list(rows[0])
        written = [row for row in rows if self.judge(row) == ""]
        match which:
            case "successfulResults":
                extra = [{"sf__Id": "001", "sf__Created": "true"}] * len(written)
                return table(
                    ["sf__Id", "sf__Created", *columns],
                    (a | b for a, b in zip(extra, written, strict=True)),
                )
            case "failedResults":
                failed = [row for row in rows if self.judge(row) not in ("", "later")]
                return table(
                    ["sf__Id", "sf__Error", *columns],
                    ({"sf__Error": self.judge(row), **row} for row in failed),
                )
            case "unprocessedrecords":
                return table(columns, (row for row in rows if self.judge(row) == "later"))
        raise AssertionError(f"no such results: {which}")
