"""The laws of listening to the event bus: nothing is missed, nothing comes twice but by a crash."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from example_counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from triggers.model_bus import ModelBus

from salesforce_connector.errors import Rejected, Unavailable
from salesforce_connector.pubsub.event_polling import KEEPALIVE, MOST, WAIT, Listening, read

TOPIC = "/event/Order_Shipped__e"

STEPS = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 3)),
    st.tuples(st.just("flood"), st.integers(MOST - 2, 2 * MOST + 2)),
    st.tuples(st.just("pass"), st.sampled_from([1, 60, 3_600, 70_000])),
    st.tuples(st.just("meanwhile"), st.integers(1, 3)),
    st.tuples(st.just("poll"), st.just(0)),
    st.tuples(st.just("crash"), st.just(0)),
)


class Host:
    """Polls, hands over, and then stores the cursor; a crash falls between the two."""

    def __init__(self, bus: ModelBus, **options: Any) -> None:
        self.bus, self.listening = bus, Listening.model_validate(options)
        self.cursor: dict[str, Any] | None = None
        self.handed: list[str] = []
        self.again: set[str] = set()

    def poll(self, *, crashes: bool = False) -> list[str]:
        messages: list[str] = []
        while True:
            page = self.bus.drive(read(TOPIC, self.listening, self.cursor))
            ids = [event.id for event in page.events]
            for item in ids:
                assert item not in self.handed or item in self.again, f"{item} came twice"
            messages += ids
            self.handed += ids
            if crashes:
                self.again.update(ids)
                return messages
            self.again.difference_update(ids)
            self.cursor = json.loads(json.dumps(page.cursor))
            if not page.more:
                return messages


def names(bus: ModelBus, first: int) -> Iterator[str]:
    return (f"event-{number}" for number in range(first, len(bus.published)))


@settings(max_examples=examples(100, 500), derandomize=True)
@given(st.lists(STEPS, max_size=40), st.sampled_from(["now", "earliest"]))
def test_every_event_is_delivered_in_order_and_once(
    steps: list[tuple[str, int]], start: str
) -> None:
    """Whatever is published and wherever the host crashes, as long as it polls within 72 hours."""
    bus = ModelBus()
    bus.publish(2)
    host = Host(bus, start=start)
    began = None if start == "now" else 0
    if start == "earliest":
        host.poll()
    for step, value in steps:
        match step:
            case "publish" | "flood":
                bus.publish(value)
            case "pass":
                bus.advance(seconds=value)
                if host.cursor is not None:
                    host.poll()
            case "meanwhile":
                bus.meanwhile = value
            case "poll" | "crash":
                if host.cursor is None and start == "now":
                    began = len(bus.published)  # a crash of the first poll: it begins anew
                    host.handed.clear()
                host.poll(crashes=step == "crash")
    if host.cursor is None and start == "now":
        began = len(bus.published)
        host.handed.clear()
    bus.meanwhile = 0
    host.poll()
    assert began is not None
    assert list(dict.fromkeys(host.handed)) == list(names(bus, began))


def test_a_topic_quiet_for_weeks_keeps_a_valid_replay_id() -> None:
    """A replay id ends after 72 hours though nothing was missed: it is changed for a newer one."""
    bus = ModelBus()
    bus.publish()
    host = Host(bus, start="earliest")
    assert host.poll() == ["event-0"]
    for _ in range(30 * 6):
        bus.advance(hours=4)
        assert host.poll() == []
    bus.publish()
    assert host.poll() == ["event-1"]
    waits = [fetch.wait for fetch in bus.fetches]
    assert set(waits) == {WAIT, KEEPALIVE}
    assert waits.count(KEEPALIVE) <= 31  # a long wait a day, no more


def test_the_first_poll_from_now_waits_for_a_replay_id() -> None:
    """Between two subscriptions to the latest all would be lost."""
    bus = ModelBus()
    bus.publish()
    host = Host(bus, start="now")
    assert host.poll() == []
    assert host.cursor is not None
    assert host.cursor["replay_id"]
    bus.publish()
    assert host.poll() == ["event-1"]


def test_a_poll_waits_as_long_as_its_input_says() -> None:
    bus = ModelBus()
    Host(bus, start="earliest", wait=30).poll()
    assert [fetch.wait for fetch in bus.fetches] == [30]


def test_the_first_poll_delivers_events_that_arrive_while_it_waits() -> None:
    bus = ModelBus(meanwhile=2)
    assert Host(bus, start="now").poll() == ["event-0", "event-1"]


def test_no_cursor_is_stored_without_a_replay_id_of_salesforce() -> None:
    with pytest.raises(Unavailable) as raised:
        Host(ModelBus(silent=True), start="now").poll()
    assert raised.value.code == "NO_KEEPALIVE"


def test_a_replay_id_that_cannot_be_renewed_warns_before_it_expires() -> None:
    """A service that is quiet for longer than it says it ever is may be gone."""
    bus = ModelBus()
    bus.publish()
    host = Host(bus, start="earliest")
    host.poll()
    bus.silent = True
    bus.advance(hours=20)
    assert host.poll() == []
    bus.advance(hours=5)
    with pytest.raises(Unavailable) as raised:
        host.poll()
    assert raised.value.code == "NO_KEEPALIVE"


@pytest.fixture
def lost() -> tuple[ModelBus, dict[str, Any]]:
    """A bus whose host was away too long, and the cursor it has."""
    bus = ModelBus()
    bus.publish()
    host = Host(bus, start="earliest")
    host.poll()
    bus.publish()
    bus.advance(hours=80)
    bus.publish(2)
    assert host.cursor is not None
    return bus, host.cursor


def test_an_expired_replay_id_fails_and_names_its_date(
    lost: tuple[ModelBus, dict[str, Any]],
) -> None:
    bus, cursor = lost
    with pytest.raises(Rejected, match=r"2026-01-01 00:00:00.*may be lost") as raised:
        bus.drive(read(TOPIC, Listening(), cursor))
    assert raised.value.code == "REPLAY_ID_EXPIRED"


def test_an_expired_replay_id_continues_with_the_earliest_and_warns(
    lost: tuple[ModelBus, dict[str, Any]],
) -> None:
    bus, cursor = lost
    page = bus.drive(read(TOPIC, Listening(when_expired="earliest"), cursor))
    assert [event.id for event in page.events] == ["event-2", "event-3"]
    (messages,) = bus.notes
    assert "2026-01-01" in messages
    assert "may be missed" in messages


def test_an_expired_replay_id_continues_with_the_latest_and_warns(
    lost: tuple[ModelBus, dict[str, Any]],
) -> None:
    bus, cursor = lost
    page = bus.drive(read(TOPIC, Listening(when_expired="latest"), cursor))
    assert page.events == []
    assert page.cursor["replay_id"] != cursor["replay_id"]
    (messages,) = bus.notes
    assert "all events in between are missed" in messages
    bus.publish()
    again = bus.drive(read(TOPIC, Listening(when_expired="latest"), page.cursor))
    assert [event.id for event in again.events] == ["event-4"]


def test_other_errors_are_not_read_as_an_expired_replay_id() -> None:
    bus = ModelBus()
    bus.publish()
    host = Host(bus, when_expired="earliest", start="earliest")
    host.poll()
    flow = read(TOPIC, host.listening, host.cursor)
    next(flow)
    with pytest.raises(Rejected) as raised:
        flow.throw(Rejected("The topic is not there.", code="INVALID_ARGUMENT"))
    assert raised.value.code == "INVALID_ARGUMENT"


def test_a_cursor_of_another_topic_is_refused() -> None:
    host = Host(ModelBus(), start="now")
    host.poll()
    with pytest.raises(Rejected, match="Order_Shipped__e") as raised:
        next(read("/event/Other__e", Listening(), host.cursor))
    assert raised.value.code == "INVALID_CURSOR"


@pytest.mark.parametrize("missing", ["grpc", "fastavro", "google.protobuf"])
def test_without_the_extra_nothing_is_sent_and_the_error_names_it(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(Rejected, match=missing) as raised:
        next(read(TOPIC, Listening(), None))
    assert raised.value.code == "EXTRA_MISSING"
    assert "salesforce-connector[pubsub]" in raised.value.remedy
