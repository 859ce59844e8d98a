"""The options of one run that a host passes to `run_action`, and the progress it receives."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypedDict

from .contract import JsonObject


class Progress(TypedDict):
    """The progress of a long run.

    Attributes:
        done: Units done so far, such as records; `message` says what a unit is.
        total: All units; None when not known.
        message: For people; may be empty.
        state: What a later run of the same action with the same inputs needs to resume the work,
            such as ids of jobs; empty when there is nothing to resume.
    """

    done: int
    total: int | None
    message: str
    state: JsonObject


ProgressCallback: TypeAlias = Callable[[Progress], object]
"""Called between calls to the service, on the thread or the event loop that runs the action.

It must not block. Raising from it cancels the run: nothing more is sent, and the hook raises the
same exception. Work that the service has already accepted, such as a bulk job, continues there; a
run that resumes from the last `state` finds it.
"""


RowForm: TypeAlias = Literal["records", "columns", "arrow"]


class RunContext(TypedDict, total=False):
    """Options of a run; every key may be left out.

    Attributes:
        run_id: For logs.
        explain: True: send nothing; the output lists the calls that would be sent.
        progress: See `ProgressCallback`.
        resume: The last `state` that a run of this action with these inputs reported before it was
            interrupted; the action resumes that work and starts nothing twice. Actions that never
            report a state ignore it.
        retry_for: Seconds that the connector may spend on its own retries; 0 for none, for engines
            that retry on their own schedule. Absent: the connector decides. An expired token is
            refreshed in any case.
        records: Records beside the inputs, for actions whose manifest entry says
            `takes_records: true`: an iterable of mappings, or Arrow (anything with
            `__arrow_c_stream__`). They are read once, as needed, on any thread; a run that
            resumes needs the same records.
        background: True: the run has low priority; a connector may stop it before others when the
            service's quota runs out. Absent: False.
        rows: The form in which `stream_action` returns records; see `StreamPage`. Absent:
            "records".
    """

    run_id: str
    explain: bool
    progress: ProgressCallback
    resume: JsonObject
    retry_for: float
    records: Any
    background: bool
    rows: RowForm
