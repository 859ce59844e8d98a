"""The nouns of the connector: an action, the calls it makes, and the flow they come in.

An action is a generator. It yields a `Call` and is sent the `httpx.Response` to it, until it
returns its output: no I/O in it, so that one body serves sync and async clients, durable engines
and tests. A call that Salesforce refuses comes back as an exception, thrown in at the `yield`.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import httpx
from pydantic import BaseModel

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call to be made.

    Attributes:
        method: In capitals.
        path: Relative to `/services/data/vXX.X`, unless it begins with `/services/`. Values in it
            are percent-encoded already (see `segment`).
        params: Query parameters, not yet encoded.
        json: Body, encoded as JSON; None for no body.
        headers: Added to the client's own.
        repeatable: Whether a second time does no harm; None: when it only reads.
        delay: Seconds to wait before it is sent.
        timeout: Seconds for the answer to begin; None: the client's own.
        anonymous: Whether it goes without a token.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool | None = None
    delay: float = 0.0
    timeout: float | None = None
    anonymous: bool = False

    @property
    def safe(self) -> bool:
        """Whether it may be sent again when nobody knows what became of the first."""
        return self.method in READS if self.repeatable is None else self.repeatable


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the builder, to go with the result as a warning; yielded like a call."""

    message: str


InputT = TypeVar("InputT", bound=BaseModel)
OutputT = TypeVar("OutputT", bound=BaseModel)
T = TypeVar("T")

Flow: TypeAlias = Generator[Call | Note, httpx.Response, T]


@dataclass(frozen=True, slots=True)
class Example:
    """An input that a builder may start from; `input` fits the action's model."""

    summary: str
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Generic[InputT, OutputT]):
    """One thing that a run can do.

    Attributes:
        name: `verb_noun`; also the stem of its file, schemas, page and cassettes.
        title: What a builder picks.
        summary: One sentence, ending in a full stop.
        category: The group it is listed under.
        input: Model of what it takes; forbids what it does not know.
        output: Model of what it gives.
        flow: The calls, and what becomes of the answers.
        docs: Page of Salesforce's that describes what it uses.
        reads: It changes nothing.
        destroys: It may remove or overwrite what was there.
        repeatable: The second run with the same input changes nothing more.
        examples: At least one.
    """

    name: str
    title: str
    summary: str
    category: str
    input: type[InputT]
    output: type[OutputT]
    flow: Callable[[InputT], Flow[OutputT]]
    docs: str
    examples: tuple[Example, ...]
    reads: bool = False
    destroys: bool = False
    repeatable: bool = False

    @property
    def annotations(self) -> dict[str, bool]:
        """The hints by MCP's names; the service is always one of the open world."""
        return {
            "readOnlyHint": self.reads,
            "destructiveHint": self.destroys,
            "idempotentHint": self.reads or self.repeatable,
            "openWorldHint": True,
        }
