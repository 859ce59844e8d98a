"""What becomes of a service's refusals, and of one that is not what it should be."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from salesforce_connector.flow import Fetch, Fetched
from salesforce_connector.http.transport import trusted_roots
from salesforce_connector.pubsub import messages as wire
from salesforce_connector.pubsub.subscription import take

Answer = Callable[[Any, grpc.ServicerContext], Any]
SERVICE, GET_TOPIC = wire.GET_TOPIC[1:].split("/")


def dump(message: Any) -> bytes:
    return bytes(message.SerializeToString())


@contextmanager
def serving(get_topic: Answer, subscribe: Answer | None = None) -> Generator[str]:
    """Serve the two, and nothing else; gives the endpoint."""
    handlers = {
        GET_TOPIC: grpc.unary_unary_rpc_method_handler(
            get_topic, wire.TopicRequest.FromString, dump
        )
    }
    if subscribe is not None:
        handlers["Subscribe"] = grpc.stream_stream_rpc_method_handler(
            subscribe, wire.FetchRequest.FromString, dump
        )
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def fetch(endpoint: str, *, most: int = 10) -> Fetched:
    request = Fetch("/event/Ping__e", "earliest", most, 2.0, endpoint)
    return take(request, (("accesstoken", "t"),), {"s": "{}"}, plain=True)


def get_schema(request: Any, context: grpc.ServicerContext) -> Any:
    return wire.TopicInfo(topic_name=request.topic_name, can_subscribe=True)


def batch(*ids: bytes, pending: int) -> Any:
    events = [{"event": {"id": "", "schema_id": "s"}, "replay_id": record_id} for record_id in ids]
    return wire.FetchResponse(events=events, pending_num_requested=pending)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, Forbidden),
        (grpc.StatusCode.PERMISSION_DENIED, Forbidden),
        (grpc.StatusCode.NOT_FOUND, NotFound),
        (grpc.StatusCode.INVALID_ARGUMENT, Rejected),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, RateLimited),
        (grpc.StatusCode.UNAVAILABLE, Unavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, Unavailable),
        (grpc.StatusCode.INTERNAL, Unavailable),
        (grpc.StatusCode.UNIMPLEMENTED, BadReply),
    ],
)
def test_a_refusal_keeps_its_code_and_its_reason(
    status: grpc.StatusCode, kind: type[ConnectorError]
) -> None:
    def refuse(_: Any, context: grpc.ServicerContext) -> Any:
        context.set_trailing_metadata((("error-code", "sfdc.why"),))
        context.abort(status, "Because. rpcId: 7")

    with serving(refuse) as endpoint, pytest.raises(kind, match="rpcId: 7") as raised:
        fetch(endpoint)
    assert type(raised.value) is kind
    assert raised.value.code == "sfdc.why"
    assert raised.value.__cause__ is not None


def test_a_topic_that_the_user_may_not_listen_to_is_refused() -> None:
    """Rather than listened to in vain."""

    def deaf(request: Any, context: grpc.ServicerContext) -> Any:
        return wire.TopicInfo(topic_name=request.topic_name, can_subscribe=False)

    with serving(deaf, lambda *_: iter(())) as endpoint, pytest.raises(Forbidden) as raised:
        fetch(endpoint)
    assert raised.value.code == "CANNOT_SUBSCRIBE"


def test_what_came_before_the_service_failed_is_handed_over() -> None:
    """The next poll hears of the failure, if it lasts."""

    def fail(requests: Any, context: grpc.ServicerContext) -> Any:
        yield batch(b"1", b"2", pending=8)
        context.abort(grpc.StatusCode.INTERNAL, "Oh.")

    with serving(get_schema, fail) as endpoint:
        assert [event.replay_id for event in fetch(endpoint).events] == [b"1", b"2"]


def test_surplus_events_are_left_for_the_next_poll() -> None:
    """They come again after the last one's replay id."""

    def generous(requests: Any, context: grpc.ServicerContext) -> Any:
        yield batch(b"1", b"2", b"3", pending=0)

    with serving(get_schema, generous) as endpoint:
        assert [event.replay_id for event in fetch(endpoint, most=2).events] == [b"1", b"2"]


def test_word_that_there_is_nothing_brings_a_place() -> None:
    def idle(requests: Any, context: grpc.ServicerContext) -> Any:
        yield wire.FetchResponse(latest_replay_id=b"9", pending_num_requested=10)

    with serving(get_schema, idle) as endpoint:
        result = fetch(endpoint)
    assert (result.events, result.latest) == ([], b"9")


def test_grpc_trusts_whom_http_trusts() -> None:
    assert (trusted_roots() or b"").startswith(b"-----BEGIN CERTIFICATE-----")
