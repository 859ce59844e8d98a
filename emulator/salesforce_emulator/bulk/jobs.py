"""Jobs and their states, stored in the org's database.

    Open -> UploadComplete -> InProgress -> JobComplete | Failed
                    each of the first three -> Aborted

A query job begins as UploadComplete.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_job_states.htm
"""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from salesforce_emulator import errors
from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk.chunks import Chunks
from salesforce_emulator.org.clock import datetime_text, datetime_value
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Resource: TypeAlias = Literal["ingest", "query"]
State: TypeAlias = Literal[
    "Open", "UploadComplete", "InProgress", "JobComplete", "Failed", "Aborted", "Deleted"
]

ENDED: Final = frozenset({"JobComplete", "Failed", "Aborted"})
LISTED: Final = 1_000  # jobs a page of the list of jobs
KEPT: Final = timedelta(days=7)  # that a job and its results are stored
OPEN: Final = timedelta(hours=24)  # that a job may stay open

_WAITING: Final = frozenset({"UploadComplete", "InProgress"})
_TYPES: Final = {"ingest": "V2Ingest", "query": "V2Query"}


@dataclass(slots=True)
class Job:
    """One job.

    Attributes:
        version: API version that it was created in.
        external_id: Name of the field that an upsert matches by, or empty.
        statement: The SOQL of a query.
        closed: When it became UploadComplete, or empty; moments are as `datetime_text` has them.
        size: Bytes of content.
        rows: How many it has; before they have been counted, about.
        counted: Whether they have been counted.
        position: Byte of the content that the next row begins at.
        locator: Where a query goes on; empty at the beginning.
    """

    id: str
    resource: Resource
    user_id: str
    created: str
    modified: str
    state: State
    operation: str
    object: str
    version: float
    delimiter: str = "COMMA"
    line_ending: str = "LF"
    external_id: str = ""
    assignment_rule: str = ""
    statement: str = ""
    uploaded: bool = False
    closed: str = ""
    ended: str = ""
    size: int = 0
    rows: int = 0
    counted: bool = False
    position: int = 0
    locator: str = ""
    processed: int = 0
    failed: int = 0
    message: str = ""

    @property
    def path(self) -> str:
        """Path of the job, without a leading slash."""
        return f"services/data/v{self.version:.1f}/jobs/{self.resource}/{self.id}"

    def changed(self) -> dict[str, Any]:
        """Return the job as changing it answers."""
        body: dict[str, Any] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": self.user_id,
            "createdDate": self.created,
            "systemModstamp": self.modified,
            "state": self.state,
        }
        if self.external_id:
            body["externalIdFieldName"] = self.external_id
        body |= {"concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": self.version}
        if self.assignment_rule:
            body["assignmentRuleId"] = self.assignment_rule
        return body

    def head(self) -> dict[str, Any]:
        """Return the job as creating it answers."""
        body = self.changed()
        if self.resource == "ingest" and self.state == "Open":
            body["contentUrl"] = f"{self.path}/batches"
        return body | self._csv_form

    def listed(self) -> dict[str, Any]:
        """Return the job as the list of jobs has it."""
        body = self.changed() | {"jobType": _TYPES[self.resource]}
        if self.resource == "ingest" and self.state == "Open":
            body["contentUrl"] = f"{self.path}/batches"
        return body | self._csv_form

    @property
    def _csv_form(self) -> dict[str, str]:
        return {"lineEnding": self.line_ending, "columnDelimiter": self.delimiter}

    def info(self) -> dict[str, Any]:
        """Return the job as asking for it answers."""
        elapsed = 0
        if self.closed:
            duration = datetime_value(self.ended or self.modified) - datetime_value(self.closed)
            elapsed = max(0, int(duration / timedelta(milliseconds=1)))
        body = self.listed() | {"numberRecordsProcessed": self.processed}
        if self.resource == "ingest":
            body["numberRecordsFailed"] = self.failed
        body |= {"retries": 0, "totalProcessingTime": elapsed}
        if self.resource == "ingest":
            body |= {"apiActiveProcessingTime": elapsed, "apexProcessingTime": 0}
        else:
            body["isPkChunkingSupported"] = False
        if self.message:
            body["errorMessage"] = self.message
        return body


_NAMES: Final = tuple(field.name for field in dataclasses.fields(Job))
_COLUMNS: Final = ", ".join(f'"{name}"' for name in _NAMES)


