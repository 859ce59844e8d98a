"""Records that the bulk actions take, in one of five forms; checked before they are sent.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/create_job.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector.bulk import jobs
from salesforce_connector.bulk.csv_file import FileSource
from salesforce_connector.bulk.write_options import WriteOptions
from salesforce_connector.files import file_access
from salesforce_connector.forms.dynamic_options import dynamic_options, dynamic_schema, lookup
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.identifiers import FieldName, RecordId, SObjectName
from salesforce_connector.null_policy import ValuePolicy
from salesforce_connector.records import only_fields
from salesforce_connector.writing.record_results import with_id


class _Records(BaseModel):
    sobject: SObjectName
    operation: Literal["insert", "update", "upsert", "delete", "hardDelete"] = Field(
        title="Operation",
        description=(
            "delete moves records to the recycle bin. hardDelete does not, and needs "
            "its own permission."
        ),
        examples=["upsert"],
    )
    external_id_field: FieldName | None = Field(
        default=None,
        title="External ID field",
        description="The external ID that finds existing records; a column of the records.",
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
        description="Field values by API name, with Id to update or delete.",
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
        description="CSV text; its first line names the fields.",
        min_length=1,
        examples=["Name,Phone\nAcme,0012\n"],
        json_schema_extra=hints(
            widget="multiline",
            text=(
                "An empty cell leaves a field unchanged, #N/A clears it, regardless of the "
                "options for empty values."
            ),
        ),
    )
    path: str | None = Field(
        default=None,
        title="Path",
        description="A CSV file in UTF-8, in a folder that the host allows.",
        min_length=1,
        examples=["/tmp/accounts.csv"],  # noqa: S108 - an example
        json_schema_extra=hints(
            widget="file", text="It is read while it is uploaded, so it may be large."
        ),
    )
    url: str | None = Field(
        default=None,
        title="URL",
        description="The https URL of a CSV file in UTF-8, of a server that the host allows.",
        min_length=1,
        examples=["https://files.example.com/accounts.csv"],
        json_schema_extra=hints(
            text="It is copied to this machine first. A run that resumes needs the same content."
        ),
    )
    from_engine: bool = Field(
        default=False,
        title="From the engine",
        description="Take the records that the engine passes with the run.",
        examples=[True],
        json_schema_extra=hints(
            visibility="advanced",
            text="They are read while they are uploaded, so there is no limit on their number.",
        ),
    )
    delimiter: Literal["COMMA", "TAB", "PIPE", "SEMICOLON", "CARET", "BACKQUOTE"] = Field(
        default="COMMA",
        title="Delimiter",
        description="The character between the cells of the CSV.",
        examples=["SEMICOLON"],
        json_schema_extra=hints(visibility="advanced"),
    )
    assignment_rule: RecordId | None = Field(
        default=None,
        title="Assignment rule",
        description=(
            "ID of the assignment rule for leads and cases; leave empty to keep their owners."
        ),
        examples=["01QD0000000EEEEMA4"],
        json_schema_extra=lookup("AssignmentRule") | hints(visibility="advanced"),
    )


class WriteInput(WriteOptions, ValuePolicy, _Records):
    """Records for jobs, in one of five forms, and what is to be done with them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of(
            "Records from",
            ("records",),
            ("csv", "delimiter"),
            ("path", "delimiter"),
            ("url", "delimiter"),
            ("from_engine",),
        ),
    )

    @model_validator(mode="after")
    def _check(self) -> "WriteInput":
        sources = (self.records, self.csv, self.path, self.url, self.from_engine or None)
        if sum(source is not None for source in sources) != 1:
            raise ValueError("Give one of records, csv, path, url and from_engine")
        if (self.operation == "upsert") != (self.external_id_field is not None):
            raise ValueError("An upsert needs external_id_field; nothing else takes it")
        if self.records is not None:
            if self.delimiter != "COMMA":
                raise ValueError("delimiter is for csv, path and url")
            self.records = [self.check_record(record) for record in self.records]
        return self

    def check_record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record as the operation takes it.

        Raises:
            ValueError: It lacks its id, or has something that cannot be written.
        """
        match self.operation:
            case "insert" | "upsert":
                return only_fields(record)
            case "update":
                id_field = with_id(dict(record))
            case _:
                id_field = with_id(dict(record))
                if len(id_field) > 1:
                    raise ValueError("A record to delete has an Id and nothing else")
        return {"Id": id_field.pop("id"), **id_field}

    def job(self) -> dict[str, Any]:
        """Return the job's description as Salesforce takes it."""
        return jobs.writing(
            self.sobject,
            self.operation,
            delimiter=self.delimiter,
            external_id_field=self.external_id_field,
            assignment_rule=self.assignment_rule,
        )

    def file(self) -> FileSource:
        """Return the CSV, when the input is a text or a path."""
        if self.csv is not None:
            return FileSource.of_text(self.csv)
        return FileSource.of_path(file_access.resolve_to_read(self.path or "", "path"))
