"""A local file that is written next to its path and moved there once it is complete."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from salesforce_connector.errors import Retryable
from salesforce_connector.files import unfinished_files
from salesforce_connector.files.file_access import check_still_there, open_to_read
from salesforce_connector.files.file_errors import not_readable, raise_not_writable, write_errors


class NewFile:
    """A file that replaces its path in one step once it is complete.

    Until then it has a name of its own in the same folder, and only its user may read it: of two
    runs that write one path, the one that ends later wins, whole. A file that breaks off leaves
    what was there before, and nothing beside it.
    """

    def __init__(self, path: Path) -> None:
        """Take the place, resolved; nothing is opened yet."""
        self._path = path
        self._partial: Path | None = None
        self._file: BinaryIO | None = None
        self._resumable = False

    def __enter__(self) -> "NewFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()
        elif self._resumable and issubclass(kind, Retryable):
            with suppress(OSError):
                self.file.close()
        else:
            self.discard()

    def keep_partial(self) -> tuple[str, int]:
        """Return the name and size of what was written so far, for another run to go on with.

        It is kept after an error after which the same run may work later.
        """
        with write_errors(self._path):
            self.file.flush()
            self._resumable = self._partial is not None
            return self._partial.name if self._partial else "", self.file.tell()

    def discard_on_error(self) -> None:
        """Delete the file after an error: no run can continue it."""
        self._resumable = False

    def resume(self, name: str, size: int) -> bool:
        """Go on with what another run has written; False when it is not there any more.

        Args:
            name: As `keep_partial` returned it.
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
        self._partial, self._file = part, file
        return True

    @property
    def file(self) -> BinaryIO:
        """The file to write to, opened at the first use.

        Raises:
            Rejected: It cannot be written.
        """
        if self._file is None:
            with write_errors(self._path):
                self._file = self._open()
        return self._file

    def write(self, piece: bytes, /) -> None:
        """Write the next piece.

        Raises:
            Rejected: The disk is full, or fails.
        """
        file = self.file
        with write_errors(self._path):
            file.write(piece)

    @contextmanager
    def transaction(self) -> Generator["NewFile"]:
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
    def read_back(self) -> Generator[BinaryIO]:
        """Read what was written so far, from the beginning.

        Raises:
            Rejected: It cannot be read, or is a pipe.
        """
        with write_errors(self._path):
            self.file.flush()
        if self._partial is None:
            raise not_readable(self._path, "it is a pipe", "path")
        with open_to_read(self._partial) as file:
            yield file

    def finish(self) -> None:
        """Put the file in its place.

        Raises:
            Rejected: The disk is full, or the folder cannot be written to.
        """
        file = self.file
        try:
            with write_errors(self._path):
                file.close()
                if self._partial is not None:
                    check_still_there(self._path)
                    self._partial.replace(self._path)
                    self._partial = None
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Leave nothing of the file."""
        if self._file is not None:
            with suppress(OSError):  # what was not written yet may not fit on the disk
                self._file.close()
        if self._partial is not None:
            self._partial.unlink(missing_ok=True)
            self._partial = None

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
                raise_not_writable(self._path, "it is not a regular file")
            mode = stat.S_IMODE(there.st_mode) & 0o777
        self._partial, file = unfinished_files.create(self._path)
        if mode != 0o600:
            with suppress(OSError):
                self._partial.chmod(mode)
        return file
