"""Reads a config file: TOML, or Python."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesforce_emulator.config import functions
from salesforce_emulator.config.apply import apply
from salesforce_emulator.config.errors import ConfigError, ConfigFileError
from salesforce_emulator.config.line_numbers import LineNumbers
from salesforce_emulator.config.table_reader import read
from salesforce_emulator.config.tables.file import ConfigFile

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


@dataclass(frozen=True, slots=True)
class Config:
    """A config file that was read.

    Attributes:
        name: The path that was passed to `load_config`.
        configure: Applies the file to an org.
    """

    name: str
    configure: "Callable[[Org], Any]"


def load_config(file: Path | str) -> Config:
    """Read a config file: TOML, or Python with a function `configure(org)`.

    What depends on the org, such as a field that does not exist, is checked when the config is
    applied to one.

    Raises:
        ConfigFileError: The file cannot be read, or has an unknown key or a value of a wrong type.
    """
    path = Path(file)
    if path.suffix == ".py":
        return _load_python(path, str(file))
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigFileError(str(file), None, "", f"it cannot be read: {exc}") from exc
    lines = LineNumbers(text)
    try:
        config = read(ConfigFile, tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise ConfigFileError(str(file), None, "", f"it is not valid TOML: {exc}") from exc
    except ConfigError as error:
        raise _locate(str(file), lines, error) from error

    def configure(org: "Org") -> None:
        try:
            apply(org, config, path.parent)
        except ConfigError as error:
            raise _locate(str(file), lines, error) from error

    return Config(str(file), configure)


def _locate(file: str, lines: LineNumbers, error: ConfigError) -> ConfigFileError:
    key = str(error).removesuffix(f": {error.why}")
    return ConfigFileError(file, lines.of(error.key_path), key, error.why)


def _load_python(path: Path, name: str) -> Config:
    try:
        configure = getattr(functions.load_module(path), "configure", None)
    except (OSError, ImportError, SyntaxError) as exc:
        line = exc.lineno if isinstance(exc, SyntaxError) else None
        raise ConfigFileError(name, line, "", f"it cannot be imported: {exc}") from exc
    if not callable(configure):
        raise ConfigFileError(name, None, "configure", "there is no such function")
    return Config(name, configure)
