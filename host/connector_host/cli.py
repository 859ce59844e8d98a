"""The command line: its commands, its global options, and how errors become exit codes.

The commands are in `commands`, one module for each noun. Errors become one line on stderr and an
exit code here and nowhere else; stdout is for results.
"""

import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from connector_host.access import Principal
from connector_host.commands import (
    actions,
    apps,
    audit,
    choices,
    connect,
    connections,
    dify,
    external,
    guide,
    keys,
    limits,
    mcp,
    plugins,
    run,
    studio,
    transfer,
    triggers,
    webhooks,
)
from connector_host.errors import BadInput
from connector_host.exit_codes import BUG, INTERRUPTED, MEANINGS, STORE, exit_code
from connector_host.hookspecs import JsonObject
from connector_host.host import Host
from connector_host.own_distribution import own_distribution
from connector_host.terminal import dump_json, one_line
from connector_host.verbose_log import showing_logs


class Command(TyperCommand):
    """A command with examples: its epilog has one a line, without the program's name."""

    def __init__(self, *args: Any, help: str | None = None, **options: Any) -> None:  # noqa: A002
        # typer keeps the line breaks of docstrings; a paragraph is wrapped to the terminal instead.
        paragraphs = [" ".join(part.split()) for part in (help or "").split("\n\n")]
        super().__init__(*args, help="\n\n".join(paragraphs), **options)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        examples, self.epilog = self.epilog or "", None  # typer would put them into paragraphs
        super().format_help(ctx, formatter)
        self.epilog = examples
        program = ctx.find_root().info_name
        lines = [f"   $ {program} {line}" for line in examples.splitlines()]
        typer.echo("\n".join([" Examples:", *lines, ""]))


