"""A cache in files for all processes of one machine: the contract's `SharedCache`.

Each value is sealed with the store's key for its own name: a value that was changed, moved or
copied from another store cannot be opened, and counts as missing. Only its user can read the
folder. A cache that cannot be written is no error: connectors ask the service again.
"""

import base64
import hashlib
import logging
import os
import secrets
import stat
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from connector_host.errors import HostError
from connector_host.hookspecs import JsonObject

MAX_BYTES: Final = 128 * 2**20  # of all files together; a description is some 10 to 100 kB of them
MAX_VALUE: Final = 32 * 2**20  # bytes of one value

_CLEAN_EVERY: Final = 32  # values written by one process
_SUFFIX: Final = ".sealed"

_log = logging.getLogger("connector_host.cache")


class Seals(Protocol):
    """The sealing of the store."""

    def seal(self, value: JsonObject, associated_data: str) -> str: ...
    def open(self, sealed: str, associated_data: str) -> JsonObject: ...


class FileCache:
    """The cache of one store; safe to share by threads and processes."""

    def __init__(self, folder: Path, seals: Seals, max_bytes: int = MAX_BYTES) -> None:
        """Use a folder, which is created at the first write."""
        self._folder = folder
        self._seals = seals
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._written = 0

    def get(self, key: str) -> bytes | None:
        """Return what was stored last under a key; None when there is none that can be opened."""
        path = self._path(key)
        try:
            if not self._is_private(path.parent):
                return None
            sealed = path.read_text(encoding="ascii")
            os.utime(path)  # the time of its last use: the least recently used are removed first
        except (OSError, ValueError):
            return None
        try:
            body = base64.b64decode(self._seals.open(sealed, _purpose(key))["body"])
            return _unpack(body)
        except (HostError, KeyError, TypeError, ValueError, zlib.error):
            with suppress(OSError):
                path.unlink()
            return None

    def put(self, key: str, value: bytes) -> None:
        """Store a value, unless it is too large."""
        if len(value) > MAX_VALUE:
            return
        body = base64.b64encode(zlib.compress(value, 1)).decode()
        path = self._path(key)
        part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        try:
            sealed = self._seals.seal({"body": body}, _purpose(key))
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_private(path.parent):
                _log.warning("%s is not private to this user: nothing is cached.", path.parent)
                return
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(number, "w", encoding="ascii") as file:  # noqa: PTH123 - it has a number
                file.write(sealed)
            part.replace(path)
        except (OSError, HostError) as exc:
            _log.info("Nothing is cached: %s", exc)
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return
        with self._lock:
            self._written += 1
            if self._written % _CLEAN_EVERY != 1:
                return
        self._remove_oldest()

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{_SUFFIX}"

    def _is_private(self, folder: Path) -> bool:
        status = folder.lstat()
        owner = getattr(os, "geteuid", lambda: status.st_uid)()
        private = os.name != "posix" or not stat.S_IMODE(status.st_mode) & 0o077
        return stat.S_ISDIR(status.st_mode) and status.st_uid == owner and private

    def _remove_oldest(self) -> None:
        """Remove the least recently used values until the cache is small enough."""
        with suppress(OSError):
            files = sorted(self._files(), reverse=True)
            size = 0
            for _, bytes_, path in files:
                size += bytes_
                if size > self._max_bytes:
                    path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for entry in os.scandir(self._folder):
            with suppress(OSError):  # another process may remove it
                status = entry.stat(follow_symlinks=False)
                yield status.st_mtime, status.st_size, Path(entry.path)


def _purpose(key: str) -> str:
    return f"shared cache {key}"


def _unpack(body: bytes) -> bytes:
    """Decompress a value, up to the maximum size.

    Raises:
        ValueError: It is larger, or incomplete.
    """
    decompressor = zlib.decompressobj()
    value = decompressor.decompress(body, MAX_VALUE)
    if not decompressor.eof:
        raise ValueError("too large or incomplete")
    return value
