"""Arguments and options that several commands have, defined once."""

from typing import Annotated, TypeAlias

import typer

Connection: TypeAlias = Annotated[
    str, typer.Argument(metavar="CONNECTION", help="Name of a stored connection.")
]
Connector: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--connector",
        metavar="CONNECTOR",
        help="Name of the connector; needed only when several are installed.",
    ),
]
Trigger: TypeAlias = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a stored trigger.")
]
Inputs: TypeAlias = Annotated[
    str,
    typer.Option(
        "--input",
        metavar="JSON",
        help="The inputs: a JSON object, @PATH for a file, or - for stdin.",
    ),
]
Settings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Set a field; repeat for several. VALUE is text, @PATH for a file, - for stdin, @@ "
        "for a literal @. Keep secrets out of the shell's history: use a file, or leave them out "
        "to be prompted for them.",
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
