"""`options` and `schema`: what a form shows while a builder fills it in."""

from enum import StrEnum
from typing import Annotated

import typer

from connector_host.commands.settings import read_json_object
from connector_host.host import Host

OPTIONS_EXAMPLES = (
    "options acme some_source",
    'options acme some_source --input \'{"field": "value"}\' --search abc --json',
)
SCHEMA_EXAMPLES = (
    'schema acme some_action --input \'{"field": "value"}\'',
    "schema acme some_action --draft 7",
)

Connection = Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")]
Inputs = Annotated[
    str, typer.Option("--input", metavar="JSON", help="The inputs chosen so far, as for `run`.")
]


class Draft(StrEnum):
    """A version of JSON Schema."""

    LATEST = "2020-12"
    SEVEN = "7"


def options(
    ctx: typer.Context,
    connection: Connection,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="As a field's x-dynamic-options names it.")
    ],
    inputs: Inputs = "{}",
    search: Annotated[
        str, typer.Option(metavar="TEXT", help="Only choices that match this text.")
    ] = "",
    page: Annotated[
        str | None, typer.Option(metavar="PAGE", help="The next page, as the page before named it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """List the choices for a field of an action."""
    host: Host = ctx.obj
    page_of_options = host.runner.options(
        connection, source, inputs=read_json_object(inputs, "input"), search=search, page=page
    )
    if as_json:
        host.data(page_of_options)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Value", "Label", box=None)
    for option in page_of_options["options"]:
        table.add_row(Text(str(option["value"])), Text(option["label"]))
    host.out.print(table if page_of_options["options"] else "There are no choices.")
    if page_of_options["next_page"] is not None:
        host.note(f"There are more: --page {page_of_options['next_page']}")


def schema(
    ctx: typer.Context,
    connection: Connection,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="`actions` lists them.")],
    inputs: Inputs = "{}",
    draft: Annotated[
        Draft, typer.Option(help="JSON Schema's version: 2020-12, or 7 for older tools.")
    ] = Draft.LATEST,
) -> None:
    """Print an action's input and output schema for what is chosen so far, as JSON.

    An input that the action does not have is an error: its schema would be another's.
    """
    host: Host = ctx.obj
    schemas = host.runner.schema(connection, action, read_json_object(inputs, "input"))
    if draft is Draft.SEVEN:
        from connector_host.draft07 import to_draft07

        host.data({key: to_draft07(schemas[key]) for key in ("input", "output")})
        return
    host.data(schemas)
