"""Results of bulk queries as files: CSV, gzipped CSV, Parquet; written page by page, in order.

A run that is interrupted leaves what it has written beside the place of the file, and the state of
its progress says how much of that is good. See docs/large-data.md.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_job_results.htm
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from salesforce_connector.bulk.gzip_pages import PageLog, append_gzip
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.bulk.page_spool import PageSpool, rows_only
from salesforce_connector.bulk.query_results import Describer
from salesforce_connector.bulk.result_forms import Parquet
from salesforce_connector.bulk.result_pages import Position, read_in_order
from salesforce_connector.errors import Retryable
from salesforce_connector.files.new_file import NewFile
from salesforce_connector.flow import Flow, Progress, in_thread
from salesforce_connector.record_pages import pyarrow

TextFormat: TypeAlias = Literal["csv", "csv_gzip"]

Append: TypeAlias = Callable[[PageSpool, NewFile, bool], None]
"""Writes a page to a file; the third argument says whether without its header."""


def text_file(
    job: Job, path: Path, text_format: TextFormat, at_once: int, state: Mapping[str, Any]
) -> Flow[int]:
    """Fetch all rows into a CSV file, with one header; return their number.

    Progress holds where the next page begins and what the file has so far, so that a run that
    resumes another one fetches no page twice.

    Args:
        job: Finished.
        path: Resolved.
        text_format: Of the file.
        at_once: Pages that are fetched at once.
        state: Of the run's progress that this one resumes; empty for none.

    Raises:
        Rejected: The file cannot be written.
    """
    append = _APPEND[text_format]
    with NewFile(path) as file:
        start, rows = _resume_at(file, state)
        has_header = rows > 0

        def read_page(spool: PageSpool, position: Position) -> Flow[None]:
            nonlocal has_header
            yield from in_thread(partial(append, spool, file, has_header))
            has_header = True
            yield from _report(job, position, file)

        return (
            yield from read_in_order(
                job, read_page, at_once=at_once, start=start, before=rows, folder=path.parent
            )
        )


def page_files(
    job: Job, path: Path, text_format: TextFormat, at_once: int, state: Mapping[str, Any]
) -> Flow[list[Path]]:
    """Fetch each result page into a file of its own, with its header; return the files.

    Gzipped pages are written as they come. Files of a larger result that was written to the same
    path before are removed. Each file takes its place once it is whole; an error that no later run
    can resume from removes those that were written.

    Args:
        job: See `text_file`.
        path: Of which the files' names are made: `rows.csv.gz` becomes `rows-0001.csv.gz`.
        text_format: Of the files.
        at_once: See `text_file`.
        state: See `text_file`.

    Raises:
        Rejected: A file cannot be written.
    """
    append = _APPEND[text_format]
    paths: list[Path] = []
    start, rows = "", 0
    match state:
        case {"pages": int(count), "locator": str(position), "done": int(done)}:
            written = [numbered_path(path, number) for number in range(1, count + 1)]
            if all(file.is_file() for file in written):
                paths, start, rows = written, position, done

    def write(spool: PageSpool) -> None:
        with NewFile(numbered_path(path, len(paths) + 1)) as file:
            append(spool, file, False)

    def read_page(spool: PageSpool, position: Position) -> Flow[None]:
        yield from in_thread(partial(write, spool))
        paths.append(numbered_path(path, len(paths) + 1))
        yield fetch_progress(job, position, {"pages": len(paths), "locator": position.locator})

    try:
        yield from read_in_order(
            job, read_page, at_once=at_once, start=start, before=rows, folder=path.parent
        )
    except Retryable:
        raise
    except BaseException:
        for file in paths:
            file.unlink(missing_ok=True)
        raise
    number = len(paths) + 1
    while (stale := numbered_path(path, number)).is_file():
        stale.unlink()
        number += 1
    return paths


def numbered_path(path: Path, number: int) -> Path:
    """Return the path of a page's file, by the page's number from 1."""
    ending = path.suffix
    if ending.lower() == ".gz":
        ending = path.with_suffix("").suffix + ending
    stem = path.name.removesuffix(ending) if ending else path.name
    return path.with_name(f"{stem}-{number:04}{ending}")


def parquet_file(
    job: Job,
    path: Path,
    at_once: int,
    state: Mapping[str, Any],
    describe: Describer | None = None,
) -> Flow[int]:
    """Fetch all rows into a Parquet file, an empty cell null; return their number.

    A Parquet file that breaks off cannot be read or continued: its index is at its end. So the
    pages wait beside it, compressed as they came, until it is whole; a run that resumes writes them
    again and fetches the rest.

    Args:
        job: See `text_file`.
        path: See `text_file`.
        at_once: See `text_file`.
        state: See `text_file`.
        describe: Gives the types of columns; None: every column is text.

    Raises:
        Rejected: pyarrow is not installed.
    """
    with NewFile(path) as file, NewFile(path) as log_file:
        parquet, log = Parquet(file), PageLog(log_file)
        start, rows = _resume_at(log_file, state)
        if rows and isinstance(unfinished := state.get("unfinished"), str):
            file.resume(unfinished, 0)  # a killed run has left it, and nobody could read it

        def write(spool: PageSpool) -> Flow[None]:
            if describe is not None and parquet.types is None:
                lines = spool.lines()
                parquet.types = yield from describe(next(lines, []))
                lines.close()
            yield from in_thread(partial(parquet.write_page, spool))

        def read_page(spool: PageSpool, position: Position) -> Flow[None]:
            yield from write(spool)
            if position.locator is not None:
                yield from in_thread(partial(log.append, spool))
            unfinished, _ = file.keep_partial()
            file.discard_on_error()
            yield from _report(job, position, log_file, {"unfinished": unfinished})

        try:
            if rows:
                for spool in log.pages():
                    yield from write(spool)
            rows = yield from read_in_order(
                job, read_page, at_once=at_once, start=start, before=rows, folder=path.parent
            )
        finally:
            parquet.close()
        log_file.discard()
        return rows


def require_parquet() -> None:
    """Check that Parquet can be written, before a job is created.

    Raises:
        Rejected: pyarrow is not installed.
    """
    pyarrow()
    pyarrow("pyarrow.parquet")


def fetch_progress(job: Job, position: Position, state: Mapping[str, Any]) -> Progress:
    """Describe how many rows have come; the state finds the job again."""
    more = {} if position.locator is None else {"done": position.rows, **state}
    return Progress(position.rows, job.processed, "Rows fetched", {"job_ids": [job.id], **more})


def _resume_at(file: NewFile, state: Mapping[str, Any]) -> tuple[str, int]:
    """Continue an interrupted run's file; return the next page's locator and the rows so far."""
    match state:
        case {"part": str(name), "bytes": int(size), "locator": str(position), "done": int(done)}:
            if file.resume(name, size):
                return position, done
    return "", 0


def _report(
    job: Job, position: Position, file: NewFile, more: Mapping[str, Any] | None = None
) -> Flow[None]:
    """Report a page, with the state that `_resume_at` reads."""
    name, size = file.keep_partial()
    state = {"part": name, "bytes": size, "locator": position.locator or "", **(more or {})}
    has_listener: object = yield fetch_progress(job, position, state)
    if not has_listener:
        file.discard_on_error()


def _append_csv(spool: PageSpool, file: NewFile, without_header: bool) -> None:
    pieces = spool.pieces()
    for piece in rows_only(pieces) if without_header else pieces:
        file.write(piece)


_APPEND: Final[Mapping[TextFormat, Append]] = {"csv": _append_csv, "csv_gzip": append_gzip}