class Jobs:
    """The jobs of one org. Its methods are called with the org's lock, or within a transaction.

    Attributes:
        chunks: Content and results of jobs.
        waiting: The jobs that are closed and not ended, oldest first: one object each, so that
            whoever works on one sees when another aborts it.
        busy: Ids of those that are being worked on, or uploaded to.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._db = org.db
        self._db.execute(f'CREATE TABLE IF NOT EXISTS "_BulkJob" ({_COLUMNS}, PRIMARY KEY ("id"))')
        self.chunks = Chunks(org.db, org.lock)
        self.busy: set[str] = set()
        rows = self._db.execute(
            f'SELECT {_COLUMNS} FROM "_BulkJob" ORDER BY "id"'  # noqa: S608 - our own names
        ).fetchall()
        for row in rows[-1:]:
            org.ids.resume(row["id"])
        jobs = [Job(*row) for row in rows]
        self.waiting = {job.id: job for job in jobs if job.state in _WAITING}

    def add(self, resource: Resource, user_id: str, version: float, **attributes: Any) -> Job:
        """Store a new job; `attributes` are its own."""
        now = datetime_text(self._org.clock.now().replace(microsecond=0))
        job = Job(
            id=self._org.ids.next("750"),
            resource=resource,
            user_id=user_id,
            created=now,
            modified=now,
            version=version,
            **attributes,
        )
        self._forget()
        marks = ", ".join("?" * len(_NAMES))
        self._db.execute(
            f'INSERT INTO "_BulkJob" ({_COLUMNS}) VALUES ({marks})',  # noqa: S608 - our own names
            dataclasses.astuple(job),
        )
        if job.state in _WAITING:
            self.waiting[job.id] = job
        return job

    def find(self, resource: Resource, job_id: str, seen_by: str | None = None) -> Job:
        """Return a job by id, of 15 or 18 characters.

        Args:
            seen_by: Only jobs of this user exist for the caller; None for all jobs.

        Raises:
            SalesforceError: NOT_FOUND: there is none, it was deleted, or it has expired.
        """
        record_id = parse_id(job_id) or ""
        job = self.waiting.get(record_id)
        if job is None:
            row = self._db.execute(
                f'SELECT {_COLUMNS} FROM "_BulkJob" WHERE "id" = ? AND "created" > ?',  # noqa: S608
                (record_id, self._oldest()),
            ).fetchone()
            job = Job(*row) if row is not None else None
        if job is None or job.resource != resource or job.state == "Deleted":
            raise errors.not_found()
        if seen_by not in {None, job.user_id}:
            raise errors.not_found()
        if job.state == "Open" and self._org.clock.now() - datetime_value(job.created) > OPEN:
            self.end(job, "Failed", str(bulk_errors.left_open()))
        return job

    def save(self, job: Job) -> None:
        """Keep what has changed of a job."""
        job.modified = datetime_text(self._org.clock.now().replace(microsecond=0))
        sets = ", ".join(f'"{name}" = ?' for name in _NAMES)
        self._db.execute(
            f'UPDATE "_BulkJob" SET {sets} WHERE "id" = ?',  # noqa: S608 - our own names
            (*dataclasses.astuple(job), job.id),
        )
        if job.state in _WAITING:
            self.waiting[job.id] = job
        else:
            self.waiting.pop(job.id, None)

    def close(self, job: Job) -> None:
        """Close a job for processing: UploadComplete."""
        job.state = "UploadComplete"
        job.closed = datetime_text(self._org.clock.now())
        self.save(job)

    def end(self, job: Job, state: State, message: str = "", ended_at: str = "") -> None:
        """End a job, now or at an earlier time."""
        job.state, job.message = state, message
        job.ended = ended_at or datetime_text(self._org.clock.now())
        self.save(job)

    def delete(self, job: Job) -> None:
        """Forget a job with all its data; it goes on counting as one of the last 24 hours."""
        job.state = "Deleted"
        self.save(job)
        self.chunks.drop(job.id)

    def page(self, resource: Resource, after: str, seen_by: str | None = None) -> list[Job]:
        """Return at most `LISTED` + 1 jobs that come after an id; all from the first when empty.

        Args:
            seen_by: As `find` takes it.
        """
        rows = self._db.execute(
            f'SELECT {_COLUMNS} FROM "_BulkJob" WHERE "resource" = ? AND "id" > ?'  # noqa: S608
            ' AND "created" > ? AND "state" <> \'Deleted\' AND ? IN (\'\', "user_id")'
            ' ORDER BY "id" LIMIT ?',
            (resource, after, self._oldest(), seen_by or "", LISTED + 1),
        )
        return [Job(*row) for row in rows]

    def _oldest(self) -> str:
        return datetime_text(self._org.clock.now() - KEPT)

    def _forget(self) -> None:
        oldest = self._oldest()
        self._db.execute(
            'DELETE FROM "_BulkPiece" WHERE job IN'
            ' (SELECT "id" FROM "_BulkJob" WHERE "created" <= ?)',
            (oldest,),
        )
        self._db.execute('DELETE FROM "_BulkJob" WHERE "created" <= ?', (oldest,))
        for job in list(self.waiting.values()):
            if job.created <= oldest:
                del self.waiting[job.id]


def jobs_of(org: "Org") -> Jobs:
    """Return the jobs of an org, creating their tables on first use."""
    return org.part(Jobs)
