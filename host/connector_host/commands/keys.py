"""`keys show|new|rotate`: the key that seals the store."""

import sys
from typing import Annotated

import typer

from connector_host.host import Host
from connector_host.store.keys import new_key

SHOW_EXAMPLES = ("keys show",)
NEW_EXAMPLES = ("keys new > new.key",)
ROTATE_EXAMPLES = ("keys rotate", "keys rotate --keep-old")


def show(ctx: typer.Context) -> None:
    """Print the id of the key that seals the store; the key itself is never shown."""
    host: Host = ctx.obj
    sys.stdout.write(f"{host.store.sealer.key_id}\n")


def new() -> None:
    """Print a new key for CONNECTOR_HOST_KEY; nothing is stored."""
    sys.stdout.write(f"{new_key()}\n")


def rotate(
    ctx: typer.Context,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Keep the old key, which opens earlier backups.")
    ] = False,
) -> None:
    """Seal everything with a new key; the store stays usable meanwhile.

    A key in a file or in the system's keyring is replaced. For a key in CONNECTOR_HOST_KEY: put the
    output of `keys new` and a comma before the present value on every machine, run `keys rotate`,
    and then remove the old key. An interrupted rotation continues when it is run again.
    """
    host: Host = ctx.obj
    rotation = host.store.sealer.rotate(keep_old=keep_old)
    host.store.record(host.admin.who, "keys_rotated", "", f"{rotation.before} to {rotation.now}")
    host.note(f"Sealed {rotation.texts} values with key {rotation.now}.")
    if not keep_old:
        host.note(f"Earlier backups need key {rotation.before}, which is no longer stored here.")
