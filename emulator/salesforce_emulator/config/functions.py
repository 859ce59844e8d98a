"""Imports the functions that a config file calls, `module:function`.

A module beside the file takes precedence over an installed one.
"""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from salesforce_emulator.config.errors import ConfigError, KeyPath


def import_function(name: str, folder: Path, key_path: KeyPath) -> Callable[..., Any]:
    """Import a function by name.

    Raises:
        ConfigError: The module or the function does not exist, or the module cannot be imported.
    """
    module_name, colon, function_name = name.partition(":")
    if not colon or not module_name or not function_name:
        raise ConfigError(key_path, f"{name!r} is not module:function")
    beside = folder / f"{module_name}.py"
    try:
        module = load_module(beside) if beside.is_file() else importlib.import_module(module_name)
    except (ImportError, SyntaxError) as exc:
        raise ConfigError(key_path, f"the module {module_name} cannot be imported: {exc}") from exc
    result = getattr(module, function_name, None)
    if not callable(result):
        raise ConfigError(key_path, f"the module {module_name} has no function {function_name}")
    return result  # type: ignore[no-any-return]  # whatever it is, it can be called


def load_module(file: Path) -> ModuleType:
    """Execute a Python file as a module."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
