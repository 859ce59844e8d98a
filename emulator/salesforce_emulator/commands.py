"""The command line of the local org: `salesforce-local-org`, and `org` of a host's command line.

A host finds the group `org` by the entry-point group `connector_host.commands`. Commands import
their dependencies when they run, which keeps `--help` fast.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

TRY_LATER: Final = 7  # exit code of a host: the same command may work later
CONFIG_ERROR: Final = 3  # exit code of a host: the input has to be fixed

_HELP: Final = "A Salesforce org on this machine, for demos and tests."
_SERVE_HELP: Final = (
    "Serve a local org until Ctrl+C or SIGTERM.\n\n"
    "When it is ready it prints one line of JSON to stdout: its URL, its apps with keys and"
    " secrets, its users with passwords; with --tls the file of the CA to trust, with --pubsub the"
    " endpoint of its event bus. It is not Salesforce, and nothing in it is secret."
)
_CLONE_HELP: Final = (
    "Write a config file with the objects and fields of an org.\n\n"
    "The org is read and never written to. Comments in the file list what is left out."
)

org = typer.Typer(no_args_is_help=True, help=_HELP)


def main() -> None:
    """Run the command line `salesforce-local-org`."""
    org(prog_name="salesforce-local-org")


@org.callback()
def callback() -> None:
    """A Salesforce org on this machine, for demos and tests."""


@org.command(
    help=_SERVE_HELP,
    epilog="Examples:\n\n  salesforce-local-org serve\n\n"
    "  salesforce-local-org serve --port 8800 --data my-org.sqlite3",
)
def serve(
    port: Annotated[
        int, typer.Option(help="Port on 127.0.0.1; 0 for any free port.", min=0, max=65535)
    ] = 8800,
    data: Annotated[
        Path | None,
        typer.Option(help="SQLite file to keep the org in. Default: in memory."),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="The same seed gives the same ids, keys and secrets.")
    ] = 0,
    config: Annotated[
        Path | None,
        typer.Option(help="TOML or Python file that declares objects, users, rules and more."),
    ] = None,
    pubsub: Annotated[
        int | None,
        typer.Option(
            help="Port on 127.0.0.1 for the Pub/Sub API; 0 for any free port. Default: off.",
            min=0,
            max=65535,
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Also accept requests for this host, besides loopback and *.salesforce.com.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve https with a test CA that is created for this run.")
    ] = False,
) -> None:
    """Serve a local org until Ctrl+C or SIGTERM."""
    from salesforce_emulator.config.errors import ConfigFileError
    from salesforce_emulator.http.loopback import PortInUse
    from salesforce_emulator.opening import open_org
    from salesforce_emulator.serving.signals import stop_signals

    try:
        with ExitStack() as stack:
            wait_for_signal = stack.enter_context(stop_signals())
            local_org = stack.enter_context(open_org(data=data, seed=seed, config=config))
            description = _start(stack, local_org, port, allow_host or (), tls=tls)
            if pubsub is not None:
                from salesforce_emulator.event_bus.server import serve_events

                description["pubsub"] = stack.enter_context(serve_events(local_org, pubsub))
            sys.stdout.write(json.dumps(description) + "\n")
            sys.stdout.flush()
            url = description["url"]
            typer.echo(f"A local org, not Salesforce, is at {url}. Press Ctrl+C to stop.", err=True)
            wait_for_signal()
            typer.echo("The local org has stopped.", err=True)
    except (ConfigFileError, PortInUse) as exc:
        typer.echo(f"error: {exc}", err=True)
        code = TRY_LATER if isinstance(exc, PortInUse) else CONFIG_ERROR
        raise typer.Exit(code) from exc


def _start(
    stack: ExitStack, local_org: "Org", port: int, allowed_hosts: Sequence[str], *, tls: bool
) -> dict[str, Any]:
    """Serve an org and send its outbound messages until the stack closes; describe it."""
    from salesforce_emulator.outbound_messages.sender import sending
    from salesforce_emulator.serving.server import serve as serve_http

    certificates = None
    if tls:
        from salesforce_emulator.serving.certificates import temporary_certificates

        certificates = stack.enter_context(temporary_certificates())
    server = serve_http(
        local_org, port=port, certificates=certificates, allowed_hosts=allowed_hosts
    )
    description = describe(local_org, stack.enter_context(server))
    if certificates is not None:
        description["ca"] = str(certificates.ca)
    stack.enter_context(sending(local_org))
    return description


@org.command(
    name="messages",
    epilog="Examples:\n\n  salesforce-local-org messages\n\n"
    "  salesforce-local-org messages --retry",
)
def show_messages(
    url: Annotated[str, typer.Option(help="URL of a served local org.")] = "http://127.0.0.1:8800",
    retry: Annotated[
        bool, typer.Option("--retry", help="Send all queued messages again now.")
    ] = False,
) -> None:
    """Print the outbound messages of a served local org and its queue, as JSON."""
    import httpx

    from salesforce_emulator.outbound_messages.routes import PATH

    try:
        method = "POST" if retry else "GET"
        # Without proxies of the environment: the org is on this machine.
        response = httpx.request(method, f"{url.rstrip('/')}{PATH}", trust_env=False)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        typer.echo(f"error: no local org answers at {url}: {exc}", err=True)
        raise typer.Exit(TRY_LATER) from exc
    typer.echo(json.dumps(response.json(), indent=2))


@org.command(
    help=_CLONE_HELP,
    epilog="Examples:\n\n  salesforce-connector org clone acme --objects Account,Invoice__c"
    " --out my-org.toml",
)
def clone(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(help="A connection of the host.")],
    objects: Annotated[
        str, typer.Option(metavar="A,B", help="API names of objects, separated by commas.")
    ],
    out: Annotated[Path, typer.Option(help="The TOML file to write; it must not exist yet.")],
    sample: Annotated[
        int, typer.Option(help="Records of each object to copy.", min=0, max=2000)
    ] = 0,
    keep_personal: Annotated[
        bool,
        typer.Option(
            "--keep-personal", help="Copy names, e-mails and other texts instead of inventing them."
        ),
    ] = False,
) -> None:
    """Write a config file with the objects and fields of an org."""
    from salesforce_emulator.clone.config_file import clone as read_org
    from salesforce_emulator.clone.journal import Journal
    from salesforce_emulator.clone.source import Source
    from salesforce_emulator.config.errors import ConfigFileError
    from salesforce_emulator.opening import open_org

    if ctx.obj is None:
        typer.echo("error: run it as `salesforce-connector org clone`.", err=True)
        raise typer.Exit(2)
    names = [*dict.fromkeys(name.strip() for name in objects.split(",") if name.strip())]
    if not names:
        raise typer.BadParameter("name at least one object", param_hint="--objects")
    if out.exists():
        raise typer.BadParameter(f"{out} exists already", param_hint="--out")
    part = out.with_name(f"{out.name}.part")
    source = None
    try:
        with Journal(part, connection) as journal:
            source = Source(ctx.obj.runner, connection, journal)
            copied = read_org(
                source, names, sample=sample, keep_personal=keep_personal, progress=ctx.obj.note
            )
            out.write_text(copied.text, encoding="utf-8", newline="\n")
    except BaseException:
        if source is not None and part.exists():
            ctx.obj.note(
                f"Interrupted after {source.calls} API calls. Run the same command again: it "
                f"continues with what {part} holds."
            )
        raise
    for note in copied.notes:
        ctx.obj.note(f"note: {note}")
    reused = f", {source.reused} saved by the previous run" if source.reused else ""
    ctx.obj.note(f"{out}: {source.calls} API calls{reused}")
    try:
        open_org(config=out).close()
    except ConfigFileError as exc:
        typer.echo(f"error: the local org does not accept the file: {exc}", err=True)
        raise typer.Exit(CONFIG_ERROR) from exc


def describe(local_org: "Org", url: str) -> dict[str, Any]:
    """Return where an org is, its apps with keys and secrets, its users with passwords."""
    from salesforce_emulator.identity import identity_of

    identity = identity_of(local_org)
    return {
        "url": url,
        "org_id": local_org.org_id,
        "apps": [
            {
                "name": app.name,
                "kind": app.kind,
                "consumer_key": app.consumer_key,
                "consumer_secret": app.consumer_secret,
                "callback_urls": list(app.callback_urls),
                "scopes": list(app.scopes),
                "flows": sorted(app.flows),
            }
            for app in identity.apps
        ],
        "users": [
            {"username": login.username, "password": login.password} for login in identity.logins
        ],
    }
