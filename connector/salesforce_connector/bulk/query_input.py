"""A query that a bulk job takes, and where its records go.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_create_job.htm
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector.bulk import jobs
from salesforce_connector.bulk.column_types import ValueForm, values_field
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.soql.inputs import IncludeDeleted, QueryParameters, Soql

_FILE_FORMATS: Final = ("csv", "csv_gzip", "parquet")


class _Query(BaseModel):
    soql: Soql | None = Field(
        default=None,
        json_schema_extra=hints(
            visibility="important",
            text=(
                "Bulk jobs do not support GROUP BY, OFFSET, TYPEOF, aggregates, nested queries "
                "or compound fields."
            ),
        ),
    )
    parameters: QueryParameters = Field(default_factory=dict)
    include_deleted: IncludeDeleted = False
    job_id: jobs.JobId | None = Field(
        default=None,
        title="Job ID",
        description="ID of a query job that was started before, to get its results.",
        examples=["7505fEXAMPLE5ZcAAE"],
        json_schema_extra=hints(visibility="advanced"),
    )
    format: Literal["records", "csv", "csv_gzip", "parquet"] = Field(
        default="records",
        title="Format",
        description="Return records, or write a file. Parquet needs the package pyarrow.",
        examples=["csv"],
        json_schema_extra=hints(
            text="csv_gzip writes the first result page as it comes, compressed by Salesforce."
        ),
    )
    path: str | None = Field(
        default=None,
        title="Path",
        description=(
            "The file to write, in a folder that the host allows; an existing file is overwritten."
        ),
        min_length=1,
        examples=["/tmp/accounts.csv"],  # noqa: S108 - an example
        json_schema_extra=hints(
            show_when={"format": [*_FILE_FORMATS]},
            required_when={"format": [*_FILE_FORMATS]},
        ),
    )
    one_file_per_page: bool = Field(
        default=False,
        title="One file per page",
        description=(
            "Write each result page to a file of its own, with a header: rows-0001.csv.gz, "
            "rows-0002.csv.gz."
        ),
        examples=[False],
        json_schema_extra=hints(
            visibility="advanced",
            show_when={"format": ["csv", "csv_gzip"]},
            text=(
                "With csv_gzip, nothing is decompressed, which takes the least CPU time. Files "
                "with higher numbers from an earlier run are removed."
            ),
        ),
    )
    pages_at_once: int = Field(
        default=4,
        title="Pages at once",
        description="How many pages of a large result to fetch at the same time.",
        ge=1,
        le=5,  # Salesforce lists five at a time
        examples=[4],
        json_schema_extra=hints(
            visibility="advanced",
            text="Each needs some disk space until it is read. Needs API version 58.",
        ),
    )
    values: ValueForm = values_field(
        "Types cost a describe call for each object. A CSV file has text in any case."
    )
    limit: int = Field(
        default=50_000,
        title="Maximum records",
        description=(
            "The most records to return; a warning says when there were more. Files "
            "hold all records."
        ),
        ge=1,
        le=1_000_000,
        examples=[50_000],
    )


class QueryInput(jobs.WaitOptions, _Query):
    """A query for a job, and where its records go."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of("Query", ("soql", "parameters", "include_deleted"), ("job_id",)),
    )

    @model_validator(mode="after")
    def _check(self) -> "QueryInput":
        if (self.soql is None) == (self.job_id is None):
            raise ValueError("Give one of soql and job_id")
        if (self.format == "records") != (self.path is None):
            raise ValueError("A file needs path; records take none")
        if self.one_file_per_page and self.format not in ("csv", "csv_gzip"):
            raise ValueError("one_file_per_page is for csv and csv_gzip")
        return self
