"""The Python types of a block's fields, from an auth method's schema."""

from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from pydantic import SecretStr

from connector_host import settings_form
from connector_host.hookspecs import JsonObject

_TYPES: Final[Mapping[str, Any]] = {
    "array": list[Any],
    "boolean": bool,
    "integer": int,
    "number": float,
    "object": dict[str, Any],
    "string": str,
}


def annotation_of(field: settings_form.Field, part: JsonObject) -> Any:
    """Return the Python type of a field.

    Args:
        part: The schema of the field.
    """
    types = [_TYPES[kind] for kind in field.types if kind in _TYPES]
    annotation: Any = types[0] if len(types) == 1 else Any
    if "enum" in part:
        choices = tuple(value for value in part["enum"] if value is not None)
        annotation = cast("Any", Literal)[choices]
    if field.secret:
        annotation = SecretStr
    return annotation if field.required or annotation is Any else annotation | None
