"""`run` and `test`: use a connection."""

from typing import Annotated

import typer

from connector_host import manifest as manifests
from connector_host.commands.settings import read_json_object
from connector_host.exit_codes import FAILED_CHECK, INTERRUPTED
from connector_host.hookspecs import JsonObject, Progress, ProgressCallback, TestReport
from connector_host.host import Host
from connector_host.terminal import dump_json_line

RUN_EXAMPLES = (
    'run acme some_action --input \'{"field": "value"}\'',
    "run acme some_action --input @input.json --explain",
    "run acme some_action --input - < input.json",
)
TEST_EXAMPLES = ("test acme", "test acme --json")
STYLES = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "dim"}


def run(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")],
    action: Annotated[str, typer.Argument(metavar="ACTION", help="`actions` lists them.")],
    inputs: Annotated[
        str, typer.Option("--input", metavar="JSON", help="A JSON object, @PATH, or - for stdin.")
    ] = "{}",
    explain: Annotated[
        bool, typer.Option("--explain", help="Send nothing; print the calls that would be sent.")
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            metavar="JSON", help="Take up the work of an interrupted run, which printed this."
        ),
    ] = None,
) -> None:
    """Run an action.

    The result is JSON on stdout: output, usage, warnings. Progress and warnings go to stderr. An
    error that knows what became of each row, or which records match, has that as JSON on stdout.
    """
    host: Host = ctx.obj
    entry = host.runner.describe(connection, action)
    state: JsonObject = {}
    try:
        result = host.runner.run(
            connection,
            action,
            read_json_object(inputs, "input"),
            explain=explain,
            progress=_show_progress(host, state),
            resume=None if resume is None else read_json_object(resume, "state"),
        )
    except KeyboardInterrupt as exc:
        _show_interruption(host, entry, state)
        raise typer.Exit(INTERRUPTED) from exc
    if entry.get("deprecated"):
        host.note(f"warning: {action} is {manifests.deprecation(entry)}")
    for warning in result["warnings"]:
        host.note(f"warning: {warning}")
    host.data(result)


def check(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """Test a connection and say what to change; ends with 1 when a check failed.

    A connection that needs a new sign-in is tested too; a test without a failure ends that need.
    """
    host: Host = ctx.obj
    needed = host.store.get(connection).needs_sign_in
    if needed:
        host.note(f"{connection!r} needs a new sign-in since {needed.since}: {needed.reason}")
    report = run_test(host, connection, as_json=as_json)
    if needed and report["ok"]:
        host.note("It works again.")


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

    table = Table("", "Check", "What was found", "What to do", box=None)
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


def _show_interruption(host: Host, entry: JsonObject, state: JsonObject) -> None:
    """Say what may have been done, and how to go on."""
    if entry.get("annotations", {}).get("readOnlyHint", False):
        host.note("Interrupted.")
    else:
        host.note(
            "Interrupted. The action may have been carried out: check at the service before you "
            "run it again."
        )
    if state:
        host.note(f"To take the work up where it is: --resume '{dump_json_line(state)}'")


def _show_progress(host: Host, state: JsonObject) -> ProgressCallback:
    """Give what writes progress to stderr, a line each, and keeps its last state."""

    def show(progress: Progress) -> None:
        state.clear()
        state.update(progress["state"])
        total = progress["total"]
        count = f"{progress['done']}" if total is None else f"{progress['done']} of {total}"
        host.note(f"progress: {count}: {progress['message']}".removesuffix(": "))

    return show
