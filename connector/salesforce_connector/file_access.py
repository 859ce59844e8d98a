"""Local files that an input may name: the host decides which, and they are opened with care.

A workflow's builder is not the machine's owner: without a limit, `upload_file` would read any file
that the engine's process may read, and `download_file` overwrite it. By default nothing is read,
and files are written below a private folder of the user's.

See docs/decisions/0040-local-files.md.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from platformdirs import user_cache_path

from salesforce_connector import unfinished_files
from salesforce_connector.errors import Rejected, Retryable

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
    """Refuse a path that leads elsewhere by now: a link was put on its way since it was resolved.

    Raises:
        Rejected: So it is.
    """
    if Path(os.path.realpath(path.parent)) != path.parent:
        raise _refuse(path, field, [path.parent])


@contextmanager
def open_to_read(path: Path, field: str = "path") -> Iterator[BinaryIO]:
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
                raise _not_readable(path, "it is no regular file", field)
            yield file
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else None
        raise _not_readable(path, reason or "the path is not valid", field) from exc


class NewFile:
    """A file that takes its place in one step once it is whole.

    Until then it has a name of its own in the same folder, and only its user may read it: of two
    runs that write one path, the one that ends later wins, whole. A file that breaks off leaves
    what was there before, and nothing beside it.
    """

    def __init__(self, path: Path) -> None:
        """Take the place, resolved; nothing is opened yet."""
        self._path = path
        self._beside: Path | None = None
        self._file: BinaryIO | None = None
        self._kept = False

    def __enter__(self) -> "NewFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()
        elif self._kept and issubclass(kind, Retryable):
            with suppress(OSError):
                self.file.close()
        else:
            self.discard()

    def keep(self) -> tuple[str, int]:
        """Return the name and size of what was written so far, for another run to go on with.

        It is left behind by an error that says that the same run may work later.
        """
        with _local_errors(self._path):
            self.file.flush()
            self._kept = self._beside is not None
            return self._beside.name if self._beside else "", self.file.tell()

    def keep_no_longer(self) -> None:
        """Leave nothing behind: nobody knows what another run would go on with."""
        self._kept = False

    def take_up(self, name: str, size: int) -> bool:
        """Go on with what another run has written; False when it is not there any more.

        Args:
            name: As `keep` gave it.
            size: Bytes that are good; what follows them is cut off.
        """
        check_still_there(self._path)
        opened = unfinished_files.open_again(self._path, name)
        if opened is None:
            return False
        part, file = opened
        if os.fstat(file.fileno()).st_size < size:
            file.close()
            return False
        file.truncate(size)
        file.seek(size)
        self._beside, self._file = part, file
        return True

    @property
    def file(self) -> BinaryIO:
        """The file to write to, opened at the first use.

        Raises:
            Rejected: It cannot be written.
        """
        if self._file is None:
            with _local_errors(self._path):
                self._file = self._open()
        return self._file

    def write(self, piece: bytes, /) -> None:
        """Write the next piece.

        Raises:
            Rejected: The disk is full, or fails.
        """
        file = self.file
        with _local_errors(self._path):
            file.write(piece)

    @contextmanager
    def part(self) -> Iterator["NewFile"]:
        """Take one body; one that breaks off is cut away again."""
        file = self.file
        start = file.tell() if file.seekable() else 0
        try:
            yield self
        except BaseException:
            if file.seekable():
                with suppress(OSError):
                    file.seek(start)
                    file.truncate()
            raise

    @contextmanager
    def read_back(self) -> Iterator[BinaryIO]:
        """Read what was written so far, from the beginning.

        Raises:
            Rejected: It cannot be read, or is a pipe.
        """
        with _local_errors(self._path):
            self.file.flush()
        if self._beside is None:
            raise _not_readable(self._path, "it is a pipe", "path")
        with open_to_read(self._beside) as file:
            yield file

    def finish(self) -> None:
        """Put the file in its place.

        Raises:
            Rejected: The disk is full, or the folder cannot be written to.
        """
        file = self.file
        try:
            with _local_errors(self._path):
                file.close()
                if self._beside is not None:
                    check_still_there(self._path)
                    self._beside.replace(self._path)
                    self._beside = None
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Leave nothing of the file."""
        if self._file is not None:
            with suppress(OSError):  # what was not written yet may not fit on the disk
                self._file.close()
        if self._beside is not None:
            self._beside.unlink(missing_ok=True)
            self._beside = None

    def _open(self) -> BinaryIO:
        check_still_there(self._path)
        mode = 0o600
        try:
            there = self._path.lstat()
        except FileNotFoundError:
            pass
        else:
            if stat.S_ISFIFO(there.st_mode):  # a pipe has nothing beside it
                return open(self._path, "wb")  # noqa: PTH123 - closed by finish
            if not stat.S_ISREG(there.st_mode):
                _raise_not_writable(self._path, "it is no regular file")
            mode = stat.S_IMODE(there.st_mode) & 0o777
        self._beside, file = unfinished_files.create(self._path)
        if mode != 0o600:
            with suppress(OSError):
                self._beside.chmod(mode)
        return file


@contextmanager
def _local_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says into an error of ours."""
    try:
        yield
    except OSError as exc:
        _raise_not_writable(path, exc.strerror or str(exc), exc)


@contextmanager
def scratch_errors() -> Iterator[None]:
    """Turn failures of temporary files, such as a full disk, into an error of ours.

    Raises:
        Rejected: The operating system refused to write or read one.
    """
    try:
        yield
    except (ConnectionError, TimeoutError):  # of the network, which are of the same family
        raise
    except OSError as exc:
        raise Rejected(
            f"Cannot use a temporary file: {exc.strerror or exc}.",
            code="FILE_NOT_WRITABLE",
            remedy="Free some space in the folder for temporary files (TMPDIR).",
        ) from exc


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
    with _local_errors(folder):
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


def _not_readable(path: Path, reason: str, field: str) -> Rejected:
    return Rejected(
        f"Cannot read {path}: {reason}.",
        code="FILE_NOT_READABLE",
        remedy="Give the path of a file that is there and may be read.",
        fields=(field,),
    )


def _raise_not_writable(path: Path, reason: str, cause: OSError | None = None) -> NoReturn:
    raise Rejected(
        f"Cannot write to {path}: {reason}.",
        code="FILE_NOT_WRITABLE",
        remedy="Choose a folder that exists, may be written to and has room.",
    ) from cause
