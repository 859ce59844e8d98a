"""Local files that an input may name: the host decides which, and they are opened with care.

A workflow's builder is not the machine's owner: without a limit, `upload_file` would read any file
that the engine's process may read, and `download_file` overwrite it. By default nothing is read,
and files are written below a private folder of the user's.

See docs/decisions/0040-local-files.md.
"""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from platformdirs import user_cache_path

from salesforce_connector.errors import Rejected
from salesforce_connector.files.file_errors import not_readable, write_errors

FILES_BELOW: Final = "SALESFORCE_CONNECTOR_FILES_BELOW"
"""Environment variable of the host: folders, separated as in PATH, whose files inputs may name. Not
set: files are written below `private_folder()`, none is read. Empty: none. `/`: every file."""

_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)


def private_folder() -> Path:
    """Return the folder for files when the host names none; only its user may look into it."""
    return Path(os.path.realpath(user_cache_path("salesforce-connector"))) / "files"


def resolve_to_read(path: str | Path, field: str) -> Path:
    """Return where a path leads, when that is a file that the host allows to be read.

    What `..` and symbolic links make of it counts, not how it is written.

    Args:
        path: As an input named it; relative to the process's own folder.
        field: The input, for the error.

    Raises:
        Rejected: It leads elsewhere, or the host allows no file to be read.
    """
    return _resolve(path, field, _host_folders() or [])


def resolve_to_write(path: str | Path, field: str) -> Path:
    """Return where a path leads, when a file may be written there; see `resolve_to_read`.

    Raises:
        Rejected: It leads elsewhere.
    """
    folders = _host_folders()
    if folders is not None:
        return _resolve(path, field, folders)
    folder = private_folder()
    target = _resolve(path, field, [folder])
    _make_private(folder, field)
    return target


def check_still_there(path: Path, field: str = "path") -> None:
    """Check that a path still leads to the same file: no link was put into it since.

    Raises:
        Rejected: It leads elsewhere.
    """
    if Path(os.path.realpath(path.parent)) != path.parent:
        raise _refuse(path, field, [path.parent])


@contextmanager
def open_to_read(path: Path, field: str = "path") -> Generator[BinaryIO]:
    """Open a file that was resolved; neither a link nor a device.

    Raises:
        Rejected: It is not there, is no file, or cannot be read.
    """
    try:
        check_still_there(path, field)
        # Without O_NONBLOCK a pipe would be waited for.
        nonblocking = getattr(os, "O_NONBLOCK", 0)
        number = os.open(path, os.O_RDONLY | _NO_LINKS | _BINARY | nonblocking)
        with open(number, "rb") as file:  # noqa: PTH123 - it has a number, and no path
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise not_readable(path, "it is not a regular file", field)
            yield file
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else None
        raise not_readable(path, reason or "the path is not valid", field) from exc


def _host_folders() -> list[Path] | None:
    """Return the folders that the host names, None when it names none."""
    configured = os.environ.get(FILES_BELOW)
    if configured is None:
        return None
    return [Path(os.path.realpath(folder)) for folder in configured.split(os.pathsep) if folder]


def _resolve(path: str | Path, field: str, folders: list[Path]) -> Path:
    try:
        real = Path(os.path.realpath(path))
    except (OSError, ValueError):  # a loop of links, a NUL
        raise _refuse(path, field, folders) from None
    if not any(real.is_relative_to(folder) for folder in folders):
        raise _refuse(path, field, folders)
    return real


def _make_private(folder: Path, field: str) -> None:
    """Make the default folder, or see that it is the user's own."""
    with write_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = folder.lstat()
        owner = getattr(os, "geteuid", lambda: there.st_uid)()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != owner:
            raise _refuse(folder, field, [])
        if stat.S_IMODE(there.st_mode) & 0o077:
            folder.chmod(0o700)


def _refuse(path: str | Path, field: str, folders: list[Path]) -> Rejected:
    below = " or ".join(map(str, folders)) or "no folder"
    return Rejected(
        f"{str(path)!r} is not below a folder whose files this host allows.",
        code="FILE_NOT_ALLOWED",
        remedy=f"Allowed: below {below}. The host sets it by {FILES_BELOW}.",
        fields=(field,),
    )
