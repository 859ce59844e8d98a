"""Reads a topic of the event bus poll by poll; the cursor is the replay id of the last event.

See docs/decisions/0018-pubsub.md.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field

from salesforce_connector.errors import Rejected, Unavailable
from salesforce_connector.flow import Delivered, Fetch, Fetched, Flow, Note, await_fetch
from salesforce_connector.forms.hints import hints
from salesforce_connector.pubsub.delivery import DEFAULT_ENDPOINT, require_extra
from salesforce_connector.validation import read_input

MOST: Final = 500  # events a poll
WAIT: Final = 5.0  # seconds for the first
KEEPALIVE: Final = 285.0  # seconds; the service responds within 270, Subscribe RPC

# A replay id holds for 72 hours; one that is as old as this is changed for a newer one. The clock
# is this machine's, and may be wrong by two days.
RENEWED_AFTER: Final = timedelta(hours=24)

# The first is documented for ids that are wrong or too old; the second is an older form.
EXPIRED: Final = frozenset(
    f"sfdc.platform.eventbus.grpc.subscription.fetch.replayid.{why}"
    for why in ("corrupted", "validation.failed")
)


class Listening(BaseModel):
    """Where to begin, and what to do when the place to go on from is lost."""

    model_config = ConfigDict(extra="forbid")

    start: Literal["now", "earliest"] = Field(
        default="now",
        title="Start",
        description="Where the first run begins; later runs continue from the cursor.",
        examples=["now"],
        json_schema_extra=hints(
            text=(
                "earliest is the oldest event that Salesforce stores, up to 72 hours back. "
                "With now the first run waits until Salesforce reports the position, up to 270 "
                "seconds without events."
            )
        ),
    )
    when_expired: Literal["fail", "earliest", "latest"] = Field(
        default="fail",
        title="When the position is lost",
        description=(
            "What to do when Salesforce no longer knows where to continue, as after 72 "
            "hours without a run."
        ),
        examples=["fail"],
        json_schema_extra=hints(
            visibility="advanced",
            text=(
                "fail: report an error. earliest: continue with the earliest event that "
                "Salesforce still has. latest: continue with new events. A warning names what "
                "may have been missed."
            ),
        ),
    )
    wait: float = Field(
        default=WAIT,
        title="Wait",
        description=(
            "Seconds that a poll waits for the first event. Choose longer for a slow service, "
            "and shorter for a host that polls many triggers in a row."
        ),
        ge=1,
        le=KEEPALIVE,
        examples=[WAIT],
        json_schema_extra=hints(visibility="advanced"),
    )
    endpoint: str = Field(
        default=DEFAULT_ENDPOINT,
        title="Endpoint",
        description=(
            "Endpoint of the Pub/Sub API: the global one, or api.deu.pubsub.salesforce.com:443 to "
            "keep events in the EU. For a local org, the address that it prints."
        ),
        pattern=r"^[A-Za-z0-9.\[\]:-]+:[0-9]{1,5}$",
        examples=[DEFAULT_ENDPOINT],
        json_schema_extra=hints(visibility="advanced"),
    )


class Cursor(BaseModel):
    """What a host stores between two polls.

    Attributes:
        topic: What it is a cursor of; it fits no other.
        replay_id: All up to it is delivered; None: nothing yet, from the earliest event on.
        known_at: When Salesforce gave that id, by this machine's clock.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    topic: str
    replay_id: Base64Bytes | None
    known_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The new events, in order, and the cursor to store once they are delivered."""

    events: list[Delivered]
    cursor: dict[str, Any]
    more: bool


def read(topic: str, args: Listening, stored: Mapping[str, Any] | None) -> Flow[ChangePage]:
    """Read the events of a topic since a cursor, None for the first time.

    Raises:
        Rejected: The extra is missing, the cursor is not one of this topic, or its place is lost.
        Unavailable: Salesforce did not report the topic's current position.
    """
    require_extra()
    if stored is None:
        after: bytes | Literal["latest", "earliest"] = _begin(args)
        known_at = None
    else:
        cursor = _load(topic, stored)
        after, known_at = cursor.replay_id or "earliest", cursor.known_at
    try:
        fetched_events = yield from _fetch(topic, args, after)
    except Rejected as lost:
        if lost.code not in EXPIRED or not isinstance(after, bytes):
            raise
        message = (
            f"Salesforce no longer stores the position of {topic} that was reached on {known_at}"
        )
        if args.when_expired == "fail":
            raise Rejected(
                f"{message}; events since then may be lost.",
                code="REPLAY_ID_EXPIRED",
                remedy=(
                    "Compare the records themselves, then set up the trigger again; or choose "
                    "another value for when_expired."
                ),
                fields=("when_expired",),
            ) from lost
        yield Note(f"{message}. {_CONSEQUENCES[args.when_expired]}")
        after = args.when_expired
        fetched_events = yield from _fetch(topic, args, after)
    if (
        isinstance(after, bytes)
        and known_at is not None
        and not (fetched_events.events or fetched_events.latest)
        and fetched_events.at - known_at > RENEWED_AFTER
    ):
        fetched_events = yield from _fetch(topic, args, after, patient=True)
    return _news(topic, after, known_at, fetched_events)


_CONSEQUENCES: Final = {
    "earliest": (
        "It continues with the earliest event that Salesforce still has; events in between may "
        "be missed."
    ),
    "latest": "It continues with new events; all events in between are missed.",
}


def event_id(event: Delivered) -> str:
    """Return what identifies an event, also when it is delivered again.

    Salesforce may reuse replay ids when it moves an org; ids of events are unique.
    """
    return event.id or replay_text(event)


def replay_text(event: Delivered) -> str:
    """Write a replay id as JSON can carry it."""
    return base64.b64encode(event.replay_id).decode("ascii")


def _begin(args: Listening) -> Literal["latest", "earliest"]:
    return "latest" if args.start == "now" else "earliest"


def _fetch(
    topic: str,
    args: Listening,
    after: bytes | Literal["latest", "earliest"],
    *,
    patient: bool = False,
) -> Flow[Fetched]:
    # Between two subscriptions to what is latest all is lost: this one waits until it has a place.
    patient = patient or after == "latest"
    wait = KEEPALIVE if patient else args.wait
    fetched_events = yield from await_fetch(Fetch(topic, after, MOST, wait, args.endpoint))
    if patient and not (fetched_events.events or fetched_events.latest):
        raise Unavailable(
            f"Salesforce did not report within {KEEPALIVE:.0f} seconds the current position of "
            f"{topic}.",
            code="NO_KEEPALIVE",
            remedy="Poll again; or start with the earliest event.",
        )
    return fetched_events


def _news(
    topic: str,
    after: bytes | Literal["latest", "earliest"],
    known_at: Any,
    fetched_events: Fetched,
) -> ChangePage:
    replay_id = (
        fetched_events.events[-1].replay_id if fetched_events.events else fetched_events.latest
    )
    if replay_id is None:
        replay_id = after if isinstance(after, bytes) else None
    else:
        known_at = fetched_events.at
    cursor = {
        "version": 1,
        "topic": topic,
        "replay_id": None if replay_id is None else base64.b64encode(replay_id).decode("ascii"),
        "known_at": (known_at or fetched_events.at).isoformat(),
    }
    return ChangePage(fetched_events.events, cursor, len(fetched_events.events) >= MOST)


def _load(topic: str, state: Mapping[str, Any]) -> Cursor:
    cursor = read_input(Cursor, state, "the cursor")
    if cursor.topic != topic:
        raise Rejected(
            f"The cursor is one of {cursor.topic}, and this reads {topic}.",
            code="INVALID_CURSOR",
            remedy="Start without a cursor after changing the object or the event.",
            fields=("cursor",),
        )
    return cursor
