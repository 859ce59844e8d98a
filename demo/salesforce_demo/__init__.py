"""The command `demo`: the connector at work on a local org.

A host finds it by the entry-point group `connector_host.commands` and hands itself over as
`ctx.obj`. The demo knows the connector by its name alone.
"""

import typer


def demo(ctx: typer.Context) -> None:
    """Run real work over HTTP on a local org: both sign-ins, Test Connection, records in and out.

    Nothing is stored afterwards, and no Salesforce org is reached. The last line is "demo: ok".
    """
    try:
        import salesforce_emulator  # noqa: F401 - asks whether it is there
    except ImportError:
        typer.echo(
            "error: The demo needs the local org."
            " Install it: pip install 'salesforce-connector[org]'",
            err=True,
        )
        raise typer.Exit(10) from None  # the host's exit code for a package that is missing
    from salesforce_demo.demo import run

    run(ctx.obj)
