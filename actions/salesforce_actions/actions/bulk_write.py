"""Write many records by Bulk API 2.0 jobs, from objects, CSV text or a file.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from collections.abc import Sequence

from salesforce_connector.action import Action, Example, Flow
from salesforce_connector.bulk import csv_header, write_jobs
from salesforce_connector.bulk.csv_format import RecordSource
from salesforce_connector.bulk.job_results import Matcher
from salesforce_connector.bulk.records_input import WriteInput
from salesforce_connector.errors import Rejected
from salesforce_connector.writing import batching

Input = WriteInput


def flow(args: Input) -> Flow[write_jobs.Results]:
    matcher = None
    if args.records is not None:
        order = batching.by_parent(args.records)
        source = RecordSource(args.settled(args.records[index]) for index in order)
        key = {"update": "Id", "upsert": args.external_id_field}.get(args.operation)
        matcher = Matcher(source, order, key)
        yield from _check(args, source.columns)
        sent = yield from write_jobs.send(args.job(), source, args)
    else:
        file = args.file()
        yield from _check(args, csv_header.columns(file.header(), args.delimiter))
        sent = yield from write_jobs.send(args.job(), file, args)
    if not sent.jobs:
        raise Rejected(
            "There are no records below the header.",
            code="EMPTY_INPUT",
            remedy="Skip the step when there is nothing to write.",
            fields=("csv",) if args.path is None else ("path",),
        )
    return (yield from write_jobs.finish(sent, args, matcher))


def _check(args: Input, columns: Sequence[str]) -> Flow[None]:
    if args.results_folder is not None:
        write_jobs.results_folder(args.results_folder)
    return csv_header.check(columns, args.sobject, args.operation, args.external_id_field)


bulk_write = Action(
    name="bulk_write",
    title="Write in bulk",
    summary="Write many records by bulk jobs, and say what became of each.",
    category="Bulk",
    input=Input,
    output=write_jobs.Results,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm",
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
