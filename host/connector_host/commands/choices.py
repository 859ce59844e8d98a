"""`options` and `schema`: what a form needs while a person fills it in."""

from enum import StrEnum
from typing import Annotated

import typer

from connector_host.commands.parameters import AsJson, Connection
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

ChosenInputs = Annotated[
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
        str, typer.Argument(metavar="SOURCE", help="The source in a field's `x-dynamic-options`.")
    ],
    inputs: ChosenInputs = "{}",
    search: Annotated[
        str, typer.Option(metavar="TEXT", help="Only options that match this text.")
    ] = "",
    page: Annotated[
        str | None,
        typer.Option(metavar="PAGE", help="The next page, as printed with the previous one."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the options of a field of an action."""
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
    host.out.print(table if page_of_options["options"] else "There are no options.")
    if page_of_options["next_page"] is not None:
        host.note(f"For the next page: --page {page_of_options['next_page']}")


def schema(
    ctx: typer.Context,
    connection: Connection,
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="Name of an action; `actions` lists them.")
    ],
    inputs: ChosenInputs = "{}",
    draft: Annotated[
        Draft, typer.Option(help="Version of JSON Schema; 7 is for older tools.")
    ] = Draft.LATEST,
) -> None:
    """Print an action's input and output schema for the inputs chosen so far, as JSON.

    An unknown input is an error, because the schema would not depend on it.
    """
    host: Host = ctx.obj
    schemas = host.runner.schema(connection, action, read_json_object(inputs, "input"))
    if draft is Draft.SEVEN:
        from connector_host.draft07 import to_draft07

        host.data({key: to_draft07(schemas[key]) for key in ("input", "output")})
        return
    host.data(schemas)
