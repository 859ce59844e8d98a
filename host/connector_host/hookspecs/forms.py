"""Hooks that a form needs: schemas and options for the values chosen so far."""

from collections.abc import Mapping
from typing import TypedDict

from .connection import Connection
from .contract import Json, JsonObject, hookspec


class ActionSchemas(TypedDict):
    """An action's schemas for the inputs chosen so far, JSON Schema 2020-12."""

    input: JsonObject
    output: JsonObject


class Option(TypedDict):
    """One option of a field: `value` goes into the input, `label` is shown."""

    value: Json
    label: str


class OptionsPage(TypedDict):
    """A page of options; `next_page` is None on the last one."""

    options: list[Option]
    next_page: str | None


@hookspec(firstresult=True)
def resolve_schema(
    connector: str, action: str, connection: Connection, inputs: Mapping[str, Json]
) -> ActionSchemas | None:
    """Return an action's schemas for the object and fields chosen in `inputs`.

    >>> registry.hook.resolve_schema(
    ...     connector="unheard-of", action="", connection=connection, inputs={}
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def list_options(
    connector: str,
    source: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    search: str,
    page: str | None,
) -> OptionsPage | None:
    """Return a page of options for a field whose schema has `x-dynamic-options`.

    Args:
        source: The source that the field's schema names.
        inputs: The values chosen so far.
        search: The text that the person has typed; empty for all options.
        page: `next_page` of the previous page; None for the first.

    >>> registry.hook.list_options(
    ...     connector="unheard-of",
    ...     source="",
    ...     connection=connection,
    ...     inputs={},
    ...     search="",
    ...     page=None,
    ... ) is None
    True
    """
