"""The Pub/Sub API of the local org, called by a client of its own."""

import json
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import grpc
import pytest
from local_org.served_process import served_process

from salesforce_emulator.event_bus import wire
from salesforce_emulator.event_bus.server import serve_events
from salesforce_emulator.http.loopback import PortInUse
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.platform_events import event_object, publish
from salesforce_emulator.records.writing import create
from salesforce_emulator.schema.field import Field

TOPIC = "/event/Ping__e"


@pytest.fixture
def org() -> Iterator[Org]:
    field = Field(name="Text__c", label="Text", type="string", length=20, custom=True)
    event = event_object(
        "Ping__e", label="Ping", label_plural="Pings", key_prefix="e00", fields=[field]
    )
    with open_org() as opened:
        opened.extend(opened.schema.with_objects(event))
        opened.settings.change_data_capture.add("Account")
        yield opened


class Caller:
    """A client of the service; each answer is waited for five seconds at most."""

    def __init__(self, channel: grpc.Channel, metadata: dict[str, str]) -> None:
        self.channel, self.metadata = channel, metadata

    def ask(self, method: str, request: Any, answer: Any) -> Any:
        call: Any = self.channel.unary_unary(
            f"/{wire.SERVICE}/{method}", lambda m: m.SerializeToString(), answer.FromString
        )
        return call(request, metadata=tuple(self.metadata.items()), timeout=5)

    def subscribe(self, *requests: Any) -> tuple[Any, Callable[[Any], None]]:
        requested: SimpleQueue[Any] = SimpleQueue()
        for request in requests:
            requested.put(request)
        call: Any = self.channel.stream_stream(
            f"/{wire.SERVICE}/Subscribe",
            lambda m: m.SerializeToString(),
            wire.FetchResponse.FromString,
        )
        answers = call(iter(requested.get, None), metadata=tuple(self.metadata.items()), timeout=5)
        answers.add_callback(lambda: requested.put(None))
        return answers, requested.put


@pytest.fixture
def caller(org: Org) -> Iterator[Caller]:
    with (
        serve_events(org, keepalive=0.05) as endpoint,
        grpc.insecure_channel(endpoint) as channel,
    ):
        token = identity_of(org).token_of(org.admin_id)
        who = {"accesstoken": token, "instanceurl": f"https://{org.host}", "tenantid": org.org_id}
        yield Caller(channel, who)


def ping(org: Org, *texts: str) -> None:
    with org.transaction():
        for text in texts:
            publish(org, org.access(org.admin_id), org.schema["Ping__e"], {"Text__c": text})


def first(**fields: Any) -> Any:
    return wire.FetchRequest(**{"topic_name": TOPIC, "num_requested": 1, **fields})


def refusal(raised: "pytest.ExceptionInfo[grpc.RpcError]") -> tuple[grpc.StatusCode, str]:
    error: Any = raised.value
    trailers = {item.key: item.value for item in error.trailing_metadata()}
    assert trailers["rpc-id"] in error.details()
    return error.code(), str(trailers.get("error-code", ""))


@pytest.mark.parametrize(
    "amiss",
    [{"accesstoken": "no token"}, {"tenantid": "00DXX0000000000AAA"}, {"instanceurl": ""}],
)
def test_calls_without_credentials_are_refused(caller: Caller, amiss: dict[str, str]) -> None:
    caller.metadata |= amiss
    with pytest.raises(grpc.RpcError) as raised:
        caller.ask("GetTopic", wire.TopicRequest(topic_name=TOPIC), wire.TopicInfo)
    assert refusal(raised) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "sfdc.platform.eventbus.grpc.service.auth.error",
    )


@pytest.mark.parametrize("method", ["Publish", "PublishStream", "ManagedSubscribe"])
def test_unserved_calls_are_unimplemented(caller: Caller, method: str) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        caller.ask(method, wire.TopicRequest(), wire.TopicInfo)
    assert refusal(raised)[0] is grpc.StatusCode.UNIMPLEMENTED
    assert "publish by REST" in str(raised.value)


@pytest.mark.parametrize(
    "topic",
    ["/event/Other__e", "/data/ContactChangeEvent", "/event/All__chn", "", "/event/Account"],
)
def test_an_unknown_topic_is_not_found(caller: Caller, topic: str) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        caller.ask("GetTopic", wire.TopicRequest(topic_name=topic), wire.TopicInfo)
    assert refusal(raised)[0] is grpc.StatusCode.NOT_FOUND


