"""Reads a config file, and puts what it says into an org."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesforce_emulator.config import functions
from salesforce_emulator.config.apply import put
from salesforce_emulator.config.errors import ConfigError, ConfigFileError
from salesforce_emulator.config.line_numbers import LineNumbers
from salesforce_emulator.config.schema import File
from salesforce_emulator.config.table_reader import read

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


@dataclass(frozen=True, slots=True)
class Config:
    """A config file, read.

    Attributes:
        name: The file, as it was given.
        configure: Puts it into an org.
    """

    name: str
    configure: "Callable[[Org], Any]"


def load_config(file: Path | str) -> Config:
    """Read a config file: TOML, or Python with a function `configure(org)`.

    What does not fit the org itself, such as a field that is not there, is told when the config is
    put into one.

    Raises:
        ConfigFileError: The file cannot be read, or says what no org can have.
    """
    path = Path(file)
    if path.suffix == ".py":
        return _python(path, str(file))
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigFileError(str(file), None, "", f"it cannot be read: {exc}") from exc
    lines = LineNumbers(text)
    try:
        table = read(File, tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise ConfigFileError(str(file), None, "", f"it is no TOML: {exc}") from exc
    except ConfigError as error:
        raise _bad(str(file), lines, error) from error

    def configure(org: "Org") -> None:
        try:
            put(org, table, path.parent)
        except ConfigError as error:
            raise _bad(str(file), lines, error) from error

    return Config(str(file), configure)


def _bad(file: str, lines: LineNumbers, error: ConfigError) -> ConfigFileError:
    key = str(error).removesuffix(f": {error.why}")
    return ConfigFileError(file, lines.of(error.key_path), key, error.why)


def _python(path: Path, file: str) -> Config:
    try:
        configure = getattr(functions.load(path), "configure", None)
    except (OSError, ImportError, SyntaxError) as exc:
        line = exc.lineno if isinstance(exc, SyntaxError) else None
        raise ConfigFileError(file, line, "", f"it cannot be imported: {exc}") from exc
    if not callable(configure):
        raise ConfigFileError(file, None, "configure", "there is no such function")
    return Config(file, configure)
