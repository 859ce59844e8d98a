"""Errors of a config file, with the key and the line to fix."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeAlias

from salesforce_emulator.errors import SalesforceError

KeyPath: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value: `("objects", 0, "fields", 2, "type")`."""


class ConfigError(Exception):
    """A wrong value; `loading` adds the file and the line."""

    def __init__(self, key_path: KeyPath, why: str) -> None:
        super().__init__(f"{format_key_path(key_path)}: {why}")
        self.key_path = key_path
        self.why = why


class ConfigFileError(Exception):
    """A config file that cannot be used.

    Attributes:
        file: The path that was passed.
        line: From 1; None when it is unknown.
        key: `objects[0].fields[2].type`; empty when the whole file is unusable.
    """

    def __init__(self, file: str, line: int | None, key: str, why: str) -> None:
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {key}: {why}" if key else f"{where}: {why}")
        self.file = file
        self.line = line
        self.key = key


def format_key_path(key_path: KeyPath) -> str:
    """Write a key path as `objects[0].name`."""
    text = ""
    for item in key_path:
        text += f"[{item}]" if isinstance(item, int) else f".{item}" if text else item
    return text


@contextmanager
def located_at(*key_path: str | int) -> Generator[None]:
    """Turn an error of the block into a ConfigError of this key path."""
    try:
        yield
    except (LookupError, ValueError) as exc:
        why = exc.args[0] if exc.args else type(exc).__name__
        raise ConfigError(key_path, str(why)) from exc
    except SalesforceError as error:
        raise ConfigError(key_path, f"{error.code}: {' '.join(error.message.split())}") from error
