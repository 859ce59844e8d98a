"""Files that are being written, under names of their own until they are whole.

A process that is killed leaves its file behind, and so does a run that may be resumed later. Who
next writes into the folder removes it once nobody can go on with it: nobody holds it, and it has
not been written to for as long as Salesforce keeps the results of a job.
"""

import os
import re
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

STALE_AFTER: Final = (
    7 * 86_400.0
)  # seconds since the last write; Salesforce keeps results for 7 days

_NAME: Final = re.compile(r"\..{1,200}\.[0-9a-f]{16}\.part", re.ASCII | re.DOTALL)
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)
_NONBLOCKING: Final = getattr(os, "O_NONBLOCK", 0)  # else a pipe would be waited for


def create(target: Path) -> tuple[Path, BinaryIO]:
    """Make a file beside its target, readable by its user alone, and hold it.

    Raises:
        OSError: The folder cannot be written to.
    """
    remove_stale(target.parent)
    path = target.with_name(f".{target.name[:200]}.{secrets.token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS | _BINARY
    number = os.open(path, flags, 0o600)
    _hold(number)
    return path, open(number, "wb")  # noqa: PTH123 - it has a number; closed by who writes it


def open_again(target: Path, name: str) -> tuple[Path, BinaryIO] | None:
    """Open and hold what another run left beside a target; None when it is not there for this one.

    Args:
        target: Of both runs.
        name: Of the file; another one of the folder is not opened.
    """
    if not name.startswith(f".{target.name[:200]}.") or not _NAME.fullmatch(name):
        return None
    path = target.with_name(name)
    try:
        number = os.open(path, os.O_RDWR | _NO_LINKS | _BINARY | _NONBLOCKING)
    except OSError:
        return None
    if not (_is_ours(os.fstat(number)) and _hold(number)):
        os.close(number)
        return None
    return path, open(number, "r+b")  # noqa: PTH123 - it has a number; closed by who writes it


def remove_stale(folder: Path) -> None:
    """Remove the connector's files in a folder that nobody writes any more."""
    oldest = time.time() - STALE_AFTER
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_if_stale(Path(entry.path), oldest)


def _remove_if_stale(path: Path, oldest: float) -> None:
    before = path.lstat()
    if not _is_ours(before) or before.st_mtime > oldest:
        return
    number = os.open(path, os.O_WRONLY | _NO_LINKS | _BINARY | _NONBLOCKING)
    try:
        opened = os.fstat(number)
        if (opened.st_dev, opened.st_ino) == (before.st_dev, before.st_ino) and _hold(number):
            path.unlink()
    finally:
        os.close(number)


def _is_ours(status: os.stat_result) -> bool:
    """Return whether it is a plain file of this user's, with one name."""
    owner = getattr(os, "geteuid", lambda: status.st_uid)()
    return stat.S_ISREG(status.st_mode) and status.st_uid == owner and status.st_nlink == 1


def _hold(number: int) -> bool:
    """Take the lock of an open file, if nobody has it; it ends with the process at the latest."""
    try:
        import fcntl
    except ImportError:  # Windows refuses to remove what somebody has open
        return True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: its age has to do
        return True
    return True
