"""The commands that the local org adds to a host's command line: `org` and `demo`.

A host finds them by the entry-point group `connector_host.commands`; what it hands them as
`ctx.obj` is used by the demo alone. What they do is imported when they run.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

PORT_BUSY: Final = 8  # the command line's own number for it
BAD_CONFIG: Final = 3  # ... and for a file that does not fit

org = typer.Typer(no_args_is_help=True, help="A Salesforce on this machine, for demos and tests.")


@org.callback()
def about() -> None:
    """A Salesforce on this machine, for demos and tests."""


@org.command(
    epilog="Examples:\n\n  salesforce-connector org serve\n\n"
    "  salesforce-connector org serve --port 8800 --data my-org.sqlite3"
)
def serve(
    port: Annotated[
        int, typer.Option(help="Port of 127.0.0.1; 0 takes a free one.", min=0, max=65535)
    ] = 8800,
    data: Annotated[
        Path | None,
        typer.Option(help="SQLite file to keep the org in; without it nothing is kept."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Keys, secrets and ids are the same for it.")] = 0,
    config: Annotated[
        Path | None,
        typer.Option(help="TOML or Python file that says what the org has beside the default."),
    ] = None,
    pubsub: Annotated[
        int | None,
        typer.Option(
            help="Port of 127.0.0.1 for the Pub/Sub API, 0 for a free one; off without it.",
            min=0,
            max=65535,
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve https, with a test CA that is made for this run.")
    ] = False,
) -> None:
    """Serve a local org until it is interrupted.

    When it is ready it prints one line of JSON on stdout: its url, the apps set up in it with their
    keys and secrets, its users with their passwords, with --tls the file of the CA to trust, and
    with --pubsub the endpoint of its event bus. It is not Salesforce, and nothing in it is secret.
    """
    import threading
    from contextlib import ExitStack

    from salesforce_emulator.config.errors import BadConfig
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.serving.server import PortInUse
    from salesforce_emulator.serving.server import serve as serving

    try:
        found = Org(data=data, seed=seed, config=config)
    except BadConfig as exc:
        typer.echo(f"error: {exc}", err=True)
        raise typer.Exit(BAD_CONFIG) from exc
    try:
        with ExitStack() as opened:
            trusted: dict[str, object] = {}
            certificates = None
            if tls:
                from salesforce_emulator.serving.certificates import temporary_certificates

                certificates = opened.enter_context(temporary_certificates())
                trusted["ca"] = str(certificates.ca)
            url = opened.enter_context(serving(found, port=port, certificates=certificates))
            if pubsub is not None:
                from salesforce_emulator.event_bus.server import serve_events

                trusted["pubsub"] = opened.enter_context(serve_events(found, pubsub))
            sys.stdout.write(json.dumps(introduction(found, url) | trusted) + "\n")
            sys.stdout.flush()
            typer.echo(f"A local org, not Salesforce, is at {url}. Ctrl+C ends it.", err=True)
            threading.Event().wait()
    except PortInUse as exc:
        typer.echo(f"error: {exc}", err=True)
        raise typer.Exit(PORT_BUSY) from exc
    except KeyboardInterrupt:
        typer.echo("The local org has ended.", err=True)
    finally:
        found.close()


def introduction(found: "Org", url: str) -> dict[str, object]:
    """Say where an org is, and who can sign in to it how."""
    from salesforce_emulator.identity import identity_of

    identity = identity_of(found)
    return {
        "url": url,
        "org_id": found.org_id,
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


def demo(ctx: typer.Context) -> None:
    """Do real work over HTTP on a local org: both sign-ins, Test Connection, records in and out.

    Nothing is kept, and no Salesforce org is reached. It ends with "demo: ok".
    """
    from salesforce_emulator.demo import run

    run(ctx.obj)
