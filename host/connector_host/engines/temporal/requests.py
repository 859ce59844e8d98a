"""What workflows ask of activities, and of each other; all of it is JSON in histories."""

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
        connection: Its name in the store; never a secret.
        retry_for: Seconds that the connector may spend on retries by itself; Temporal retries the
            activity after that.
        slice_for: Seconds after which work that can be taken up again gives its worker back and
            goes on after a workflow timer; None to stay until it is done.
        state: What an earlier slice reported; empty at the beginning.
    """

    connection: str
    action: str
    inputs: JsonObject = field(default_factory=dict)
    retry_for: float = RETRY_FOR
    slice_for: float | None = 20.0
    state: JsonObject = field(default_factory=dict)


@dataclass
class RunSlice:
    """What one slice of a run gave: the result, or the state to go on from."""

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
            made of the event's own, so that an event that comes twice starts one.
        every: Seconds between two polls without events.
        cursor: From where; None: from now, or as the trigger's inputs say.
    """

    connection: str
    trigger: str
    workflow: str
    inputs: JsonObject = field(default_factory=dict)
    every: float = 60.0
    cursor: JsonObject | None = None


@dataclass
class EventBatch:
    """What a poll gave: the events, the cursor after them, and whether more are there already."""

    events: list[Json]
    cursor: JsonObject
    more: bool
