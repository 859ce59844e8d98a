"""Platform events and record changes through the plugin, by gRPC, from the local org's bus."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import jsonschema
import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.errors import Forbidden, NotFound, Rejected, Unavailable
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.result import Result
from salesforce_connector.pubsub.delivery import fetch_events
from salesforce_connector.pubsub.event_polling import Listening, read
from salesforce_emulator.event_bus.server import serve_events
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.platform_events import event_object
from salesforce_emulator.schema.field import Field
from salesforce_emulator.serving.server import serve

EVENT = "Order_Shipped__e"
MOST = 500  # events a poll


class Listener:
    """A host that polls a trigger; `crash` forgets the cursor that came with the events."""

    def __init__(self, desk: "Desk", trigger: str, **inputs: Any) -> None:
        self.desk, self.trigger = desk, trigger
        self.inputs = {"endpoint": desk.endpoint, **inputs}
        self.cursor: dict[str, Any] | None = None
        self.warnings: list[str] = []

    def poll(self, *, crash: bool = False) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        while True:
            batch = self.desk.connector.poll_trigger(
                "salesforce", self.trigger, self.desk.connection, self.inputs, self.cursor
            )
            assert batch is not None
            events += batch["events"]
            self.warnings += batch["warnings"]
            if crash:
                return events
            self.cursor = json.loads(json.dumps(batch["cursor"]))
            if not batch["more"]:
                break
        schema = TRIGGERS[self.trigger].output.model_json_schema(mode="serialization")
        for event in events:
            jsonschema.validate(event, schema)
        return events


class Desk:
    """An org that is served, and a connection to it."""

    def __init__(self, org: Org, url: str, endpoint: str) -> None:
        self.org, self.url, self.endpoint = org, url, endpoint
        self.connector = SalesforceConnector()
        self.connection = self.connect()

    def connect(self, **settings: Any) -> MemoryConnection:
        values = app_settings(self.org, "automation") | {"my_domain_url": self.url}
        return MemoryConnection("client_credentials", values | {"local_org": True} | settings)

    def act(self, action: str, **inputs: Any) -> Any:
        outcome = self.connector.run_action("salesforce", action, self.connection, inputs, {})
        assert outcome is not None
        return outcome["output"]

    def end_sessions(self) -> None:
        with self.org.transaction():
            self.org.db.execute("DELETE FROM identity_session")

    def ship(self, number: object) -> None:
        self.act("publish_platform_event", sobject=EVENT, fields={"Number__c": str(number)})

    def listen(self, trigger: str, **inputs: Any) -> Listener:
        """Begin now."""
        listener = Listener(self, trigger, **inputs)
        assert listener.poll() == []
        return listener


@pytest.fixture
def desk(local_org: Org) -> Iterator[Desk]:
    number = Field(name="Number__c", label="Number", type="string", length=20, custom=True)
    event = event_object(
        EVENT, label="Shipped", label_plural="Shipped", key_prefix="e00", fields=[number]
    )
    local_org.extend(local_org.schema.with_objects(event))
    local_org.settings.change_data_capture |= {"Account", "Contact"}
    local_org.settings.bulk_wait = 0
    local_org.clock.set(local_org.clock.now())  # a save of the next second has a date that changed
    with serve(local_org) as url, serve_events(local_org, keepalive=0.05) as endpoint:
        result = Desk(local_org, url, endpoint)
        yield result
        result.connector.close()


@pytest.fixture
def shipped(desk: Desk) -> Callable[..., Listener]:
    return lambda **inputs: desk.listen("platform_event", sobject=EVENT, **inputs)


def numbers(events: list[dict[str, Any]]) -> list[str]:
    return [event["payload"]["Number__c"] for event in events]


@pytest.mark.parametrize(
    "endpoint",
    [
        "evil.example:443",
        "api.pubsub.salesforce.com.evil.example:443",
        "api.pubsub.salesforce.com:443",
    ],
)
def test_the_token_of_a_local_org_goes_to_loopback_alone(desk: Desk, endpoint: str) -> None:
    with pytest.raises(Rejected) as raised:
        Listener(desk, "platform_event", sobject=EVENT, endpoint=endpoint).poll()
    assert raised.value.code == "UNTRUSTED_ENDPOINT"


def test_loopback_is_for_connections_to_a_local_org(desk: Desk) -> None:
    desk.connection = desk.connect(local_org=False, my_domain_url="https://acme.my.salesforce.com")
    desk.connection.save({"access_token": "00D!token"})
    with pytest.raises(Rejected, match="does not go to 127"):
        Listener(desk, "platform_event", sobject=EVENT).poll()


def test_a_topic_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(NotFound, match="/event/Nothing__e"):
        Listener(desk, "platform_event", sobject="Nothing__e").poll()
    with pytest.raises(NotFound, match="/data/LeadChangeEvent"):
        Listener(desk, "record_changed", sobject="Lead").poll()


@pytest.mark.parametrize("trigger", ["record_changed", "platform_event"])
def test_a_form_takes_a_channel_and_refuses_a_name_that_is_misspelt(
    desk: Desk, trigger: str
) -> None:
    def resolve(sobject: str) -> Any:
        values = {"sobject": sobject}
        return desk.connector.resolve_schema("salesforce", trigger, desk.connection, values)

    for right in ("Account", EVENT, "Sales__chn"):
        assert resolve(right)["output"]["properties"]["payload"]
    with pytest.raises(NotFound, match="Acount"):
        resolve("Acount")


def test_payloads_fit_the_live_schema_of_their_trigger(
    desk: Desk, shipped: Callable[..., Listener]
) -> None:
    """Its fields are those of the object: what comes has its type, and nothing else comes."""
    fields = {
        "Name": "Acme",
        "BillingCity": "Bern",
        "BillingLatitude": 46.9,
        "AnnualRevenue": 1_500,
        "NumberOfEmployees": 7,
    }
    person = {"LastName": "Kim", "FirstName": "Jo", "Birthdate": "2001-02-03"}
    changes = {name: desk.listen("record_changed", sobject=name) for name in ("Account", "Contact")}
    published = shipped()
    account = desk.act("create_record", sobject="Account", fields=fields)["id"]
    desk.act("update_record", sobject="Account", id=account, fields={"BillingCity": None})
    desk.act("create_record", sobject="Contact", fields=person)
    desk.ship(1)

    def payload_schema(trigger: str, sobject: str) -> Any:
        inputs = {"sobject": sobject}
        schemas = desk.connector.resolve_schema("salesforce", trigger, desk.connection, inputs)
        assert schemas is not None
        return schemas["output"]["properties"]["payload"]

    deliveries = [
        ("record_changed", name, event) for name in changes for event in changes[name].poll()
    ]
    deliveries += [("platform_event", EVENT, event) for event in published.poll()]
    assert len(deliveries) == 4
    for trigger, sobject, event in deliveries:
        schema = payload_schema(trigger, sobject)
        jsonschema.validate(event["payload"], schema)
        assert {*event["payload"]} <= {*schema["properties"]}
        for name, value in event["payload"].items():
            if isinstance(value, dict):
                assert {*value} <= {*schema["properties"][name]["properties"]}
    account_schema = payload_schema("record_changed", "Account")["properties"]
    assert account_schema["CreatedDate"]["type"] == ["integer", "null"]
    assert account_schema["BillingAddress"]["properties"]["Latitude"]["type"] == ["number", "null"]


def test_an_unavailable_service_is_reported_as_unavailable(desk: Desk) -> None:
    with pytest.raises(Unavailable):
        Listener(desk, "platform_event", sobject=EVENT, endpoint="127.0.0.1:9").poll()


def test_a_token_that_ended_is_renewed_once(desk: Desk, shipped: Callable[..., Listener]) -> None:
    listener = shipped()
    desk.end_sessions()
    desk.ship(1)
    desk.end_sessions()
    assert numbers(listener.poll()) == ["1"]


def test_a_token_that_the_event_bus_refuses_though_it_is_new_does_not_end_the_authorization(
    desk: Desk, shipped: Callable[..., Listener]
) -> None:
    listener = shipped()
    desk.end_sessions()
    identity = identity_of(desk.org)
    identity.logins.change(identity.apps["automation"].run_as or "", api_enabled=False)
    with pytest.raises(Forbidden, match="authentication") as raised:
        listener.poll()
    assert "Lock sessions" in raised.value.remedy


def test_a_token_that_has_ended_is_refreshed_as_far_as_the_app_may(
    desk: Desk, shipped: Callable[..., Listener]
) -> None:
    listener = shipped()
    desk.end_sessions()
    listener.poll()
    desk.end_sessions()
    identity_of(desk.org).apps.change("automation", blocked=True)
    with pytest.raises(Forbidden, match="blocked this app"):
        listener.poll()


def test_objects_that_are_not_allowed_are_not_listened_to(desk: Desk) -> None:
    """Nor what names none: all changes, and channels."""
    desk.connection = desk.connect(allowed_objects=["Account", EVENT])
    assert Listener(desk, "record_changed", sobject="account").inputs
    for trigger, sobject, code in (
        ("record_changed", "Contact", "OBJECT_NOT_ALLOWED"),
        ("record_changed", "", "CANNOT_BE_VERIFIED"),
        ("record_changed", "Sales__chn", "CANNOT_BE_VERIFIED"),
        ("platform_event", "Other__e", "OBJECT_NOT_ALLOWED"),
        ("platform_event", "Sales__chn", "CANNOT_BE_VERIFIED"),
    ):
        with pytest.raises(Forbidden) as raised:
            Listener(desk, trigger, sobject=sobject).poll()
        assert raised.value.code == code
    desk.listen("record_changed", sobject="Account")
    desk.listen("platform_event", sobject=EVENT)


def test_a_read_only_connection_may_listen(desk: Desk) -> None:
    desk.connection = desk.connect(read_only=True, allowed_actions=["record_changed"])
    desk.listen("record_changed")
    with pytest.raises(Forbidden, match="platform_event"):
        Listener(desk, "platform_event", sobject=EVENT).poll()


@pytest.mark.parametrize(
    ("when_expired", "expected"), [("earliest", ["late"]), ("latest", []), ("fail", None)]
)
def test_an_expired_replay_id_follows_when_expired(
    desk: Desk, shipped: Callable[..., Listener], when_expired: str, expected: list[str] | None
) -> None:
    listener = shipped(when_expired=when_expired)
    desk.ship("lost")
    desk.org.clock.advance(timedelta(hours=73))
    desk.ship("late")
    if expected is None:
        with pytest.raises(Rejected) as raised:
            listener.poll()
        assert raised.value.code == "REPLAY_ID_EXPIRED"
        return
    assert numbers(listener.poll()) == expected
    (warning,) = listener.warnings
    assert "missed" in warning
    desk.ship("next")
    assert numbers(listener.poll()) == ["next"]


def test_an_async_client_fetches_too(desk: Desk) -> None:
    """Off its event loop, with the same refresh."""

    async def fetch() -> Any:
        client = AsyncClient(desk.connection, event_source=fetch_events)
        try:
            listening = Listening(start="earliest", endpoint=desk.endpoint)
            return await client.drive(read(f"/event/{EVENT}", listening, None), Result())
        finally:
            await client.close()

    desk.ship(1)
    desk.end_sessions()
    (event,) = asyncio.run(fetch()).events
    assert b"1" in event.payload


def test_polls_from_an_event_loop_give_the_same_events(
    desk: Desk, shipped: Callable[..., Listener]
) -> None:
    listener = shipped()
    desk.ship(1)

    async def poll() -> Any:
        polling = desk.connector.poll_trigger_async(
            "salesforce", listener.trigger, desk.connection, listener.inputs, listener.cursor
        )
        assert polling is not None
        return await polling

    assert numbers(asyncio.run(poll())["events"]) == ["1"]
    assert numbers(listener.poll()) == ["1"]  # the cursor was not stored


def test_a_rolled_back_change_emits_no_event(desk: Desk, shipped: Callable[..., Listener]) -> None:
    """The second of two fails, and takes the first with it."""
    events, changes = shipped(), desk.listen("record_changed")
    rows = [{"Name": "Acme"}, {"Name": "Bad", "NumberOfEmployees": "many"}]
    with pytest.raises(Rejected):
        desk.act("create_records", sobject="Account", records=rows, all_or_none=True)
    rows = [{"Number__c": "1"}, {"Number__c": "longer than twenty characters"}]
    with pytest.raises(Rejected):
        desk.act("create_records", sobject=EVENT, records=rows, all_or_none=True)
    assert changes.poll() == []
    assert events.poll() == []


@pytest.mark.usefixtures("quick_pauses")
def test_platform_event_trigger_uses_event_field_names(
    desk: Desk, shipped: Callable[..., Listener]
) -> None:
    """Whatever the API that published them."""
    listener = shipped()
    desk.ship(1)
    rows = [{"Number__c": "2"}, {"Number__c": "3"}]
    desk.act("create_records", sobject=EVENT, records=rows)
    desk.act("bulk_write", sobject=EVENT, operation="insert", records=[{"Number__c": "4"}])
    events = listener.poll()
    assert numbers(events) == ["1", "2", "3", "4"]
    assert set(events[0]["payload"]) == {"CreatedDate", "CreatedById", "Number__c"}
    assert len({event["id"] for event in events}) == 4


def test_record_changed_reports_every_change_of_a_record(desk: Desk) -> None:
    listener = desk.listen("record_changed", sobject="Account")
    values = {"Name": "Acme", "BillingCity": "Bern", "BillingStreet": "Gasse 1", "Phone": "1"}
    account = desk.act("create_record", sobject="Account", fields=values)["id"]
    changed = {"Name": "Acme AG", "BillingCity": None, "Phone": None}
    desk.act("update_record", sobject="Account", id=account, fields=changed)
    desk.act("delete_record", sobject="Account", id=account)
    desk.act("undelete_record", id=account)
    events = listener.poll()
    assert [event["change_type"] for event in events] == ["CREATE", "UPDATE", "DELETE", "UNDELETE"]
    assert {event["sobject"] for event in events} == {"Account"}
    assert all(event["record_ids"] == [account] for event in events)

    created, updated, deleted, undeleted = events
    assert created["payload"]["BillingAddress"]["Street"] == "Gasse 1"
    assert created["changed_fields"] == []
    assert sorted(updated["changed_fields"]) == ["BillingAddress.City", "Name", "Phone"]
    assert sorted(updated["nulled_fields"]) == ["BillingAddress.City", "Phone"]
    assert updated["payload"] == {
        "Name": "Acme AG",
        "Phone": None,
        "BillingAddress": {"City": None},
    }
    assert deleted["payload"] == {}
    assert undeleted["payload"]["Name"] == "Acme AG"
    numbers = [event["commit_number"] for event in events]
    assert numbers == sorted(set(numbers))


def test_a_save_of_another_second_has_dates_that_changed(desk: Desk) -> None:
    account = desk.act("create_record", sobject="Account", fields={"Name": "Acme"})["id"]
    listener = desk.listen("record_changed", sobject="Account")
    desk.org.clock.advance(timedelta(seconds=2))
    desk.act("update_record", sobject="Account", id=account, fields={"Name": "Acme AG"})
    (event,) = listener.poll()
    assert event["changed_fields"] == ["Name", "LastModifiedDate"]
    committed = datetime.fromisoformat(event["committed_at"]).timestamp()
    assert event["payload"]["LastModifiedDate"] == int(committed) * 1_000


def test_one_transaction_has_one_key_and_counts_its_events(desk: Desk) -> None:
    """An account takes its contacts along when it goes."""
    account = desk.act("create_record", sobject="Account", fields={"Name": "Acme"})["id"]
    for name in ("A", "B"):
        contact = {"LastName": name, "AccountId": account}
        desk.act("create_record", sobject="Contact", fields=contact)
    listener = desk.listen("record_changed")
    desk.act("delete_record", sobject="Account", id=account)
    events = listener.poll()
    assert [(event["sobject"], event["change_type"]) for event in events] == [
        ("Account", "DELETE"),
        ("Contact", "DELETE"),
        ("Contact", "DELETE"),
    ]
    assert [event["sequence_number"] for event in events] == [1, 2, 3]
    assert len({event["transaction_key"] for event in events}) == 1


def test_record_changed_reports_a_persons_name_by_its_parts(desk: Desk) -> None:
    fields = {"FirstName": "Ada", "LastName": "Byron"}
    contact = desk.act("create_record", sobject="Contact", fields=fields)["id"]
    listener = desk.listen("record_changed", sobject="Contact")
    desk.act("update_record", sobject="Contact", id=contact, fields={"LastName": "King"})
    (event,) = listener.poll()
    assert event["changed_fields"] == ["Name.LastName"]
    assert event["payload"] == {"Name": {"LastName": "King"}}


def test_more_than_a_poll_holds_comes_in_order(
    desk: Desk, shipped: Callable[..., Listener]
) -> None:
    """Asked for by a hundred, five hundred a poll."""
    listener = shipped()
    rows = [{"Number__c": str(number)} for number in range(MOST + 130)]
    desk.act("create_records", sobject=EVENT, records=rows)
    assert numbers(listener.poll()) == [row["Number__c"] for row in rows]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_and_nothing_comes_twice_but_by_a_crash(
    desk: Desk, shipped: Callable[..., Listener], seed: int
) -> None:
    """Publishes, polls and crashes between hand-over and the cursor, in a made-up order."""
    chance, listener = random.Random(seed), shipped()  # noqa: S311
    handed: dict[str, str] = {}
    repeats = published = 0
    for _ in range(40):
        match chance.choice(["publish", "publish", "poll", "crash"]):
            case "publish":
                for _ in range(chance.randint(1, 4)):
                    desk.ship(published)
                    published += 1
                continue
            case what:
                events = listener.poll(crash=what == "crash")
        repeats += sum(event["id"] in handed for event in events)
        handed |= {event["id"]: event["payload"]["Number__c"] for event in events}
    for event in listener.poll():
        handed[event["id"]] = event["payload"]["Number__c"]
    assert list(handed.values()) == [str(number) for number in range(published)]
    assert repeats > 0, "no crash made anything come again: the schedule proves nothing"
