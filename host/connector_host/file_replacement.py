"""Writes a file beside its place and puts it there in one step, once it is whole."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from connector_host.errors import BadInput


@contextmanager
def replacing(path: Path) -> Generator[IO[bytes]]:
    """Yield a file that only its owner can read, and that takes the place of `path` at the end.

    After an error nothing is left of it.

    Raises:
        BadInput: It cannot be written.
    """
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(8)}.part")
    try:
        with open(beside, "xb", opener=_private) as file:
            yield file
        beside.replace(path)
    except OSError as exc:
        raise BadInput(f"{path} cannot be written: {exc.strerror or exc}.") from exc
    finally:
        beside.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
