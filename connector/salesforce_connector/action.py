"""An action and a trigger as data: inputs, outputs, flow and examples.

Everything that a host, a page or a test needs to know is here; what an action does is its flow.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from salesforce_connector.connection import Connection
from salesforce_connector.flow import Flow

InputT = TypeVar("InputT", bound=BaseModel)
OutputT = TypeVar("OutputT", bound=BaseModel)


class Example(NamedTuple):
    """An input that a builder may start from; `input` fits the action's model."""

    summary: str
    input: Mapping[str, Any]


class Action(NamedTuple, Generic[InputT, OutputT]):
    """One thing that a run can do.

    Attributes:
        name: `verb_noun`; also the stem of its file, schemas, page and cassettes.
        title: What a builder picks.
        summary: One sentence, ending in a full stop.
        category: The group it is listed under.
        input: Model of its inputs; forbids unknown ones.
        output: Model of its outputs.
        flow: The calls, and what becomes of the answers.
        stream: The same work for callers that read records page by page: a flow that yields
            `Deliver` for each page. None for an action that does not stream.
        takes_records: Whether the host may pass records beside the inputs; see `GetRecords`.
        docs: Page of Salesforce's that describes what it uses.
        reads: It changes nothing.
        destroys: It may remove or overwrite what was there.
        repeatable: The second run with the same input changes nothing more.
        examples: At least one.
        since: Version of the connector that it came with.
        deprecated: Whether it will go.
        replaced_by: Name of the action to use instead, None when there is none.
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
    stream: Callable[[InputT], Flow[object]] | None = None
    takes_records: bool = False
    reads: bool = False
    destroys: bool = False
    repeatable: bool = False
    since: str = "0.1.0"
    deprecated: bool = False
    replaced_by: str | None = None

    @property
    def annotations(self) -> dict[str, bool]:
        """The hints by MCP's names; the service is always one of the open world."""
        return {
            "readOnlyHint": self.reads,
            "destructiveHint": self.destroys,
            "idempotentHint": self.reads or self.repeatable,
            "openWorldHint": True,
        }


class Batch(NamedTuple):
    """What one poll of a trigger gave.

    Attributes:
        events: Oldest first; each has an `id` that stays the same when it is delivered again.
        cursor: JSON, to be passed to the next poll once the events are delivered.
        more: Whether to poll again at once.
    """

    events: list[BaseModel]
    cursor: dict[str, Any]
    more: bool


class Trigger(NamedTuple, Generic[InputT, OutputT]):
    """One thing that can start a run.

    Attributes:
        name: What has happened; also the stem of its file, schemas and page.
        title: What a builder picks.
        summary: One sentence, ending in a full stop.
        category: The group it is listed under.
        input: Model of its inputs; forbids unknown ones.
        output: Model of one event.
        flow: Given the input and the cursor, None at first, the calls of one poll.
        docs: Page of Salesforce's that describes what it uses.
        notes: Sentences on what the trigger cannot detect.
        examples: At least one.
        sobject_of: For a trigger without an input `sobject`: names the object that its records are
            of, given the inputs chosen so far.
        receive: For a pushed trigger: returns the events of a request and the response to it,
            as the hook `receive_webhook` does. None for one that is polled.
        since: Version of the connector that it came with.
        deprecated: Whether it will go.
        replaced_by: Name of the trigger to use instead, None when there is none.
    """

    name: str
    title: str
    summary: str
    category: str
    input: type[InputT]
    output: type[OutputT]
    flow: Callable[[InputT, Mapping[str, Any] | None], Flow[Batch]]
    docs: str
    notes: str
    examples: tuple[Example, ...]
    sobject_of: Callable[[Mapping[str, Any]], str] | None = None
    receive: Callable[[Connection, Mapping[str, Any]], dict[str, Any]] | None = None
    since: str = "0.1.0"
    deprecated: bool = False
    replaced_by: str | None = None
