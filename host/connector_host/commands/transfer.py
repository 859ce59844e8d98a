"""`connections export|import`: connections in a file sealed with a passphrase."""

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
        metavar="PATH",
        help="A file whose first line is the passphrase; without it, you are prompted.",
    ),
]


def export(
    ctx: typer.Context,
    to: Annotated[Path, typer.Option(metavar="PATH", help="The file to write; it must not exist.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Names of connections; none for all."),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Write connections, with secrets and app profiles, to a file sealed with a passphrase.

    Do not use the same sign-in on two hosts: when one refreshes a rotating token, the other loses
    access. Remove the connection on one host, or reconnect it there.
    """
    from connector_host.store import transfer

    host: Host = ctx.obj
    _check_new(to)  # before the prompt for a passphrase, and half a second of sealing
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
        Path, typer.Argument(metavar="PATH", help="A file written by `connections export`.")
    ],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Add the connections from a file written by `connections export`."""
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
        raise BadInput("A passphrase is needed.", "Give --passphrase-file PATH.")
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
        raise BadInput(f"The file {path} already exists.", "Give another path with --to.")


def _write(path: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    try:
        new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise BadInput(
            f"The file {path} cannot be written: {exc.strerror}.", "Give another path with --to."
        ) from exc
    try:
        with os.fdopen(new, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as exc:
        path.unlink(missing_ok=True)  # half an export is of no use
        raise StoreUnreachable(
            f"The file {path} cannot be written: {exc.strerror}.", "Free some disk space."
        ) from exc