class Group(TyperGroup):
    """The whole program: its commands, those of other packages, and the handling of errors.

    A command is built when it is used, because typer parses the signature of each that it is given.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._parts = _build_parts()

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        lines = [f"   {code:>3}  {meaning}" for code, meaning in MEANINGS.items()]
        typer.echo("\n".join([" Exit codes:", *lines, ""]))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - what the base class passes
        return [*self._parts, *external.names()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self._parts:
            if (command := external.load(cmd_name)) is not None:
                return command
            for name in self._parts:  # typer suggests one of those that are made
                self.get_command(ctx, name)
            return None
        if cmd_name not in self.commands:
            command = self._parts[cmd_name]()
            command.name = cmd_name
            self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as exc:
            typer.echo("Interrupted.", err=True)
            raise typer.Exit(INTERRUPTED) from exc
        except Exception as exc:
            if ctx.params.get("traceback") or _is_from_typer(exc):
                raise
            code = STORE if _is_full_disk(exc) else exit_code(exc)
            line = (
                str(exc)
                if code
                else f"{_describe(exc)} This is a bug: add --traceback to see where, and report it."
            )
            typer.secho("error: ", fg="red", bold=True, nl=False, err=True)
            typer.echo(one_line(line), err=True)
            if details := _error_details(exc):
                typer.echo(dump_json({"error": details}))
            raise typer.Exit(code or BUG) from exc


def root(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|URL",
            help="Where connections are stored: a file or a postgresql:// URL; by default "
            "CONNECTOR_HOST_STORE, or a file in your data folder. The key comes from "
            "CONNECTOR_HOST_KEY, the file CONNECTOR_HOST_KEY_FILE, or the system's keyring under "
            "CONNECTOR_HOST_KEYRING.",
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option("--as", metavar="USER", help="The user to act as; no password is checked."),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="GROUP", help="A group of that user; repeat for several."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version, and exit.")
    ] = False,
    traceback: Annotated[  # noqa: ARG001 - read where errors are shown
        bool, typer.Option("--traceback", help="Show the traceback of an error.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log each call, retry and refresh to stderr.")
    ] = False,
) -> None:
    """Connect to services, test connections and run actions, with the installed connectors."""
    if version:
        own = own_distribution()
        typer.echo(f"{own.distribution} {own.version}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit
    if verbose:
        ctx.with_resource(showing_logs())
    if ctx.obj is None:
        if groups and user is None:
            raise BadInput("--group requires --as.", "Add --as USER.")
        principal = None if user is None else Principal(user, groups or [])
        ctx.obj = Host(store=store, principal=principal)
        ctx.call_on_close(ctx.obj.close)


def build() -> typer.Typer:
    """Create the program with all its commands."""
    program = typer.Typer(
        cls=Group,
        invoke_without_command=True,
        pretty_exceptions_enable=False,  # it would show local variables, secrets among them
    )
    program.callback(invoke_without_command=True)(root)
    return program


def _build_parts() -> dict[str, Callable[[], Any]]:
    """Return what builds each command and each group of commands, by name."""
    return {
        "plugins": _command(plugins.plugins, plugins.PLUGINS_EXAMPLES),
        "manifest": _command(plugins.manifest, plugins.MANIFEST_EXAMPLES),
        "guide": _command(guide.guide, guide.EXAMPLES),
        "connect": _command(connect.connect, connect.CONNECT_EXAMPLES),
        "reconnect": _command(connect.reconnect, connect.RECONNECT_EXAMPLES),
        "test": _command(run.check, run.TEST_EXAMPLES),
        "actions": _command(actions.actions, actions.EXAMPLES),
        "run": _command(run.run, run.RUN_EXAMPLES),
        "options": _command(choices.options, choices.OPTIONS_EXAMPLES),
        "schema": _command(choices.schema, choices.SCHEMA_EXAMPLES),
        "limits": _command(limits.limits, limits.LIMITS_EXAMPLES),
        "poll": _command(triggers.poll, triggers.POLL_EXAMPLES),
        "dify": _command(dify.write, dify.EXAMPLES),
        "mcp": _command(mcp.serve, mcp.EXAMPLES),
        "studio": _command(studio.studio, studio.EXAMPLES),
        "audit": _command(audit.audit, audit.EXAMPLES),
        "connections": _group(
            "Manage the stored connections.",
            {
                "list": (connections.list_all, connections.LIST_EXAMPLES),
                "show": (connections.show, connections.SHOW_EXAMPLES),
                "rename": (connections.rename, connections.RENAME_EXAMPLES),
                "remove": (connections.remove, connections.REMOVE_EXAMPLES),
                "share": (connections.share, connections.SHARE_EXAMPLES),
                "unshare": (connections.unshare, connections.UNSHARE_EXAMPLES),
                "owner": (connections.owner, connections.OWNER_EXAMPLES),
                "export": (transfer.export, transfer.EXPORT_EXAMPLES),
                "import": (transfer.import_all, transfer.IMPORT_EXAMPLES),
            },
        ),
        "apps": _group(
            "Manage app profiles: settings stored once, for many connections.",
            {
                "add": (apps.add_app, apps.ADD_EXAMPLES),
                "list": (apps.list_all, apps.LIST_EXAMPLES),
                "show": (apps.show, apps.SHOW_EXAMPLES),
                "rotate": (apps.rotate, apps.ROTATE_EXAMPLES),
                "remove": (apps.remove, apps.REMOVE_EXAMPLES),
            },
        ),
        "triggers": _group(
            "Manage the stored triggers, for `poll` and `webhook serve`.",
            {
                "add": (triggers.add_trigger, triggers.ADD_EXAMPLES),
                "list": (triggers.list_all, triggers.LIST_EXAMPLES),
                "show": (triggers.show, triggers.SHOW_EXAMPLES),
                "remove": (triggers.remove, triggers.REMOVE_EXAMPLES),
            },
        ),
        "webhook": _group(
            "Receive events that services push to triggers.",
            {
                "serve": (webhooks.serve, webhooks.SERVE_EXAMPLES),
            },
        ),
        "keys": _group(
            "Show or change the key that seals the store.",
            {
                "show": (keys.show, keys.SHOW_EXAMPLES),
                "new": (keys.new, keys.NEW_EXAMPLES),
                "rotate": (keys.rotate, keys.ROTATE_EXAMPLES),
            },
        ),
    }


def _command(function: Callable[..., None], examples: Sequence[str]) -> Callable[[], Any]:
    part = typer.Typer(add_completion=False)
    part.command(cls=Command, epilog="\n".join(examples))(function)
    return partial(typer.main.get_command, part)


def _group(
    about: str, commands: Mapping[str, tuple[Callable[..., None], Sequence[str]]]
) -> Callable[[], Any]:
    part = typer.Typer(no_args_is_help=True, help=about, add_completion=False)
    for name, (function, examples) in commands.items():
        part.command(name, cls=Command, epilog="\n".join(examples))(function)
    return partial(typer.main.get_group, part)


def _is_from_typer(exc: Exception) -> bool:
    """Return whether an exception is how typer ends: help, usage errors, exit, a closed pipe."""
    if isinstance(exc, OSError):
        return exc.errno == errno.EPIPE
    return isinstance(exc, typer.Exit | typer.Abort) or hasattr(exc, "format_message")


def _is_full_disk(exc: Exception) -> bool:
    """Return whether the disk is full; if so, discard the output that is not written yet."""
    if not isinstance(exc, OSError) or exc.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return False
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), sys.stdout.fileno())
    return True


def _error_details(exc: Exception) -> JsonObject:
    """Return the details of an error beyond its message: results of records, matches."""
    details = {key: list(getattr(exc, key, ())) for key in ("records", "matches")}
    details = {key: values for key, values in details.items() if values}
    return {"code": getattr(exc, "code", ""), **details} if details else {}


def _describe(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}."
