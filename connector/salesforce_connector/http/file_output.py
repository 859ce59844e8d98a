"""Where an action puts a file that Salesforce sends: at a local path, or into its output."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from salesforce_connector import file_access
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Sink
from salesforce_connector.http.file_sink import new_file


class FileOutput:
    """A file's bytes as they come: written, or kept in memory as far as the output may hold them.

    Attributes:
        size: Bytes that came; 0 before the file is whole.
        content: The bytes, when they are not written.
    """

    def __init__(self, path: Path | None, max_bytes: int) -> None:
        """Take the place.

        Args:
            path: As an input named it; None for the output.
            max_bytes: The most that the output may hold; what is written has no bound.

        Raises:
            Rejected: The host allows no file there.
        """
        self.size = 0
        self.content = b""
        self._target = file_access.resolve_to_write(path, "path") if path else None
        self._max_bytes = max_bytes

    @property
    def content_base64(self) -> str | None:
        """The bytes in base64; None when they were written."""
        return None if self._target else b64encode(self.content).decode()

    def check_size(self, size: int, name: str) -> None:
        """Refuse a file that is too large for the output before it is fetched.

        Raises:
            Rejected: It is.
        """
        if self._target is None and size > self._max_bytes:
            raise self._too_large(f"{name} has {size:,} bytes")

    @contextmanager
    def open(self) -> Iterator[Sink]:
        """Take one body; a second try begins anew."""
        pieces = _Pieces(self)
        if self._target is None:
            yield pieces
            self.content = b"".join(pieces.kept)
        else:
            writing: AbstractContextManager[Sink] = new_file(self._target)
            with writing as file:
                pieces.file = file
                yield pieces
        self.size = pieces.size

    def _too_large(self, what: str) -> Rejected:
        return Rejected(
            f"{what}; the output holds {self._max_bytes:,}.",
            code="FILE_TOO_LARGE",
            remedy="Give a path to write it to, or raise max_bytes.",
            fields=("max_bytes",),
        )


class _Pieces:
    """One body on its way."""

    def __init__(self, output: FileOutput) -> None:
        self.size = 0
        self.kept: list[bytes] = []
        self.file: Sink | None = None
        self._output = output

    def write(self, piece: bytes, /) -> None:
        self.size += len(piece)
        if self.file is not None:
            self.file.write(piece)
            return
        self._output.check_size(self.size, "The file")
        self.kept.append(piece)
