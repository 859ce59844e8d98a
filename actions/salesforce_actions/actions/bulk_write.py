"""Write many records by Bulk API 2.0 jobs, from objects, CSV text, a file or a URL.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import csv_header, write_jobs
from salesforce_connector.bulk.csv_file import FileSource
from salesforce_connector.bulk.csv_format import RecordSource, flatten
from salesforce_connector.bulk.csv_rows import checked_rows
from salesforce_connector.bulk.job_results import BulkRecordResult, Matcher
from salesforce_connector.bulk.job_upload import SentJobs
from salesforce_connector.bulk.records_input import WriteInput
from salesforce_connector.bulk.streamed_records import RecordParts, iterate
from salesforce_connector.errors import Rejected
from salesforce_connector.files.urls import check_url
from salesforce_connector.flow import Flow, Note, in_thread, records_of_host
from salesforce_connector.http.remote_file import RemoteFile
from salesforce_connector.metadata.field_rules import Fault, Purpose
from salesforce_connector.metadata.record_check import CheckedRecords, check_records
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.writing import batching
from salesforce_connector.writing.record_results import external_ids, fault_result

Input = WriteInput

MAX_REFUSED: Final = (
    10_000  # records from the engine that cannot be written; their results are in memory
)

_PURPOSES: Final[Mapping[str, Purpose]] = {
    "insert": "create",
    "update": "update",
    "upsert": "upsert",
}


def flow(args: Input) -> Flow[write_jobs.Results]:
    if args.results_folder is not None:
        write_jobs.results_folder(args.results_folder)
    if args.records is not None:
        return (yield from _write_records(args, args.records))
    if args.from_engine:
        return (yield from _write_stream(args))
    if args.url is not None:
        with RemoteFile(check_url(args.url, "url")) as copy:
            yield from in_thread(copy.fetch)
            return (yield from _write_file(args, FileSource(copy.open, copy.url.shown)))
    return (yield from _write_file(args, args.file()))


def _write_file(args: Input, file: FileSource) -> Flow[write_jobs.Results]:
    names = csv_header.columns(file.header(), args.delimiter)
    column_count = len(names) - csv_header.unnamed_at_end(names)
    rules, dropped = yield from _check_header(args, names[:column_count])
    rows = checked_rows(
        file,
        names,
        args.delimiter,
        rules,
        key=args.external_id_field,
        truncates=args.too_long == "truncate",
        dropped=[*dropped, *range(column_count, len(names))],
    )
    sent = yield from write_jobs.send(args.job(), rows, args)
    if not sent.jobs and not sent.left_out:
        raise Rejected(
            "There are no records below the header.",
            code="EMPTY_INPUT",
            remedy="Skip the step when there is nothing to write.",
            fields=("path" if args.path else "url" if args.url else "csv",),
            sent=True,  # a job was created for them, and aborted
        )
    if dropped:
        columns = ", ".join(names[number] for number in dropped)
        yield Note(f"Read-only columns were left out: {columns}.")
    if rows.truncated:
        columns = ", ".join(rows.truncated)
        yield Note(f"Texts were truncated to the length of their field in: {columns}.")
    return (yield from write_jobs.finish(sent, args, refused=rows.refused))


def _write_records(args: Input, records: Sequence[dict[str, Any]]) -> Flow[write_jobs.Results]:
    checked = yield from _check_records(args, [args.apply(record) for record in records])
    rows: dict[int, dict[str, str]] = {}
    for index, record in enumerate(checked.records):
        if index in checked.faults:
            continue
        rows[index], faults = flatten(record)
        if faults:
            del rows[index]
            checked.faults[index] = faults
    refused = [
        BulkRecordResult.model_validate(fault_result(index, faults).model_dump())
        for index, faults in sorted(checked.faults.items())
    ]
    if not rows:
        return (yield from write_jobs.finish(SentJobs(), args, refused=refused))
    indices = list(rows)
    order = [indices[at] for at in batching.by_parent([checked.records[at] for at in indices])]
    source = RecordSource(rows[index] for index in order)
    yield from _check_header(args, source.columns)
    key = {"update": "Id", "upsert": args.external_id_field}.get(args.operation)
    sent = yield from write_jobs.send(args.job(), source, args)
    return (yield from write_jobs.finish(sent, args, Matcher(source, order, key), refused))


def _write_stream(args: Input) -> Flow[write_jobs.Results]:
    """Write what the host passes, some thousand records in memory at a time."""
    records = iterate((yield from records_of_host()))
    preparer = _ChunkPreparer(args)
    parts = RecordParts(records, preparer.prepare, args.bytes_per_job, args.records_per_job)
    sent = yield from write_jobs.send_parts(args.job(), parts, args)
    return (yield from write_jobs.finish(sent, args, refused=preparer.refused))


class _ChunkPreparer:
    """Turns chunks of the host's records into rows; collects results of those that are not sent."""

    def __init__(self, args: Input) -> None:
        self.refused: list[BulkRecordResult] = []
        self._args = args
        self._header_checked = False

    def prepare(self, chunk: list[Mapping[str, Any]], first: int) -> Flow[list[dict[str, str]]]:
        """Return the rows of a chunk; `first` is the index of its first record.

        Raises:
            Rejected: Too many records cannot be written, or the header is not valid.
        """
        values, faults = self._read(chunk)
        checked = yield from _check_records(self._args, values)
        rows: list[dict[str, str]] = []
        for index, value in enumerate(checked.records):
            wrong = faults.get(index) or checked.faults.get(index)
            cells: dict[str, str] = {}
            if not wrong:
                cells, wrong = flatten(value)
            if wrong:
                self._refuse(first + index, wrong)
            else:
                rows.append(cells)
        if rows and not self._header_checked:
            columns = list(dict.fromkeys(name for row in rows for name in row))
            yield from _check_header(self._args, columns)
            self._header_checked = True
        return rows

    def _read(
        self, chunk: list[Mapping[str, Any]]
    ) -> tuple[list[dict[str, Any]], dict[int, list[Fault]]]:
        """Return the values of each record, empty for an invalid one, and its faults by index."""
        values: list[dict[str, Any]] = []
        faults: dict[int, list[Fault]] = {}
        for index, record in enumerate(chunk):
            try:
                values.append(self._args.apply(self._args.check_record(record)))
            except ValueError as error:
                values.append({})
                faults[index] = [Fault("", "INVALID_INPUT", str(error))]
        return values, faults

    def _refuse(self, index: int, faults: list[Fault]) -> None:
        result = fault_result(index, faults)
        self.refused.append(BulkRecordResult.model_validate(result.model_dump()))
        if len(self.refused) > MAX_REFUSED:
            raise Rejected(
                f"More than {MAX_REFUSED:,} records cannot be written. The first: "
                f"{self.refused[0].message}",
                code="TOO_MANY_REFUSED",
                remedy="Correct the records. Jobs that were started continue in Salesforce.",
                fields=("from_engine",),
            )


