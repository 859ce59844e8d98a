"""The command `types` of a host's command line: the objects of an org as pydantic models.

A host finds it by the entry-point group `connector_host.commands` and passes a function that runs
actions.
"""

from pathlib import Path
from typing import Annotated, Any

import typer


def types(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")],
    objects: Annotated[
        str, typer.Option(metavar="A,B", help="API names of objects, with commas between.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="The Python file to write. Default: stdout.")
    ] = None,
) -> None:
    """Write an org's objects as pydantic models, one API call an object.

    A file that this command has written before is replaced; any other is left alone.
    """
    from salesforce_actions.type_models import FIRST_LINE, write_models
    from salesforce_connector.metadata.describe import ObjectDescription

    names = [*dict.fromkeys(name.strip() for name in objects.split(",") if name.strip())]
    if not names:
        raise typer.BadParameter("name at least one object", param_hint="--objects")
    if out is not None and out.exists() and not _begins_with(out, FIRST_LINE):
        raise typer.BadParameter(
            f"{out} exists and was not written by this command", param_hint="--out"
        )
    runner: Any = ctx.obj.runner
    described = []
    for number, name in enumerate(names, start=1):
        ctx.obj.note(f"{number}/{len(names)} {name}")
        result = runner.run(connection, "describe_object", {"sobject": name})
        described.append(ObjectDescription.model_validate(result["output"]))
    source = write_models({description.name: description for description in described}.values())
    if out is None:
        typer.echo(source, nl=False)
        return
    out.write_text(source, encoding="utf-8", newline="\n")
    ctx.obj.note(f"{out}: {len(described)} objects")


def _begins_with(file: Path, line: str) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip("\n") == line
