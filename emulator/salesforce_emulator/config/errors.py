"""What is wrong in a config file, and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from salesforce_emulator.errors import SalesforceError

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: `("objects", 0, "fields", 2, "type")`."""


class ConfigError(Exception):
    """A value that does not fit; the file and the line are found later."""

    def __init__(self, key_path: KeyPath, why: str) -> None:
        super().__init__(f"{normalize_segments(key_path)}: {why}")
        self.key_path = key_path
        self.why = why


class ConfigFileError(Exception):
    """A config file that cannot be used.

    Attributes:
        file: As it was given.
        line: From 1; None when it is not known.
        key: `objects[0].fields[2].type`; empty when the whole file is to blame.
    """

    def __init__(self, file: str, line: int | None, key: str, why: str) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {key}: {why}" if key else f"{where}: {why}")
        self.file = file
        self.line = line
        self.key = key


def normalize_segments(key_path: KeyPath) -> str:
    """Write a place as a reader would: `objects[0].name`."""
    text = ""
    for item in key_path:
        text += f"[{item}]" if isinstance(item, int) else f".{item}" if text else item
    return text


@contextmanager
def located_at(*key_path: str | int) -> Iterator[None]:
    """Blame a place in the file for what the org refuses in the block."""
    try:
        yield
    except (LookupError, ValueError) as exc:
        why = exc.args[0] if exc.args else type(exc).__name__
        raise ConfigError(key_path, str(why)) from exc
    except SalesforceError as error:
        raise ConfigError(key_path, f"{error.code}: {' '.join(error.message.split())}") from error