def test_an_unknown_schema_is_not_found(caller: Caller) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        caller.ask("GetSchema", wire.SchemaRequest(schema_id="none"), wire.SchemaInfo)
    assert refusal(raised)[0] is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("replay_id", [b"", b"\x00", b"\xff" * 12])
def test_refuses_a_replay_id_that_it_never_gave(caller: Caller, replay_id: bytes) -> None:
    answers, _ = caller.subscribe(first(replay_preset=wire.CUSTOM, replay_id=replay_id))
    with pytest.raises(grpc.RpcError) as raised:
        next(answers)
    assert refusal(raised) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted",
    )


def test_refuses_to_change_the_topic_of_a_subscription(caller: Caller) -> None:
    answers, ask = caller.subscribe(first())
    ask(wire.FetchRequest(topic_name="/data/AccountChangeEvent", num_requested=1))
    with pytest.raises(grpc.RpcError) as raised:
        list(answers)
    assert refusal(raised)[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_no_more_events_than_requested_are_sent(caller: Caller, org: Org) -> None:
    ping(org, *"abcd")
    answers, ask = caller.subscribe(first(replay_preset=wire.EARLIEST, num_requested=3))
    response = next(answers)
    assert (len(response.events), response.pending_num_requested) == (3, 0)
    ask(wire.FetchRequest(num_requested=5))
    response = next(answers)
    assert (len(response.events), response.pending_num_requested) == (1, 4)


def test_keepalive_sends_the_latest_replay_id(caller: Caller, org: Org) -> None:
    """From there on nothing is missed."""
    ping(org, "before")
    answers, _ = caller.subscribe(first(replay_preset=wire.LATEST))
    empty = next(answers)
    answers.cancel()
    assert list(empty.events) == []
    ping(org, "between")
    values = {"replay_preset": wire.CUSTOM, "replay_id": empty.latest_replay_id}
    answers, _ = caller.subscribe(first(**values))
    (event,) = next(answers).events
    assert b"between" in event.event.payload


def test_a_topic_has_the_schema_of_its_events(caller: Caller, org: Org) -> None:
    topic = caller.ask("GetTopic", wire.TopicRequest(topic_name=TOPIC), wire.TopicInfo)
    assert (topic.tenant_guid, topic.can_subscribe) == (org.org_id, True)
    request = wire.SchemaRequest(schema_id=topic.schema_id)
    schema = json.loads(caller.ask("GetSchema", request, wire.SchemaInfo).schema_json)
    assert schema["name"] == "Ping__e"
    assert [item["name"] for item in schema["fields"]] == ["CreatedDate", "CreatedById", "Text__c"]


def test_hidden_fields_are_left_out_of_events(caller: Caller, org: Org) -> None:
    profile = org.db.execute(
        'SELECT "Name" FROM "Profile" WHERE "Id" = (SELECT "ProfileId" FROM "User" WHERE "Id" = ?)',
        (org.admin_id,),
    ).fetchone()[0]
    org.settings.hidden_fields[profile] = {"Account": {"Phone"}}
    with org.transaction():
        open_to_all = org.access(org.admin_id)
        create(org, open_to_all, org.schema["Account"], {"Name": "Acme", "Phone": "0815"})
    request = first(topic_name="/data/AccountChangeEvent", replay_preset=wire.EARLIEST)
    (event,) = next(caller.subscribe(request)[0]).events
    assert b"Acme" in event.event.payload
    assert b"0815" not in event.event.payload


def test_an_org_that_is_not_served_logs_nothing(org: Org) -> None:
    with serve_events(org):
        ping(org, "seen")
    ping(org, "unseen")
    (count,) = org.db.execute('SELECT COUNT(*) FROM "_EventLog"').fetchone()
    assert count == 1


def test_a_busy_port_is_an_error(org: Org) -> None:
    with (
        serve_events(org) as endpoint,
        pytest.raises(PortInUse),
        serve_events(org, int(endpoint.rpartition(":")[2])),
    ):
        pass


def test_the_command_prints_the_endpoint() -> None:
    with (
        served_process("--pubsub", "0") as served,
        grpc.insecure_channel(served.description["pubsub"]) as channel,
    ):
        grpc.channel_ready_future(channel).result(timeout=5)
