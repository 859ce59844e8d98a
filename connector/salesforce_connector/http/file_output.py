"""A file that an action downloads: written to a local path, or returned in its output."""

from base64 import b64encode
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pydantic import BaseModel, Field

from salesforce_connector.errors import Rejected
from salesforce_connector.files import file_access
from salesforce_connector.flow import Sink
from salesforce_connector.forms.hints import hints
from salesforce_connector.http.file_sink import new_file


class FileDestination(BaseModel):
    """Inputs of an action that downloads a file."""

    path: Path | None = Field(
        default=None,
        title="Local path",
        description=(
            "The file to write, in a folder that the host allows; an existing file is "
            "replaced. Empty: return the content."
        ),
        examples=["/tmp/offer.pdf"],  # noqa: S108 - an example
    )
    max_bytes: int = Field(
        default=10_000_000,
        title="Maximum bytes",
        description="The most bytes to return; a larger file is refused.",
        ge=1,
        le=100_000_000,
        examples=[10_000_000],
        json_schema_extra=hints(visibility="advanced"),
    )


class DownloadedFile(BaseModel):
    """The downloaded file."""

    file_name: str = Field(title="File name", description="File name in Salesforce.")
    size: int = Field(title="Size", description="Size in bytes.")
    path: str | None = Field(
        title="Local path",
        description="Path of the file that was written; null if the content was returned.",
    )
    content_base64: str | None = Field(
        title="Content",
        description="Content of the file in base64; null if it was written to a path.",
    )


class FileOutput:
    """The bytes of a file as they come: written, or held in memory for the output.

    Attributes:
        size: Bytes that came; 0 before the file is whole.
        content: The bytes, when they are not written.
    """

    def __init__(self, path: Path | None, max_bytes: int) -> None:
        """Prepare the output; nothing is opened yet.

        Args:
            path: Of the file to write, as in an input; None to hold the bytes in memory.
            max_bytes: The most that may be held in memory; a written file has no limit.

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
    def open(self) -> Generator[Sink]:
        """Receive one body; a second one replaces it."""
        pieces = _Pieces(self)
        if self._target is None:
            yield pieces
            self.content = b"".join(pieces.chunks)
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
            remedy="Give a path to write the file to, or raise max_bytes.",
            fields=("max_bytes",),
        )


class _Pieces:
    """The sink of one response body."""

    def __init__(self, output: FileOutput) -> None:
        self.size = 0
        self.chunks: list[bytes] = []
        self.file: Sink | None = None
        self._output = output

    def write(self, piece: bytes, /) -> None:
        self.size += len(piece)
        if self.file is not None:
            self.file.write(piece)
            return
        self._output.check_size(self.size, "The file")
        self.chunks.append(piece)