def _check_records(args: Input, records: list[dict[str, Any]]) -> Flow[CheckedRecords]:
    purpose = _PURPOSES.get(args.operation)
    if purpose is None:
        return CheckedRecords(records)
    key = args.external_id_field or ("Id" if purpose == "update" else "")
    checked = yield from check_records(args.sobject, records, purpose, args, key=key)
    if args.external_id_field is not None:
        external_ids(records, args.external_id_field, checked.faults)
    return checked


def _check_header(
    args: Input, columns: Sequence[str]
) -> Flow[tuple[RecordRules | None, list[int]]]:
    return csv_header.check(
        columns,
        args.sobject,
        args.operation,
        args.external_id_field,
        read_only=args.read_only_fields,
    )


bulk_write = Action(
    name="bulk_write",
    title="Write in bulk",
    summary="Write many records with bulk jobs, and return a result for each.",
    category="Bulk",
    input=Input,
    output=write_jobs.Results,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm",
    takes_records=True,
    destroys=True,
    examples=(
        Example(
            "Accounts known by the number of another system",
            {
                "sobject": "Account",
                "operation": "upsert",
                "external_id_field": "External_Id__c",
                "records": [{"External_Id__c": "A-1", "Name": "Acme", "Phone": None}],
            },
        ),
        Example(
            "A large file, without waiting for it",
            {
                "sobject": "Contact",
                "operation": "insert",
                "path": "/tmp/contacts.csv",  # noqa: S108 - an example
                "wait": False,
            },
        ),
    ),
)
