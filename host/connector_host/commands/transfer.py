"""`connections export|import`: connections in a file that a passphrase seals."""

import os
from pathlib import Path
from typing import Annotated

import typer

from connector_host.errors import BadInput, StoreUnreachable
from connector_host.host import Host
from connector_host.text_files import read_text_file

EXPORT_EXAMPLES = (
    "connections export acme --to acme.export",
    "connections export --to all.export --passphrase-file passphrase.txt",
)
IMPORT_EXAMPLES = ("connections import acme.export",)

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH", help="A file whose first line is the passphrase; without it you are asked."
    ),
]


def export(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option(metavar="PATH", help="The file to make.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Connections; none for all.")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write connections, with their secrets and app profiles, to a file that a passphrase seals.

    Two hosts that refresh one sign-in may end it for each other: remove one, or reconnect it.
    """
    from connector_host.store import transfer

    host: Host = ctx.obj
    _check_new(to)  # before a passphrase is asked for, and half a second of sealing
    names_to_export = names or [connection.name for connection in host.store.list()]
    exported = [host.admin.get_for_change(name) for name in names_to_export]
    passphrase = _passphrase(host, passphrase_file, confirm=True)
    text = transfer.export(exported, host.store, passphrase)
    _write(to, text)
    for connection in exported:
        host.store.record(host.admin.who, "exported", connection.name)
    host.note(f"Wrote {len(exported)} connections to {to}.")


def import_all(
    ctx: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A file that `connections export` wrote.")
    ],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Add the connections of a file that `connections export` wrote."""
    from connector_host.store import transfer

    host: Host = ctx.obj
    text = _read(path)
    passphrase = _passphrase(host, passphrase_file)
    names = transfer.import_all(text, host.store, passphrase, who=host.admin.who)
    host.note(f"Imported {', '.join(names) or 'nothing'}.")


def _passphrase(host: Host, path: Path | None, *, confirm: bool = False) -> str:
    if path is not None:
        return _read(path).partition("\n")[0]
    if not host.interactive:
        raise BadInput("No passphrase.", "Give --passphrase-file PATH.")
    passphrase: str = typer.prompt(
        "Passphrase", hide_input=True, confirmation_prompt=confirm, err=True
    )
    return passphrase


def _read(path: Path) -> str:
    try:
        return read_text_file(path)
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise BadInput(f"The file {path} cannot be read: {reason}.") from exc


def _check_new(path: Path) -> None:
    if path.exists():
        raise BadInput(f"The file {path} cannot be made: File exists.", "Give --to another place.")


def _write(path: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    try:
        new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise BadInput(
            f"The file {path} cannot be made: {exc.strerror}.", "Give --to another place."
        ) from exc
    try:
        with os.fdopen(new, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as exc:
        path.unlink(missing_ok=True)  # half an export is none
        raise StoreUnreachable(
            f"The file {path} cannot be written: {exc.strerror}.", "Free some space."
        ) from exc
