"""The arguments and results of activities and workflows, which are JSON in histories."""

from dataclasses import dataclass, field

from connector_host.engines.fault import RETRY_FOR
from connector_host.hookspecs import Json, JsonObject

RUN = "connector.run"
POLL = "connector.poll"
TEST = "connector.test_connection"


@dataclass
class RunRequest:
    """One run of an action.

    Attributes:
        connection: Its name in the store.
        retry_for: Seconds that the connector may spend on its own retries; Temporal retries the
            activity after that.
        slice_for: Seconds after which work that can be resumed frees its worker and continues
            after a workflow timer; None to stay until it is done.
        state: The state that an earlier slice reported; empty at first.
    """

    connection: str
    action: str
    inputs: JsonObject = field(default_factory=dict)
    retry_for: float = RETRY_FOR
    slice_for: float | None = 20.0
    state: JsonObject = field(default_factory=dict)


@dataclass
class RunSlice:
    """The outcome of one slice of a run: the result, or the state to resume from."""

    result: JsonObject | None
    state: JsonObject = field(default_factory=dict)


@dataclass
class PollRequest:
    """One poll of a trigger; `cursor` is None at the first."""

    connection: str
    trigger: str
    inputs: JsonObject = field(default_factory=dict)
    cursor: JsonObject | None = None


@dataclass
class WatchRequest:
    """A trigger that starts a workflow for each event.

    Attributes:
        workflow: Name of the workflow that is started with the event as its argument. Its id is
            derived from the event's id, so that a repeated event starts no second one.
        every: Seconds between two polls without events.
        cursor: Where to begin; None for now, or as the trigger's inputs say.
    """

    connection: str
    trigger: str
    workflow: str
    inputs: JsonObject = field(default_factory=dict)
    every: float = 60.0
    cursor: JsonObject | None = None


@dataclass
class EventBatch:
    """The result of a poll: the events, the next cursor, and whether there are more already."""

    events: list[Json]
    cursor: JsonObject
    more: bool
