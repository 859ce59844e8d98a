"""Results of jobs that write, as gzipped files: the bytes of the response, if it is gzip.

They come in one response, so no header has to go. Their rows are counted by decompressing them,
which checks the file as well.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_failed_results.htm
"""

from functools import partial
from pathlib import Path

from salesforce_connector.bulk.gzip_pages import append_gzip
from salesforce_connector.bulk.job_results import RowCounter, Which, require_csv, results_call
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.bulk.page_spool import PageSpool
from salesforce_connector.files.new_file import NewFile
from salesforce_connector.flow import Flow, in_thread


def save_gzip(job: Job, which: Which, path: Path) -> Flow[int]:
    """Fetch results of one kind into a gzipped file; give their number.

    Raises:
        BadReply: They are no CSV; nothing is left of the file.
        Unavailable: They were damaged on their way.
    """
    spool = PageSpool("", path.parent)
    try:
        response = yield results_call(job, which, spool.open, compressed=True)
        require_csv(response)
        spool.encoding = response.headers.get("content-encoding", "")
        return (yield from in_thread(partial(_write, spool, path)))
    finally:
        spool.close()


def _write(spool: PageSpool, path: Path) -> int:
    counter = RowCounter()
    with NewFile(path) as file:
        append_gzip(spool, file, without_header=False)
        with counter.open() as sink:
            for piece in spool.pieces():
                sink.write(piece)
    return counter.rows
