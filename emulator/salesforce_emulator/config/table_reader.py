"""Reads a table of a config file into the dataclass that declares its keys.

Why this is no pydantic model: `docs/decisions/0081-config-tables-without-pydantic.md`.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from salesforce_emulator.config.errors import ConfigError, KeyPath

Table = TypeVar("Table")

_SIMPLE: dict[type[object], str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def read(declared: type[Table], table: object, key_path: KeyPath = ()) -> Table:
    """Read a table.

    Raises:
        ConfigError: A key is unknown or missing, or its value has the wrong type.
    """
    if not isinstance(table, Mapping):
        raise ConfigError(key_path, f"is {_kind(table)}, not a table")
    types, keys = _description(declared)  # type: ignore[arg-type]  # a class can be hashed
    for name in table:
        if name not in types:
            raise ConfigError((*key_path, name), f"there is no such key{_suggestion(name, types)}")
    missing = [name for name, item in keys.items() if _is_required(item) and name not in table]
    if missing:
        raise ConfigError(key_path, f"the key {missing[0]!r} is missing")
    return declared(
        **{name: _value(types[name], v, (*key_path, name)) for name, v in table.items()}
    )


@cache
def _description(declared: Any) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    return get_type_hints(declared), {field.name: field for field in fields(declared)}


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(kind: Any, value: object, key_path: KeyPath) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in {Union, UnionType}:
        return _value(next(arg for arg in args if arg is not type(None)), value, key_path)
    if origin is Literal:
        if value not in args:
            choices = ", ".join(map(repr, args))
            raise ConfigError(
                key_path, f"is {value!r}; it may be {choices}{_suggestion(str(value), args)}"
            )
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise ConfigError(key_path, f"is {_kind(value)}, not a list")
        return tuple(_value(args[0], item, (*key_path, at)) for at, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise ConfigError(key_path, f"is {_kind(value)}, not a table")
        return {name: _value(args[1], item, (*key_path, name)) for name, item in value.items()}
    if is_dataclass(kind):
        return read(kind, value, key_path)  # type: ignore[arg-type]  # a class, not an instance
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ConfigError(key_path, f"is {_kind(value)}, not {_SIMPLE[kind]}")
    return value


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return _SIMPLE.get(type(value), f"a {type(value).__name__}")


def _suggestion(name: str, keys: Any) -> str:
    near = get_close_matches(name, [str(item) for item in keys], n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
