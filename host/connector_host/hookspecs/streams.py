"""Hooks that stream the records of an action page by page."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, NotRequired, TypedDict

from .connection import Connection
from .contract import Json, JsonObject, hookspec
from .run_context import RunContext


class StreamPage(TypedDict):
    """One page of an action's records, in order; it may be empty.

    Attributes:
        records: The records as objects, when the context's `rows` is absent or "records".
        columns: The values by column, when `rows` is "columns"; all lists have the same length, and
            every page has the same columns.
        arrow: A `pyarrow.RecordBatch`, when `rows` is "arrow"; every page has the same schema.
        usage: What the run has spent so far; see `ActionResult`.
        warnings: Sentences for the person who builds the workflow, since the previous page.

    A page that only carries warnings may have no rows in any form.
    """

    records: NotRequired[list[Json]]
    columns: NotRequired[dict[str, list[Json]]]
    arrow: NotRequired[Any]
    usage: NotRequired[JsonObject]
    warnings: NotRequired[list[str]]


@hookspec(firstresult=True)
def stream_action(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> Iterator[StreamPage] | None:
    """Return an action's records page by page as they arrive, in bounded memory.

    For actions whose manifest entry says `streams: true`. Nothing is sent before the first page is
    requested; closing the iterator ends the work. The connector may fetch one page ahead, no more.
    `progress` is called when the reader requests the next page: a stream that resumes from the last
    `state` begins with that page.

    >>> registry.hook.stream_action(
    ...     connector="unheard-of", action="", connection=connection, inputs={}, context=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def stream_action_async(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> AsyncIterator[StreamPage] | None:
    """Return an action's records as `stream_action` does, on the caller's event loop.

    >>> registry.hook.stream_action_async(
    ...     connector="unheard-of", action="", connection=connection, inputs={}, context=None
    ... ) is None
    True
    """
