"""Which files of the machine that the connector runs on an input may name: the host decides.

A workflow's builder is not the machine's owner: without a limit, `upload_file` would read any file
that the engine's process may read, and `download_file` overwrite it.
"""

import os
import tempfile
from pathlib import Path
from typing import Final

from salesforce_connector.errors import Rejected

FILES_BELOW: Final = "SALESFORCE_CONNECTOR_FILES_BELOW"
"""Environment variable of the host: folders, parted as in PATH. Not set: the folder for temporary
files. Empty: none. `/`: every file that the process may read or write."""


def allowed(path: str | Path, field: str) -> Path:
    """Give where a path leads, when that is below a folder that the host allows.

    What `..` and symbolic links make of it counts, not how it is written; the path that is given
    back has none, so that what is opened is what was judged.

    Args:
        path: As an input named it; relative to the process's own folder.
        field: The input, for the error.

    Raises:
        Rejected: It leads elsewhere.
    """
    folders = _folders()
    try:
        real = Path(os.path.realpath(path))
    except (OSError, ValueError):  # a loop of links, a NUL
        raise _refused(path, field, folders) from None
    if not any(real.is_relative_to(folder) for folder in folders):
        raise _refused(path, field, folders)
    return real


def _folders() -> list[Path]:
    named = os.environ.get(FILES_BELOW)
    folders = [tempfile.gettempdir()] if named is None else named.split(os.pathsep)
    return [Path(os.path.realpath(folder)) for folder in folders if folder]


def _refused(path: str | Path, field: str, folders: list[Path]) -> Rejected:
    below = " or ".join(map(str, folders)) or "no folder at all"
    return Rejected(
        f"{str(path)!r} is not below a folder whose files this host allows.",
        code="FILE_NOT_ALLOWED",
        remedy=f"Allowed is what lies below {below}; the host's {FILES_BELOW} says so.",
        fields=(field,),
    )
