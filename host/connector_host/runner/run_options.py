"""The options of one run, and the context that the contract makes of them.

`run` and `run_async` share one definition, `stream` and `stream_async` the other.
"""

from collections.abc import Mapping
from typing import TypedDict, cast

from connector_host.hookspecs import JsonObject, ProgressCallback, RowForm, RunContext


class SharedOptions(TypedDict, total=False):
    """Options of every run; None is the same as leaving one out.

    Attributes:
        run_id: An id for logs.
        progress: Called from time to time in long work; raising from it cancels the run. See
            `hookspecs.ProgressCallback`.
        resume: The last `state` that an interrupted run reported; its work is resumed.
        retry_for: Seconds that the connector may spend on its own retries; 0 for none. When it is
            left out, the connector decides.
        background: True for a run of low priority, which may be stopped before others when the
            service's quota runs out.
    """

    run_id: str | None
    progress: ProgressCallback | None
    resume: JsonObject | None
    retry_for: float | None
    background: bool | None


class RunOptions(SharedOptions, total=False):
    """Options of `run` and `run_async`.

    Attributes:
        explain: True to send nothing; the output lists the calls that would be sent.
        records: Records beside the inputs, for an action that takes them: an iterable of mappings,
            or Arrow. They are read as needed; see `hookspecs.RunContext`.
    """

    explain: bool | None
    records: object


class StreamOptions(SharedOptions, total=False):
    """Options of `stream` and `stream_async`.

    Attributes:
        rows: The form of the records: "records" (the default), "columns" or "arrow". See
            `hookspecs.StreamPage`.
    """

    rows: RowForm | None


def run_context(options: RunOptions) -> RunContext:
    """Return the context of a run.

    Raises:
        TypeError: There is no option of this name.
    """
    return _context(options, RunOptions.__optional_keys__, "run")


def stream_context(options: StreamOptions) -> RunContext:
    """Return the context of a stream.

    Raises:
        TypeError: There is no option of this name.
    """
    return _context(options, StreamOptions.__optional_keys__, "stream")


def _context(options: Mapping[str, object], names: frozenset[str], method: str) -> RunContext:
    # Keyword arguments by `Unpack` are checked by type checkers alone.
    for name in options.keys() - names:
        raise TypeError(f"{method}() got an unexpected keyword argument {name!r}")
    context = {name: value for name, value in options.items() if value is not None}
    return cast("RunContext", context)
