"""Advances jobs: each response shows the state that a job has by the org's clock.

A closed job waits, then its rows are done at a steady pace. Nothing runs in the background: whoever
calls the org next does the work that is due, 200 rows at a time. With a wait of zero
(`Settings.bulk_wait`) the clock is ignored, and each read of a job advances it by one state.
"""

import math
from collections.abc import Generator
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk import ingest, query
from salesforce_emulator.bulk.jobs import Job, jobs_of
from salesforce_emulator.org.clock import datetime_text, datetime_value

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def catch_up(org: "Org") -> Generator[None, None, None]:
    """Do all work that is due; between any two steps others may be let in."""
    jobs = jobs_of(org)
    if not org.settings.bulk_wait:
        return
    for job in list(jobs.waiting.values()):
        due = _rows_due(org, job)
        if due is not None:
            yield from _advance(org, job, due)


def look(org: "Org", job: Job) -> Generator[None, None, None]:
    """Move a job one state on, where looks do that."""
    if org.settings.bulk_wait or job.id not in jobs_of(org).waiting:
        return
    yield from _advance(org, job, 0 if job.state == "UploadComplete" else math.inf)


def _rows_due(org: "Org", job: Job) -> float | None:
    """Return how many rows of a job are to be done by now; None before it has begun."""
    began = datetime_value(job.closed) + timedelta(seconds=org.settings.bulk_wait)
    running = (org.clock.now() - began).total_seconds()
    if running < 0:
        return None
    due = running * org.settings.bulk_pace
    return math.inf if due >= job.rows else due


def _advance(org: "Org", job: Job, due: float) -> Generator[None, None, None]:
    jobs = jobs_of(org)
    if job.id in jobs.busy:
        return
    jobs.busy.add(job.id)
    try:
        if job.state == "UploadComplete":
            job.state = "InProgress"
            with org.transaction():
                jobs.save(job)
        yield from _work(org, job, due)
    finally:
        jobs.busy.discard(job.id)


def _work(org: "Org", job: Job, due: float) -> Generator[None, None, None]:
    jobs = jobs_of(org)
    if job.processed >= due:
        return
    work = ingest.run(org, job) if job.resource == "ingest" else query.run(org, job)
    try:
        with closing(work):
            for _ in work:
                yield
                if job.state != "InProgress" or job.processed >= due:
                    return
    except bulk_errors.Unprocessable as failure:
        with org.transaction():
            jobs.end(job, "Failed", str(failure), _planned_end(org, job))
        return
    with org.transaction():
        jobs.end(job, "JobComplete", ended_at=_planned_end(org, job))


def _planned_end(org: "Org", job: Job) -> str:
    """Return the time at which a job ends by the clock."""
    now = org.clock.now()
    if not org.settings.bulk_wait:
        return datetime_text(now)
    duration = org.settings.bulk_wait + job.processed / org.settings.bulk_pace
    return datetime_text(min(now, datetime_value(job.closed) + timedelta(seconds=duration)))
