"""`run` and `test`: run an action, test a connection."""

import shlex
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from connector_host import manifest as manifests
from connector_host.commands.parameters import AsJson, Connection, Inputs
from connector_host.commands.settings import read_json_object
from connector_host.errors import BadInput
from connector_host.exit_codes import FAILED_CHECK, INTERRUPTED
from connector_host.hookspecs import (
    ActionResult,
    JsonObject,
    Progress,
    ProgressCallback,
    TestReport,
)
from connector_host.host import Host
from connector_host.progress_meter import ProgressMeter
from connector_host.record_files import open_record_file, read_records
from connector_host.state_file import StateFile
from connector_host.terminal import dump_json_line

RUN_EXAMPLES = (
    'run acme some_action --input \'{"field": "value"}\'',
    "run acme some_action --input @input.json --explain",
    "run acme some_action --input - < input.json",
    "run acme some_action --input @input.json --output records.csv",
    "run acme some_action --input @input.json --state export.state",
)
TEST_EXAMPLES = ("test acme", "test acme --json")
STYLES = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "dim"}


def run(
    ctx: typer.Context,
    connection: Connection,
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="Name of an action; `actions` lists them.")
    ],
    inputs: Inputs = "{}",
    explain: Annotated[
        bool, typer.Option("--explain", help="Send nothing; print the calls that would be sent.")
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="JSON", help="Resume an interrupted run, with the state that it printed."
        ),
    ] = None,
    state_path: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="PATH",
            help="Save the progress here; run again with the same file to resume after a crash.",
        ),
    ] = None,
    background: Annotated[
        bool,
        typer.Option(
            "--background",
            help="Run with low priority: stop early when the service's quota runs out.",
        ),
    ] = False,
    records: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Records for an action that takes them, read as they go: .jsonl, .csv, .parquet; "
            "text also as .gz.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Write the records to a file while they arrive: .jsonl, .csv (also .gz) or "
            ".parquet.",
        ),
    ] = None,
) -> None:
    """Run an action, and print its result as JSON: output, usage, warnings.

    Progress and warnings go to stderr. An error that lists the results of single records, or the
    records that match, prints them as JSON on stdout. With --output, the records of an action that
    streams are written to a file, which appears when it is complete.
    """
    host: Host = ctx.obj
    entry = host.runner.describe(connection, action)
    state: JsonObject = {}
    values = read_json_object(inputs, "input")
    resume_state = None if resume is None else read_json_object(resume, "state")
    if output is not None and (explain or resume_state is not None or state_path is not None):
        raise BadInput(
            "--output cannot be used with --explain, --resume or --state.", "Leave one out."
        )
    saved = None
    if state_path is not None:
        if explain or resume_state is not None:
            raise BadInput("--state cannot be used with --explain or --resume.", "Leave one out.")
        saved = StateFile(state_path, connection, action, values)
        resume_state = saved.load()
        if resume_state is not None:
            host.note(f"Resuming from {state_path}.")
    try:
        if output is not None:
            result = _write_records(host, connection, action, values, output, background)
        else:
            result = host.runner.run(
                connection,
                action,
                values,
                explain=explain,
                progress=_show_progress(host, state, saved),
                resume=resume_state,
                background=background,
                records=None if records is None else read_records(records),
            )
    except KeyboardInterrupt as exc:
        _show_interruption(host, entry, state, state_path)
        raise typer.Exit(INTERRUPTED) from exc
    except Exception as exc:
        if getattr(exc, "kind", "") == "retryable":
            _show_resume(host, state, state_path)
        elif saved is not None:
            saved.remove()
        raise
    if saved is not None:
        saved.remove()
    if entry.get("deprecated"):
        host.note(f"warning: {action} is {manifests.deprecation(entry)}")
    for warning in result["warnings"]:
        host.note(f"warning: {warning}")
    host.data(result)


def _write_records(
    host: Host, connection: str, action: str, inputs: JsonObject, path: Path, background: bool
) -> ActionResult:
    """Write the records of an action to a file, and return the usage and warnings of the run."""
    usage: JsonObject = {}
    warnings: list[str] = []
    with open_record_file(path) as file:
        pages = host.runner.stream(
            connection,
            action,
            inputs,
            rows=file.form,
            progress=_show_progress(host, {}),
            background=background,
        )
        with closing(pages):
            for page in pages:
                file.write(page)
                usage = page.get("usage", usage)
                warnings += page.get("warnings", [])
    output = {"path": str(path), "records": file.rows}
    return ActionResult(output=output, usage=usage, warnings=warnings)


def check(
    ctx: typer.Context,
    connection: Connection,
    as_json: AsJson = False,
) -> None:
    """Test a connection, and say what to change; the exit code is 1 if a check failed.

    A connection that needs a new sign-in is tested too. If all checks pass, it can be used again.
    """
    host: Host = ctx.obj
    needed = host.store.get(connection).needs_sign_in
    if needed:
        host.note(f"{connection!r} has needed a new sign-in since {needed.since}: {needed.reason}")
    report = run_test(host, connection, as_json=as_json)
    if needed and report["ok"]:
        host.note(f"{connection!r} can be used again.")


def run_test(host: Host, connection: str, *, as_json: bool = False) -> TestReport:
    """Test a connection and print the report.

    Raises:
        typer.Exit: A check failed.
    """
    report = host.runner.test(connection)
    if as_json:
        host.data(report)
    else:
        show_report(host, report)
    if not report["ok"]:
        raise typer.Exit(FAILED_CHECK)
    return report


def show_report(host: Host, report: TestReport) -> None:
    """Print a connection test as a table for people."""
    from rich.table import Table
    from rich.text import Text

    table = Table("", "Check", "Result", "What to do", box=None)
    for check in report["checks"]:
        table.add_row(
            Text(check["status"], style=STYLES[check["status"]]),
            Text(check["id"]),
            Text(check["message"]),
            Text(check["remedy"]),
        )
    host.out.print(table)
    for noun in ("identity", "org", "usage"):
        facts: JsonObject = report[noun]
        if facts:
            facts_text = ", ".join(f"{key} {value}" for key, value in facts.items())
            host.out.print(Text(f"{noun}: {facts_text}"))


def _show_interruption(
    host: Host, entry: JsonObject, state: JsonObject, state_path: Path | None
) -> None:
    """Say what the interrupted run may have done, and how to resume it."""
    if entry.get("annotations", {}).get("readOnlyHint", False):
        host.note("Interrupted.")
    else:
        host.note(
            "Interrupted. The action may have taken effect: check at the service before you run "
            "it again."
        )
    _show_resume(host, state, state_path)


def _show_resume(host: Host, state: JsonObject, state_path: Path | None) -> None:
    if not state:
        return
    if state_path is None:
        option = f"--resume {shlex.quote(dump_json_line(state))}"
    else:
        option = f"--state {shlex.quote(str(state_path))}"
    host.note(f"To resume, repeat the command with {option}")


def _show_progress(
    host: Host, state: JsonObject, saved: StateFile | None = None
) -> ProgressCallback:
    """Return what writes progress to stderr, a line each, and records and saves its last state."""

    meter = ProgressMeter()

    def show(progress: Progress) -> None:
        state.clear()
        state.update(progress["state"])
        if saved is not None and state:
            saved.save(state)
        if meter.is_due(progress):
            host.note(f"progress: {meter.line(progress)}")

    return show
