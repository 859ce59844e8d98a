"""Hooks that poll a trigger or receive its webhooks."""

from collections.abc import Awaitable, Mapping
from typing import NotRequired, TypedDict

from .connection import Connection
from .contract import Json, JsonObject, hookspec


class TriggerBatch(TypedDict):
    """The result of a poll.

    Attributes:
        events: Oldest first.
        cursor: To store once the events have been delivered.
        more: True when another poll would return events immediately.
        warnings: Sentences for the person who builds the workflow, such as that events may have
            been missed.
    """

    events: list[Json]
    cursor: JsonObject
    more: bool
    warnings: NotRequired[list[str]]


class WebhookRequest(TypedDict):
    """An HTTP request that a service pushed to the host.

    Attributes:
        method: In capitals.
        headers: Names in lower case.
        query: The query string, not decoded.
        body: The bytes as received.
    """

    method: str
    headers: dict[str, str]
    query: str
    body: bytes


class WebhookResponse(TypedDict):
    """The response that the host sends to the service once it has stored the events.

    Attributes:
        status: HTTP status.
        headers: Names in lower case.
        body: Text, UTF-8 on the wire.
    """

    status: int
    headers: dict[str, str]
    body: str


class WebhookBatch(TypedDict):
    """The events of a webhook request, oldest first, and the response to send."""

    events: list[Json]
    response: WebhookResponse


@hookspec(firstresult=True)
def poll_trigger(
    connector: str,
    trigger: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    cursor: Mapping[str, Json] | None,
) -> TriggerBatch | None:
    """Return the events since `cursor` (None: the first poll), and the next cursor.

    The host stores the cursor after it has delivered the events, so after a crash events may be
    delivered twice; each has a stable `id` to detect that.

    >>> registry.hook.poll_trigger(
    ...     connector="unheard-of", trigger="", connection=connection, inputs={}, cursor=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def poll_trigger_async(
    connector: str,
    trigger: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    cursor: Mapping[str, Json] | None,
) -> Awaitable[TriggerBatch] | None:
    """Poll a trigger as `poll_trigger` does, on the caller's event loop.

    >>> registry.hook.poll_trigger_async(
    ...     connector="unheard-of", trigger="", connection=connection, inputs={}, cursor=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def receive_webhook(
    connector: str, trigger: str, connection: Connection, request: WebhookRequest
) -> WebhookBatch | None:
    """Read the events from a request that the service pushed, and return the response to send.

    For triggers whose manifest entry says `delivery: webhook`. The host stores the events before
    it sends the response; each has a stable `id`, because a service repeats a request that got no
    response. Raises an error of kind `rejected` or `forbidden` for a request that does not come
    from the service or is not for this connection; the host then answers 400 or 403.

    >>> request = {"method": "POST", "headers": {}, "query": "", "body": b""}
    >>> registry.hook.receive_webhook(
    ...     connector="unheard-of", trigger="", connection=connection, request=request
    ... ) is None
    True
    """
