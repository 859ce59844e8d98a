"""Inputs of several actions: how jobs that write are cut, and where their results go."""

from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from salesforce_connector.bulk.csv_format import LARGEST
from salesforce_connector.bulk.job_results import Which
from salesforce_connector.bulk.jobs import JobId, WaitOptions
from salesforce_connector.forms.hints import hints
from salesforce_connector.writing.record_results import FailurePolicy


def _as_list(value: Any) -> Any:
    """Take one job id for a list of one."""
    return [value] if isinstance(value, str) else value


WHICH: Final[tuple[Which, ...]] = ("ok", "failed", "unprocessed")


class ResultOptions(BaseModel):
    """Where the results of jobs go."""

    results: list[Which] = Field(
        default=list(WHICH),
        title="Results",
        description="The records to return results for: written, failed, or not processed.",
        examples=[["failed", "unprocessed"]],
        json_schema_extra={"uniqueItems": True}  # several choices of three, not a list of any
        | hints(widget="tags", visibility="advanced", group="Results"),
    )
    limit: int = Field(
        default=10_000,
        title="Maximum results",
        description="The most results to return; a warning says when there were more.",
        ge=0,
        le=1_000_000,
        examples=[10_000],
        json_schema_extra=hints(
            visibility="advanced",
            group="Results",
            text="Records from the input `records` always have their results.",
        ),
    )
    results_folder: str | None = Field(
        default=None,
        title="Results folder",
        description=(
            "Write the results to CSV files in this folder, which the host must allow, "
            "instead of returning them."
        ),
        examples=["/tmp"],  # noqa: S108 - an example
        json_schema_extra=hints(visibility="advanced", group="Results"),
    )
    results_gzip: bool = Field(
        default=False,
        title="Gzip the results",
        description="Write the result files as gzip, as Salesforce sends them: ID-failed.csv.gz.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Results"),
    )

    @model_validator(mode="after")
    def _require_a_folder_for_gzip(self) -> Self:
        if self.results_gzip and self.results_folder is None:
            raise ValueError("results_gzip needs results_folder")
        return self


class WriteOptions(FailurePolicy, WaitOptions, ResultOptions):
    """How rows are cut into jobs, how long to wait for these, and which results to return."""

    records_per_job: int | None = Field(
        default=None,
        title="Records per job",
        description=(
            "Start another job after this many records; leave empty to start one after 100 MB."
        ),
        ge=1,
        examples=[100_000],
        json_schema_extra=hints(visibility="advanced", group="Jobs"),
    )
    jobs_at_once: int = Field(
        default=1,
        title="Jobs at once",
        description="How many jobs to fill at the same time, when there are several.",
        ge=1,
        le=10,
        examples=[3],
        json_schema_extra=hints(
            visibility="advanced",
            group="Jobs",
            text="Each needs disk space for its data until it is full.",
        ),
    )
    bytes_per_job: int = Field(
        default=LARGEST,
        title="Bytes per job",
        description="Start another job before its CSV exceeds this size.",
        ge=1_000,
        le=LARGEST,
        examples=[50_000_000],
        json_schema_extra=hints(visibility="advanced", group="Jobs"),
    )
    resume: Annotated[list[JobId], BeforeValidator(_as_list)] = Field(
        default_factory=list,
        title="Resume",
        description=(
            "IDs of the jobs that an interrupted run began, in their order. The input must be "
            "the same; records of those jobs are not sent again. Not needed with a host that "
            "resumes runs."
        ),
        examples=[["7505fEXAMPLE5ZcAAE"]],
        json_schema_extra=hints(widget="tags", visibility="advanced", group="Jobs"),
    )
