"""The command line: what it is made of, its global options, and how it ends.

Each command is in `commands`, one module a noun. Errors become one line on stderr and a number
here and nowhere else; stdout is for what was asked for.
"""

import errno
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from connector_host.commands import actions, connect, connections, external, plugins, run
from connector_host.exit_codes import BUG, exit_code, table
from connector_host.home import home
from connector_host.host import Host


class Command(TyperCommand):
    """A command with examples, one a line in its epilog, without the program's name."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        examples, self.epilog = self.epilog or "", None  # typer would put them into paragraphs
        super().format_help(ctx, formatter)
        self.epilog = examples
        program = ctx.find_root().info_name
        lines = [f"   $ {program} {line}" for line in examples.splitlines()]
        typer.echo("\n".join([" Examples:", *lines, ""]))


class Group(TyperGroup):
    """The whole program: its own commands and those of other packages, and the edge for errors."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        lines = [f"   {code:>3}  {meaning}" for code, meaning in table()]
        typer.echo("\n".join([" Exit codes:", *lines, ""]))

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *external.names()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return super().get_command(ctx, cmd_name) or external.load(cmd_name)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as exc:
            if ctx.params.get("traceback") or _is_typers(exc):
                raise
            code = exit_code(exc)
            line = str(exc) if code else f"{_named(exc)} --traceback shows where; please report it."
            typer.secho("error: ", fg="red", bold=True, nl=False, err=True)
            typer.echo(" ".join(line.split()), err=True)
            raise typer.Exit(code or BUG) from exc


def root(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|URL",
            help="Where connections are kept: a file, or postgresql://... "
            "CONNECTOR_HOST_STORE says it too. Its key is in CONNECTOR_HOST_KEY or the file "
            "CONNECTOR_HOST_KEY_FILE.",
        ),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    traceback: Annotated[  # noqa: ARG001 - read where errors are shown
        bool, typer.Option("--traceback", help="Show where an error comes from.")
    ] = False,
) -> None:
    """Connect to services, test connections and run actions, with the connectors installed."""
    if version:
        own = home()
        typer.echo(f"{own.distribution} {own.version}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit
    if ctx.obj is None:
        ctx.obj = Host(store=store)


def build() -> typer.Typer:
    """Put the program together."""
    program = typer.Typer(
        cls=Group,
        invoke_without_command=True,
        pretty_exceptions_enable=False,  # it would show local variables, secrets among them
    )
    program.callback(invoke_without_command=True)(root)

    def add(to: typer.Typer, name: str, function: Any, examples: Sequence[str]) -> None:
        to.command(name, cls=Command, epilog="\n".join(examples))(function)

    add(program, "plugins", plugins.plugins, plugins.PLUGINS_EXAMPLES)
    add(program, "manifest", plugins.manifest, plugins.MANIFEST_EXAMPLES)
    add(program, "connect", connect.connect, connect.CONNECT_EXAMPLES)
    add(program, "reconnect", connect.reconnect, connect.RECONNECT_EXAMPLES)
    group = typer.Typer(no_args_is_help=True, help="See and change what is kept.")
    add(group, "list", connections.list_all, connections.EXAMPLES[:1])
    add(group, "show", connections.show, connections.EXAMPLES[1:2])
    add(group, "rename", connections.rename, ("connections rename acme acme-2",))
    add(group, "remove", connections.remove, connections.EXAMPLES[2:])
    program.add_typer(group, name="connections")
    add(program, "test", run.check, run.TEST_EXAMPLES)
    add(program, "actions", actions.actions, actions.EXAMPLES)
    add(program, "run", run.run, run.RUN_EXAMPLES)
    return program


def _is_typers(exc: Exception) -> bool:
    """Say whether an exception is how typer ends: help, usage errors, exit, a closed pipe."""
    if isinstance(exc, OSError):
        return exc.errno == errno.EPIPE
    return isinstance(exc, typer.Exit | typer.Abort) or hasattr(exc, "format_message")


def _named(exc: Exception) -> str:
    return f"{type(exc).__name__}: {exc}."
