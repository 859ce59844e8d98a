"""The Pub/Sub API of the local org: GetTopic, GetSchema and Subscribe, by gRPC.

Publish and ManagedSubscribe answer UNIMPLEMENTED; events are published by REST.

https://developer.salesforce.com/docs/platform/pub-sub-api/references/methods/subscribe-rpc.html
"""

import threading
import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NoReturn

import grpc

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.event_bus import wire
from salesforce_emulator.event_bus.bus import ALL_CHANGES, EventBus, LostPlace
from salesforce_emulator.identity.authentication import authenticate
from salesforce_emulator.org.caller import Caller

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_PER_REQUEST: Final = 100  # events a request

_LOOK: Final = 0.02  # seconds between looks for events
_CODE: Final = "sfdc.platform.eventbus.grpc."
_REFUSED: Final = ("Publish", "PublishStream", "ManagedSubscribe")


class EventService:
    """Answers for one org.

    Attributes:
        stopping: Set to end the subscriptions.
    """

    def __init__(self, org: "Org", bus: EventBus, keepalive: float) -> None:
        self._org = org
        self._bus = bus
        self._keepalive = keepalive
        self.stopping = threading.Event()

    def handler(self) -> grpc.GenericRpcHandler:
        """Return what a gRPC server calls."""
        unary, stream = grpc.unary_unary_rpc_method_handler, grpc.stream_stream_rpc_method_handler
        handlers = {
            "GetTopic": unary(self._get_topic, wire.TopicRequest.FromString, _dump),
            "GetSchema": unary(self._get_schema, wire.SchemaRequest.FromString, _dump),
            "Subscribe": stream(self._subscribe, wire.FetchRequest.FromString, _dump),
        }
        handlers |= {name: stream(self._refuse, None, None) for name in _REFUSED}
        return grpc.method_handlers_generic_handler(wire.SERVICE, handlers)

    def _get_topic(self, request: Any, context: grpc.ServicerContext) -> Any:
        caller = self._caller(context)
        sources = self._sources(request.topic_name, caller, context)
        with self._org.lock:
            alone = None if request.topic_name == ALL_CHANGES else self._bus.schema(sources[0])
        return wire.TopicInfo(
            topic_name=request.topic_name,
            tenant_guid=self._org.org_id,
            can_publish=request.topic_name.startswith("/event/"),
            can_subscribe=True,
            schema_id="" if alone is None else alone.id,
            rpc_id=str(uuid.uuid4()),
        )

    def _get_schema(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._caller(context)
        with self._org.lock:
            result = self._bus.schema_json(request.schema_id)
        if result is None:
            _abort(context, grpc.StatusCode.NOT_FOUND, "There is no such schema.")
        return wire.SchemaInfo(
            schema_json=result, schema_id=request.schema_id, rpc_id=str(uuid.uuid4())
        )

    def _subscribe(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        caller = self._caller(context)
        first = next(requests, None)
        if first is None:
            return
        sources = self._sources(first.topic_name, caller, context)
        position = self._start(first, context)
        requested = _Requested(first)
        threading.Thread(
            target=requested.listen, args=(requests,), name="org-events", daemon=True
        ).start()
        last_request_at = time.monotonic()
        while context.is_active() and not self.stopping.is_set():
            if requested.problem:
                _abort(context, grpc.StatusCode.INVALID_ARGUMENT, requested.problem)
            maximum = min(requested.pending, MAX_PER_REQUEST)
            with self._org.lock:
                result = (
                    self._bus.after(position, sources, caller.user_id, maximum) if maximum else []
                )
                tip, tip_id = self._bus.tip()
            quiet = time.monotonic() - last_request_at >= self._keepalive
            if not result and not (quiet and maximum):
                self.stopping.wait(_LOOK)
                continue
            last_request_at = time.monotonic()
            position = result[-1].position if result else tip
            requested.pending -= len(result)
            yield wire.FetchResponse(
                events=[_event(item) for item in result],
                latest_replay_id=result[-1].replay_id if result else tip_id,
                rpc_id=str(uuid.uuid4()),
                pending_num_requested=requested.pending,
            )

    def _start(self, first: Any, context: grpc.ServicerContext) -> int:
        with self._org.lock:
            if first.replay_preset == wire.EARLIEST:
                return 0
            if first.replay_preset == wire.LATEST:
                return self._bus.tip()[0]
            try:
                return self._bus.position(first.replay_id)
            except LostPlace:
                text = (
                    "The Replay ID validation failed. Ensure that the Replay ID is valid and "
                    "within the retention window."
                )
                code = f"{_CODE}subscription.fetch.replayid.corrupted"
                _abort(context, grpc.StatusCode.INVALID_ARGUMENT, text, code)

    def _sources(self, topic: str, caller: Caller, context: grpc.ServicerContext) -> list[str]:
        with self._org.lock:
            result = self._bus.sources(topic)
            visited = self._org.access(caller.user_id).schema
        if not result or any(item not in visited for item in result):
            text = f"There is no topic {topic}, or the user may not see it."
            _abort(context, grpc.StatusCode.NOT_FOUND, text)
        return result

    def _caller(self, context: grpc.ServicerContext) -> Caller:
        values = {str(key): str(value) for key, value in context.invocation_metadata()}
        error = self._org.org_id[:15] in values.get("tenantid", "") and values.get("instanceurl")
        token = values.get("accesstoken", "") if error else ""
        try:
            return authenticate(self._org, f"Bearer {token}")
        except SalesforceError:
            text = "An authentication exception occurred. Provide valid authentication headers."
            _abort(context, grpc.StatusCode.UNAUTHENTICATED, text, f"{_CODE}service.auth.error")

    def _refuse(self, _: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        text = "The local org serves GetTopic, GetSchema and Subscribe alone; publish by REST."
        _abort(context, grpc.StatusCode.UNIMPLEMENTED, text)


class _Requested:
    """How many events a subscriber has requested and not received.

    Attributes:
        problem: What is wrong with a request; empty when nothing is.
    """

    def __init__(self, first: Any) -> None:
        self._topic = first.topic_name
        self.pending = 0
        self.problem = ""
        self._add(first)

    def listen(self, requests: Iterator[Any]) -> None:
        """Read further requests until the subscriber leaves."""
        try:
            for request in requests:
                self._add(request)
        except grpc.RpcError:
            return

    def _add(self, request: Any) -> None:
        if request.topic_name not in ("", self._topic):
            self.problem = "The topic of a subscription cannot change."
        elif request.num_requested <= 0:
            self.problem = "The number of events requested must be positive."
        else:
            self.pending += min(request.num_requested, MAX_PER_REQUEST)


def _event(event: Any) -> Any:
    inner = wire.ProducerEvent(id=event.id, schema_id=event.schema_id, payload=event.payload)
    return wire.ConsumerEvent(event=inner, replay_id=event.replay_id)


def _dump(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def _abort(
    context: grpc.ServicerContext, status: grpc.StatusCode, text: str, code: str = ""
) -> NoReturn:
    rpc_id = str(uuid.uuid4())
    trailers = [("rpc-id", rpc_id)]
    if code:
        trailers.append(("error-code", code))
    context.set_trailing_metadata(tuple(trailers))
    context.abort(status, f"{text} rpcId: {rpc_id}")
    raise AssertionError("abort raises")
