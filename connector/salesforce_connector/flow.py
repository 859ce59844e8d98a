"""The steps of a flow: what an action yields, and what it is sent for it.

A flow is a generator. It yields a `Call` and is sent the `Response` to it, until it returns its
output: no I/O in it, so that one body serves sync and async clients, durable engines and tests. A
call that Salesforce refuses raises an exception at the `yield`. Triggers of the
event bus yield a `Fetch`, which goes by gRPC, and are sent `Fetched`.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar, cast

from salesforce_connector.record_pages import RecordPage
from salesforce_connector.response import Response

READS = frozenset({"GET", "HEAD"})

_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class Sink(Protocol):
    """Receives a body in pieces; leaving it by an error undoes what was written."""

    def write(self, piece: bytes, /) -> object: ...


class Call(NamedTuple):
    """One HTTP call.

    Attributes:
        method: In capitals.
        path: Relative to `/services/data/vXX.X`, unless it begins with `/services/`. Values in it
            are percent-encoded already (see `segment`).
        params: Query parameters, not yet encoded.
        json: Body, encoded as JSON, or what makes it of the path that the API version is under,
            `/services/data/vXX.X`, for bodies that name paths; None for no body.
        content: Body as it is, or what makes its pieces anew for each try; beside no `json`.
        content_type: Of `content`.
        soap: Operation of SOAP's partner API, as XML; the client puts the envelope with the token
            around it and the API version behind the path.
        into: File that the body of a 2xx answer is written to as it comes, or what opens something
            to write to; the answer that the flow gets then has none.
        compressed: Whether `into` receives the body as sent, compressed or not: the header
            `content-encoding` of the answer says which.
        expect: Statuses beside 2xx that are answers to the flow, not errors.
        headers: Added to the client's own.
        reads: Whether it changes nothing; None: as its method says.
        repeatable: Whether a second time does no harm; None: when it only reads.
        cached: Whether an answer may come from the client's cache, once Salesforce has said
            that it still holds (304), or when it is seconds old.
        delay: Seconds to wait before it is sent.
        timeout: Seconds for the answer to begin; None: the client's own.
        anonymous: Whether it goes without a token.
        opaque: Whether a builder wrote `content`, so that it may contain anything: a restricted
            connection refuses it.
        checked: Whether the flow has held its records to the rules of their object already.
    """

    method: str
    path: str
    params: Mapping[str, str] = _EMPTY
    json: Any = None
    content: bytes | Callable[[], Iterator[bytes]] | None = None
    content_type: str = ""
    soap: str | None = None
    into: Path | Callable[[], AbstractContextManager[Sink]] | None = None
    compressed: bool = False
    expect: tuple[int, ...] = ()
    headers: Mapping[str, str] = _EMPTY
    reads: bool | None = None
    repeatable: bool | None = None
    cached: bool = False
    delay: float = 0.0
    timeout: float | None = None
    anonymous: bool = False
    opaque: bool = False
    checked: bool = False

    def __repr__(self) -> str:
        shown = (
            f"{name}={value!r}"
            for name, value in self._asdict().items()
            if name != "content" and value != self._field_defaults.get(name)
        )
        return f"Call({', '.join(shown)})"

    @property
    def reading(self) -> bool:
        """Whether it changes nothing."""
        return self.method in READS if self.reads is None else self.reads

    @property
    def safe(self) -> bool:
        """Whether it may be sent again when the outcome of the first is unknown."""
        return self.reading if self.repeatable is None else self.repeatable


class Fetch(NamedTuple):
    """Events to be fetched from the event bus by the Pub/Sub API; see `await_fetch`.

    Attributes:
        topic: `/event/Order_Shipped__e`, `/data/AccountChangeEvent`.
        after: Replay id to go on from, or an end of what the bus holds.
        most: Events to take.
        wait: Seconds to wait for the first, or for word that there is none.
        endpoint: `host:port` of the service.
    """

    topic: str
    after: bytes | Literal["latest", "earliest"]
    most: int
    wait: float
    endpoint: str


class Delivered(NamedTuple):
    """One event as it came.

    Attributes:
        id: Given by the publisher or by Salesforce; may be empty.
        replay_id: Its position in the topic; its bytes are opaque.
        schema: Avro schema that the payload was written by, as JSON.
        payload: Avro, without a header.
    """

    id: str
    replay_id: bytes
    schema: str
    payload: bytes

    def __repr__(self) -> str:
        return f"Delivered({self.id!r}, {self.replay_id!r})"


class Fetched(NamedTuple):
    """What came of a fetch.

    Attributes:
        events: In the topic's order.
        latest: Replay id that came with word that there is no event; None without that word.
        at: When it came, by this machine's clock.
    """

    events: list[Delivered]
    latest: bytes | None
    at: datetime


class LoadRecordRules(NamedTuple):
    """The rules for records of an object, which a client keeps; see `load_record_rules`.

    Attributes:
        sobject: API name.
        fresh: Whether to describe the object again, ignoring the cache.
    """

    sobject: str
    fresh: bool = False


class Note(NamedTuple):
    """A sentence for the builder, to go with the result as a warning; yielded like a call."""

    message: str


class Progress(NamedTuple):
    """Progress of long work; yielded like a call and passed to the host's `progress`.

    What the host's callable raises ends the run: that is how a host cancels one. The flow is sent
    True when somebody listens, and may resume from the state; None when nobody does.

    Attributes:
        done: Units of work done.
        total: Units in all, None if unknown.
        message: What is being done, in a few words.
        state: JSON that another run needs to resume from here, such as a job's id.
    """

    done: int
    total: int | None
    message: str
    state: Mapping[str, Any] = _EMPTY


class GetResumeState:
    """Asks for the `state` of the last `Progress` of the run that this one resumes.

    Yielded like a call; see `resume_state`.
    """


class Deliver(NamedTuple):
    """Hands a page of records on to who reads a stream; yielded like a call.

    The flow continues when the next page is requested, so the progress that it reports then is
    true: the reader is done with this page.
    """

    page: RecordPage


class Task(Protocol):
    """A flow that runs beside the one that began it."""

    def done(self) -> bool:
        """Return whether it has ended."""
        ...

    def result(self) -> Any:
        """Return what the flow returned, or raise what it raised; only once it has ended."""


class Begin(NamedTuple):
    """Runs a flow beside this one; yielded like a call and replied to with a `Task`.

    A task that is still running when its flow ends is cancelled. See `begin`.
    """

    flow: "Flow[Any]"


class AwaitFirst(NamedTuple):
    """Waits until one of some tasks has ended; replied to with that task. See `first_ended`."""

    tasks: tuple[Task, ...]


class Work(NamedTuple):
    """Work that may wait for a disk; yielded like a call; the reply is its result.

    It runs off the event loop. A `ConnectorError` of its is thrown into the flow; what else it
    raises ends the run.
    """

    run: Callable[[], Any]


class GetRecords:
    """Asks for the records that the host passes beside the inputs; see `records_of_host`."""


T = TypeVar("T")


Step: TypeAlias = (
    Call
    | Fetch
    | LoadRecordRules
    | Note
    | Progress
    | GetResumeState
    | Deliver
    | Begin
    | AwaitFirst
    | Work
    | GetRecords
)


Flow: TypeAlias = Generator[Step, Response, T]


def records_of_host() -> Flow[object]:
    """Get the records that the host passes beside the inputs; None when there are none."""
    return cast(object, (yield GetRecords()))


def begin(flow: Flow[Any]) -> Flow[Task]:
    """Begin a flow beside this one. Its progress is not reported."""
    return cast(Task, (yield Begin(flow)))


def in_thread(work: Callable[[], T]) -> Flow[T]:
    """Do work that may wait for a disk, off the event loop."""
    return cast(T, (yield Work(work)))


def first_ended(tasks: Iterable[Task]) -> Flow[Task]:
    """Wait until one of the tasks has ended, and return it."""
    return cast(Task, (yield AwaitFirst(tuple(tasks))))


def await_fetch(fetch: Fetch) -> Flow[Fetched]:
    """Have a fetch carried out: the one step whose reply has another type than a flow declares."""
    return cast(Fetched, (yield fetch))


def resume_state() -> Flow[Mapping[str, Any]]:
    """Get the `state` of the last `Progress` of the run that this one resumes; empty for none."""
    return cast(Mapping[str, Any] | None, (yield GetResumeState())) or {}
