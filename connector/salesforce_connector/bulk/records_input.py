"""What the bulk actions take: records in three forms, or a query; checked before sent.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/create_job.htm
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import file_access
from salesforce_connector.bulk import jobs
from salesforce_connector.bulk.csv_format import FileSource
from salesforce_connector.bulk.write_jobs import WriteOptions
from salesforce_connector.dynamic_options import dynamic_options, dynamic_schema, lookup
from salesforce_connector.form_hints import hints, one_of
from salesforce_connector.null_policy import ValuePolicy
from salesforce_connector.records import only_fields
from salesforce_connector.soql import LONGEST, FieldName, Parameters, RecordId, SObjectName
from salesforce_connector.writing.record_results import with_id


class _Records(BaseModel):
    sobject: SObjectName
    operation: Literal["insert", "update", "upsert", "delete", "hardDelete"] = Field(
        title="Operation",
        description=(
            "delete moves to the recycle bin; hardDelete does not, and needs a permission of its "
            "own."
        ),
        examples=["upsert"],
    )
    external_id_field: FieldName | None = Field(
        default=None,
        title="External id field",
        description="For upsert, and for it alone; a column of the records.",
        examples=["External_Id__c"],
        json_schema_extra=dynamic_options("external_id_fields", "sobject")
        | hints(
            visibility="important",
            show_when={"operation": ["upsert"]},
            required_when={"operation": ["upsert"]},
        ),
    )
    records: list[dict[str, Any]] | None = Field(
        default=None,
        title="Records",
        description="Values by API name, with Id to update or delete. Or give csv, or path.",
        min_length=1,
        examples=[[{"External_Id__c": "A-1", "Name": "Acme"}]],
        json_schema_extra=dynamic_schema(
            "fields", "sobject", "operation", optional=("RecordTypeId",)
        )
        | hints(widget="records", visibility="important"),
    )
    csv: str | None = Field(
        default=None,
        title="CSV",
        description=(
            "The first line names fields. An empty cell leaves a field, #N/A clears it, whatever "
            "nulls and empty_texts say."
        ),
        min_length=1,
        examples=["Name,Phone\nAcme,0012\n"],
        json_schema_extra=hints(widget="multiline"),
    )
    path: str | None = Field(
        default=None,
        title="Path",
        description=(
            "Of a CSV file in UTF-8, below a folder that the host allows; read as it is sent, "
            "however large."
        ),
        min_length=1,
        examples=["/tmp/accounts.csv"],  # noqa: S108 - an example
        json_schema_extra=hints(widget="file"),
    )
    delimiter: Literal["COMMA", "TAB", "PIPE", "SEMICOLON", "CARET", "BACKQUOTE"] = Field(
        default="COMMA",
        title="Delimiter",
        description="Between the cells of csv or path.",
        examples=["SEMICOLON"],
        json_schema_extra=hints(visibility="advanced"),
    )
    assignment_rule: RecordId | None = Field(
        default=None,
        title="Assignment rule",
        description="Id of the rule that gives leads and cases an owner; null: they keep theirs.",
        examples=["01QD0000000EEEEMA4"],
        json_schema_extra=lookup("AssignmentRule") | hints(visibility="advanced"),
    )


class WriteInput(WriteOptions, ValuePolicy, _Records):
    """Records for jobs, in one of three forms, and what is to be done with them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of(
            "Records from", ("records",), ("csv", "delimiter"), ("path", "delimiter")
        ),
    )

    @model_validator(mode="after")
    def _check(self) -> "WriteInput":
        if sum(given is not None for given in (self.records, self.csv, self.path)) != 1:
            raise ValueError("Give one of records, csv and path")
        if (self.operation == "upsert") != (self.external_id_field is not None):
            raise ValueError("An upsert needs external_id_field; nothing else takes it")
        if self.records is not None:
            if self.delimiter != "COMMA":
                raise ValueError("delimiter is for csv and path")
            self.records = [self._checked(record) for record in self.records]
        return self

    def _checked(self, record: dict[str, Any]) -> dict[str, Any]:
        match self.operation:
            case "insert" | "upsert":
                return only_fields(record)
            case "update":
                known = with_id(record)
            case _:
                known = with_id(record)
                if len(known) > 1:
                    raise ValueError("A record to delete has an Id and nothing else")
        return {"Id": known.pop("id"), **known}

    def job(self) -> dict[str, Any]:
        """Give the job's description as Salesforce takes it."""
        return jobs.writing(
            self.sobject,
            self.operation,
            delimiter=self.delimiter,
            external_id_field=self.external_id_field,
            assignment_rule=self.assignment_rule,
        )

    def file(self) -> FileSource:
        """Give the CSV, when the records are not given as objects."""
        if self.csv is not None:
            return FileSource.of_text(self.csv)
        return FileSource.of_path(file_access.resolve_to_read(self.path or "", "path"))


class _Query(BaseModel):
    soql: str | None = Field(
        default=None,
        title="SOQL",
        description=(
            "The query, with places for values as :name. Bulk jobs take no GROUP BY, OFFSET, "
            "TYPEOF, aggregates, nested queries or compound fields. Or give job_id."
        ),
        min_length=1,
        max_length=LONGEST,
        examples=["SELECT Id, Name FROM Account WHERE Industry = :industry"],
        json_schema_extra=hints(widget="soql", visibility="important"),
    )
    parameters: Parameters = Field(
        default_factory=dict,
        title="Parameters",
        description="A value for each :name, as in query.",
        examples=[{"industry": "Banking"}],
        json_schema_extra=hints(widget="keyvalue", visibility="important"),
    )
    include_deleted: bool = Field(
        default=False,
        title="Include deleted",
        description="Also give records in the recycle bin and archived activities.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )
    job_id: jobs.JobId | None = Field(
        default=None,
        title="Job id",
        description="Of a query begun before, to fetch its results; not with soql.",
        examples=["7505fEXAMPLE5ZcAAE"],
        json_schema_extra=hints(visibility="advanced"),
    )
    format: Literal["records", "csv", "parquet"] = Field(
        default="records",
        title="Format",
        description="Records in the output, or a file at path. Parquet needs pyarrow.",
        examples=["csv"],
    )
    path: str | None = Field(
        default=None,
        title="Path",
        description=(
            "Of the file to write, below a folder that the host allows; one that is there is "
            "overwritten."
        ),
        min_length=1,
        examples=["/tmp/accounts.csv"],  # noqa: S108 - an example
        json_schema_extra=hints(
            widget="file",
            show_when={"format": ["csv", "parquet"]},
            required_when={"format": ["csv", "parquet"]},
        ),
    )
    limit: int = Field(
        default=50_000,
        title="Maximum records",
        description="Records to give; a warning says when there were more. Files get all.",
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
            raise ValueError("csv and parquet need path; records take none")
        return self
