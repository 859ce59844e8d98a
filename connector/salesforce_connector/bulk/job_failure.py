"""The error for a job that failed as a whole, by what Salesforce says of the cause.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_reference_errors.htm
"""

import re
from dataclasses import dataclass
from typing import Final

from salesforce_connector.bulk.jobs import Job
from salesforce_connector.errors import ConnectorError, Forbidden, RateLimited, Rejected, Retryable


@dataclass(frozen=True, slots=True)
class _Cause:
    kind: type[ConnectorError]
    says: re.Pattern[str]
    remedy: str


def _cause(kind: type[ConnectorError], says: str, remedy: str) -> _Cause:
    return _Cause(kind, re.compile(says, re.IGNORECASE), remedy)


_CAUSES: Final = (
    _cause(
        RateLimited,
        r"exceeded ?quota|quota|limit exceeded|too many (batches|jobs|requests)|bulkapi.*limit",
        "The org's bulk quota of 24 hours is used up: run it later, or ask Salesforce for more.",
    ),
    _cause(
        Retryable,
        r"internal ?server ?error|internal error|unexpected exception|unknown exception|time.?out"
        r"|server unavailable|system error",
        "Salesforce failed inside: run it again later.",
    ),
    _cause(
        Rejected,
        r"line ?ending",
        "The line ends of the CSV are not those of the job: end every line with LF, and quote "
        "cells that contain line ends.",
    ),
    _cause(
        Rejected,
        r"field name not found|invalid ?field|no such column|column .* (not found|unknown)"
        r"|foreign key external id",
        "Correct the column that is named, and check that the user may see the field.",
    ),
    _cause(
        Rejected,
        r"number of (columns|fields|values)|too (many|few) (columns|fields|values)|row length"
        r"|(column|field) count|expected .* (columns|fields)|does(n't| not) match the header"
        r"|extraneous|ragged|parsing|unterminated|quote",
        "A row has more or fewer cells than the header: put quotes around cells that contain the "
        "delimiter, a quote or a line end.",
    ),
    _cause(
        Forbidden,
        r"insufficient ?access|not ?enabled|no ?access|permission|invalid ?user",
        "An administrator must grant the user the permission that is named.",
    ),
)
_OTHER: Final = "Check the names of the columns and the user's access to them."


def job_failure(jobs: list[Job], *, field: str = "") -> ConnectorError:
    """Return the error for jobs that failed before their first record.

    Args:
        jobs: At least one.
        field: The input to blame when the input is at fault.
    """
    reasons = " ".join(dict.fromkeys(job.error or "No reason was given." for job in jobs))
    ids = ", ".join(job.id for job in jobs)
    cause = next((cause for cause in _CAUSES if cause.says.search(reasons)), None)
    kind = Rejected if cause is None else cause.kind
    return kind(
        f"Salesforce could not run the job {ids}: {reasons}",
        code="JOB_FAILED",
        remedy=_OTHER if cause is None else cause.remedy,
        fields=(field,) if field and issubclass(kind, Rejected) else (),
    )


def cause_of(job: Job) -> str:
    """Return what a job that failed says, and what to do about it; empty for one that did not."""
    if job.state != "Failed":
        return ""
    error = job_failure([job])
    return str(error)
