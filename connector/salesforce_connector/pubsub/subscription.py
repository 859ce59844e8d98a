"""One subscription of the Pub/Sub API, from its opening to its end.

Imported by `event_bus` at the first fetch: nothing else may import gRPC.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/handling-errors.html
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Any, Final

import grpc

from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from salesforce_connector.errors.table import REJECTED_BY_API
from salesforce_connector.flow import Delivered, Fetch, Fetched
from salesforce_connector.http.transport import trusted_roots
from salesforce_connector.pubsub import messages as wire

MOST_AT_ONCE: Final = 100  # events a request, Subscribe RPC

_LINGER: Final = 0.5  # seconds to wait for more after the first
_ANSWER_WAIT: Final = 30.0  # seconds, for all but the events
_MOST_SCHEMAS: Final = 256
_LARGEST: Final = 128 << 20  # bytes an answer: 100 events of 1 MB, the most an event may have

_PRESETS: Final = {"latest": wire.LATEST, "earliest": wire.EARLIEST}

_ERRORS: Final[dict[grpc.StatusCode, type[ConnectorError]]] = {
    grpc.StatusCode.UNAUTHENTICATED: Forbidden,
    grpc.StatusCode.PERMISSION_DENIED: Forbidden,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.INVALID_ARGUMENT: Rejected,
    grpc.StatusCode.FAILED_PRECONDITION: Rejected,
    grpc.StatusCode.OUT_OF_RANGE: Rejected,
    grpc.StatusCode.RESOURCE_EXHAUSTED: RateLimited,
    grpc.StatusCode.UNIMPLEMENTED: BadReply,
    grpc.StatusCode.DATA_LOSS: BadReply,
}

Metadata = tuple[tuple[str, str], ...]


def take(fetch: Fetch, metadata: Metadata, schemas: dict[str, str], *, plain: bool) -> Fetched:
    """Open a subscription, fetch the available events, and close it.

    Args:
        metadata: Credentials of the caller.
        schemas: Known schemas by id; new ones are added.
        plain: Whether to go without TLS.

    Raises:
        ConnectorError: The service refused before it gave anything, or cannot be reached.
    """
    with _channel(fetch.endpoint, plain=plain) as channel:
        try:
            _require_topic(channel, fetch.topic, metadata)
            came, latest = _receive(channel, fetch, metadata)
            names = {
                schema: _schema(channel, schema, metadata, schemas)
                for schema in dict.fromkeys(received.event.schema_id for received in came)
            }
        except grpc.RpcError as exc:
            raise _to_connector_error(exc, fetch) from exc
    events = [
        Delivered(
            received.event.id,
            received.replay_id,
            names[received.event.schema_id],
            received.event.payload,
        )
        for received in came
    ]
    return Fetched(events, latest, datetime.now(UTC))


@contextmanager
def _channel(endpoint: str, *, plain: bool) -> Generator[grpc.Channel]:
    options = [("grpc.max_receive_message_length", _LARGEST)]
    if plain:
        options.append(("grpc.enable_http_proxy", 0))  # a proxy cannot reach this machine
        channel = grpc.insecure_channel(endpoint, options)
    else:
        trust = grpc.ssl_channel_credentials(trusted_roots())
        channel = grpc.secure_channel(endpoint, trust, options)
    with channel:
        yield channel


def _require_topic(channel: grpc.Channel, topic: str, metadata: Metadata) -> None:
    """Check that the service responds, accepts the token, and allows the subscription.

    A subscription without events does not show this: one without a service has none either.

    Raises:
        Forbidden: The user may not listen to the topic.
    """
    request = wire.TopicRequest(topic_name=topic)
    answer = _ask(channel, wire.GET_TOPIC, request, wire.TopicInfo, metadata)
    if not answer.can_subscribe:
        raise Forbidden(
            f"The user may not subscribe to {topic}.",
            code="CANNOT_SUBSCRIBE",
            remedy="Give the user read access to the event or the object.",
        )


def _receive(
    channel: grpc.Channel, fetch: Fetch, metadata: Metadata
) -> tuple[list[Any], bytes | None]:
    """Return the events, or the replay id that came with word that there are none."""
    requests: SimpleQueue[Any] = SimpleQueue()
    requests.put(_first(fetch))
    subscribe: Any = channel.stream_stream(
        wire.SUBSCRIBE,
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=wire.FetchResponse.FromString,
    )
    call = subscribe(iter(requests.get, None), metadata=metadata)
    came: list[Any] = []
    latest: bytes | None = None
    patience = _patience(call, fetch.wait)
    try:
        for answer in call:
            patience.cancel()
            if not answer.events:
                latest = (answer.latest_replay_id or None) if not came else None
                break
            came += answer.events
            left = fetch.most - len(came)
            if left <= 0:
                break
            if answer.pending_num_requested == 0:
                requests.put(wire.FetchRequest(num_requested=min(left, MOST_AT_ONCE)))
            patience = _patience(call, _LINGER)
    except grpc.RpcError as exc:
        # Received events are delivered; a failing service fails the next poll.
        if not came and exc.code() is not grpc.StatusCode.CANCELLED:
            raise
    finally:
        patience.cancel()
        call.cancel()
        requests.put(None)
    return came[: fetch.most], latest


def _first(fetch: Fetch) -> Any:
    request = wire.FetchRequest(topic_name=fetch.topic, num_requested=min(fetch.most, MOST_AT_ONCE))
    if isinstance(fetch.after, bytes):
        request.replay_preset, request.replay_id = wire.CUSTOM, fetch.after
    else:
        request.replay_preset = _PRESETS[fetch.after]
    return request


def _patience(call: Any, seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, call.cancel)
    timer.daemon = True
    timer.start()
    return timer


def _schema(
    channel: grpc.Channel, schema_id: str, metadata: Metadata, schemas: dict[str, str]
) -> str:
    if schema_id not in schemas:
        request = wire.SchemaRequest(schema_id=schema_id)
        answer = _ask(channel, wire.GET_SCHEMA, request, wire.SchemaInfo, metadata)
        if len(schemas) >= _MOST_SCHEMAS:
            schemas.clear()
        schemas[schema_id] = answer.schema_json
    return schemas[schema_id]


def _ask(channel: grpc.Channel, method: str, request: Any, answer: Any, metadata: Metadata) -> Any:
    ask: Any = channel.unary_unary(
        method,
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=answer.FromString,
    )
    return ask(request, metadata=metadata, timeout=_ANSWER_WAIT)


def _to_connector_error(error: grpc.RpcError, fetch: Fetch) -> ConnectorError:
    """Turn an error of gRPC into one of the connector."""
    status = error.code()
    trailers = {item.key: item.value for item in error.trailing_metadata() or ()}
    code = str(trailers.get("error-code") or status.name)
    details = error.details() or "The Pub/Sub API gave no reason"
    kind = _ERRORS.get(status, Unavailable)
    remedies: dict[type[ConnectorError], str] = {
        Forbidden: "Give the user read access to the event or the object.",
        NotFound: "Look up the name; changes are of objects chosen in Setup > Change Data Capture.",
        Unavailable: f"Poll again later; {fetch.endpoint} must be reachable by HTTP/2.",
    }
    if status is grpc.StatusCode.UNAUTHENTICATED:
        return kind(
            details,
            code=code,
            remedy=REJECTED_BY_API,
            status=401,
            session_problem="token_expired",
        )
    return kind(details, code=code, remedy=remedies.get(kind, ""))
