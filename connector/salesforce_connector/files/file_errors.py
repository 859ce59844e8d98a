"""Errors of the operating system on local files, as errors of the connector."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from salesforce_connector.errors import Rejected


@contextmanager
def write_errors(path: Path) -> Generator[None]:
    """Turn failures to write a file into an error of the connector.

    Raises:
        Rejected: The operating system refused to write it.
    """
    try:
        yield
    except OSError as exc:
        raise_not_writable(path, exc.strerror or str(exc), exc)


@contextmanager
def scratch_errors() -> Generator[None]:
    """Turn failures of temporary files, such as a full disk, into an error of the connector.

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
            remedy="Free disk space in the folder for temporary files (TMPDIR).",
        ) from exc


def not_readable(path: Path, reason: str, field: str) -> Rejected:
    """Return the error of a file that cannot be read."""
    return Rejected(
        f"Cannot read {path}: {reason}.",
        code="FILE_NOT_READABLE",
        remedy="Give the path of an existing file that may be read.",
        fields=(field,),
    )


def raise_not_writable(path: Path, reason: str, cause: OSError | None = None) -> NoReturn:
    """Raise the error of a file that cannot be written."""
    raise Rejected(
        f"Cannot write to {path}: {reason}.",
        code="FILE_NOT_WRITABLE",
        remedy="Choose an existing folder that is writable and has free space.",
    ) from cause
