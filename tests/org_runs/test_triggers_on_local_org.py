"""Triggers, live schemas, choices and restrictions through the plugin, against the local org."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Rejected
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.declared.field_history import track

Act = Callable[..., Any]
OVER = timedelta(seconds=3)  # a save is told of when its second is over


class Host:
    """Polls a trigger as a host does; `crash` forgets the cursor that came with the events."""

    def __init__(
        self,
        connector: SalesforceConnector,
        connection: MemoryConnection,
        trigger: str,
        inputs: Mapping[str, Any],
    ) -> None:
        self.connector, self.connection = connector, connection
        self.trigger, self.inputs = trigger, inputs
        self.cursor: dict[str, Any] | None = None
        self.events: list[dict[str, Any]] = []

    def poll(self, *, crash: bool = False) -> list[dict[str, Any]]:
        names: list[dict[str, Any]] = []
        while True:
            batch = self.connector.poll_trigger(
                "salesforce", self.trigger, self.connection, self.inputs, self.cursor
            )
            assert batch is not None
            names += batch["events"]
            if crash:
                break
            self.cursor = json.loads(json.dumps(batch["cursor"]))
            if not batch["more"]:
                break
        self.events += names
        return names


@pytest.fixture
def follow(
    connector: SalesforceConnector, connection: MemoryConnection, local_org: Org
) -> Callable[..., Host]:
    def begin(trigger: str, **inputs: Any) -> Host:
        return Host(connector, connection, trigger, inputs)

    return begin


def test_record_changed_emits_an_event_for_each_kind_of_change(
    act: Act, local_org: Org, follow: Callable[..., Host]
) -> None:
    """One account lives and dies; each trigger tells of its own part of that, once."""
    about = {"sobject": "Account", "fields": ["Name"]}
    names = ("record_created", "record_updated", "record_created_or_updated", "record_deleted")
    hosts = {name: follow(name, **about) for name in names}
    for host in hosts.values():
        assert host.poll() == []

    local_org.clock.advance(OVER)
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    local_org.clock.advance(OVER)
    values = {name: host.poll() for name, host in hosts.items()}
    assert [event["record_id"] for event in values["record_created"]] == [account]
    assert [event["change"] for event in values["record_created_or_updated"]] == ["created"]
    assert values["record_updated"] == values["record_deleted"] == []

    act("update_record", {"sobject": "Account", "id": account, "fields": {"Name": "Globex"}})
    local_org.clock.advance(OVER)
    values = {name: host.poll() for name, host in hosts.items()}
    assert [event["record"]["Name"] for event in values["record_updated"]] == ["Globex"]
    assert [event["change"] for event in values["record_created_or_updated"]] == ["updated"]
    assert values["record_created"] == values["record_deleted"] == []

    act("delete_record", {"sobject": "Account", "id": account})
    local_org.clock.advance(OVER)
    values = {name: host.poll() for name, host in hosts.items()}
    assert [event["record"]["Name"] for event in values["record_deleted"]] == ["Globex"]
    assert values["record_created"] == values["record_updated"] == []
    assert all(host.poll() == [] for host in hosts.values())


def test_a_crash_before_the_cursor_is_stored_repeats_events_with_their_ids(
    act: Act, local_org: Org, follow: Callable[..., Host]
) -> None:
    host = follow("record_created", sobject="Contact")
    host.poll()
    local_org.clock.advance(OVER)
    act("create_record", {"sobject": "Contact", "fields": {"LastName": "Doe"}})
    local_org.clock.advance(OVER)
    first = host.poll(crash=True)
    assert len(first) == 1
    assert host.poll() == first
    assert host.poll() == []


def test_polls_from_an_event_loop_give_what_polls_from_threads_give(
    connector: SalesforceConnector,
    connection: MemoryConnection,
    act: Act,
    local_org: Org,
    follow: Callable[..., Host],
) -> None:
    """Cursors of the one go on with the other."""
    host = follow("record_created", sobject="Contact")
    host.poll()
    local_org.clock.advance(OVER)
    act("create_record", {"sobject": "Contact", "fields": {"LastName": "Doe"}})
    local_org.clock.advance(OVER)

    async def poll(cursor: Any, trigger: str = host.trigger) -> Any:
        polling = connector.poll_trigger_async(
            "salesforce", trigger, connection, host.inputs, cursor
        )
        assert polling is not None
        return await polling

    batch = asyncio.run(poll(host.cursor))
    assert batch == connector.poll_trigger(
        "salesforce", host.trigger, connection, host.inputs, host.cursor
    )
    assert [event["record"]["attributes"]["type"] for event in batch["events"]] == ["Contact"]
    host.cursor = batch["cursor"]
    assert host.poll() == []
    assert asyncio.run(poll(host.cursor))["events"] == []
    assert connector.poll_trigger_async("other", host.trigger, connection, {}, None) is None
    with pytest.raises(Rejected) as refused:
        asyncio.run(poll(None, "x"))
    assert refused.value.code == "UNKNOWN_TRIGGER"


def test_a_cursor_of_another_object_is_refused(follow: Callable[..., Host]) -> None:
    accounts = follow("record_created", sobject="Account")
    accounts.poll()
    contacts = follow("record_created", sobject="Contact")
    contacts.cursor = accounts.cursor
    with pytest.raises(Rejected, match=r"Account\.CreatedDate"):
        contacts.poll()


def test_concurrent_writers_lose_no_event_and_none_comes_twice(
    act: Act, local_org: Org, follow: Callable[..., Host]
) -> None:
    """Writers save between the pages of polls, many in the same second; hosts crash at times.

    The local org commits at once; late commits are proven on the model in tests/triggers.
    """
    chance = random.Random(7)  # noqa: S311 - the same each time
    everything = follow("record_created_or_updated", sobject="Lead", start="everything")
    created = follow("record_created", sobject="Lead", start="everything")
    leads: list[str] = []
    crashed = 0
    for _ in range(40):
        rows = [
            {"LastName": f"L{len(leads) + i}", "Company": "C"} for i in range(chance.randrange(60))
        ]
        if rows:
            saved = act("create_records", {"sobject": "Lead", "records": rows})
            leads += [item["id"] for item in saved["records"]]
        some = chance.sample(leads, min(len(leads), chance.randrange(20)))
        if some:
            changes = [{"Id": item, "Title": str(chance.random())} for item in some]
            act("update_records", {"sobject": "Lead", "records": changes})
        local_org.clock.advance(timedelta(milliseconds=chance.choice([0, 400, 1_500, 200_000])))
        if chance.random() < 0.2:
            crashed += len(everything.poll(crash=True))
        elif chance.random() < 0.7:
            everything.poll()
            created.poll()
    for _ in range(2):
        local_org.clock.advance(timedelta(minutes=20))
        everything.poll()
        created.poll()
    result = act("query", {"soql": "SELECT Id, SystemModstamp FROM Lead"})["records"]
    last = {f"{row['Id']}:{row['SystemModstamp']}" for row in result}
    message = [event["id"] for event in everything.events]
    assert last <= set(message)
    assert len(message) - len(set(message)) <= crashed
    births = [event["id"] for event in created.events]
    assert sorted(births) == sorted(row["Id"] for row in result)
    assert len(result) > 500


def test_new_query_result_emits_an_event_for_each_new_row(
    act: Act, local_org: Org, follow: Callable[..., Host]
) -> None:
    account = act(
        "create_record", {"sobject": "Account", "fields": {"Name": "Q", "Rating": "Cold"}}
    )["id"]
    host = follow("new_query_result", soql="SELECT Id, Name FROM Account WHERE Rating = 'Hot'")
    assert host.poll() == []

    def rate(rating: str) -> list[str]:
        fields = {"Rating": rating}
        act("update_record", {"sobject": "Account", "id": account, "fields": fields})
        return [event["record_id"] for event in host.poll()]

    assert rate("Hot") == [account]
    assert rate("Hot") == []
    assert rate("Cold") == []
    assert rate("Hot") == [account]
    ids = [event["id"] for event in host.events]
    assert len(set(ids)) == 2


def test_a_query_without_ids_is_refused(follow: Callable[..., Host]) -> None:
    with pytest.raises(Rejected, match="without an Id"):
        follow("new_query_result", soql="SELECT Name FROM User").poll()


def test_watched_fields_need_a_history(local_org: Org, follow: Callable[..., Host]) -> None:
    """Polling cannot see what a field was, so it refuses rather than to tell of every save."""
    host = follow("record_updated", sobject="Account", only_when_changed=["Rating"])
    with pytest.raises(Rejected) as caught:
        host.poll()
    assert caught.value.code in {"NO_FIELD_HISTORY", "FIELD_NOT_TRACKED", "INVALID_TYPE"}


def test_record_updated_reports_saves_that_change_a_watched_field(
    act: Act, local_org: Org, follow: Callable[..., Host]
) -> None:
    """By the org's own history: what the field was and is; of other saves nothing."""
    track(local_org, "Account", ["Rating", "Phone", "Description"])
    account = act(
        "create_record", {"sobject": "Account", "fields": {"Name": "A", "Rating": "Cold"}}
    )["id"]
    host = follow("record_updated", sobject="Account", only_when_changed=["Rating", "Description"])
    assert host.poll() == []

    def save(**fields: Any) -> list[dict[str, Any]]:
        local_org.clock.advance(OVER)
        act("update_record", {"sobject": "Account", "id": account, "fields": fields})
        local_org.clock.advance(OVER)
        return host.poll()

    assert save(Phone="1") == []
    assert save(Rating="Cold") == []
    (message,) = save(Rating="Hot", Phone="2", Description="x" * 300)
    assert message["record_id"] == account
    assert message["changes"] == {
        "Rating": {"old": "Cold", "new": "Hot"},
        "Description": {"old": None, "new": None},
    }
    assert host.poll() == []
    with pytest.raises(Rejected, match="does not track Industry"):
        follow("record_updated", sobject="Account", only_when_changed=["Industry"]).poll()


def test_reads_a_full_copy_and_then_only_what_has_changed(act: Act, local_org: Org) -> None:
    rows = [{"Name": f"A{i}"} for i in range(25)]
    values = {
        item["id"]
        for item in act("create_records", {"sobject": "Account", "records": rows})["records"]
    }
    local_org.clock.advance(timedelta(hours=1))
    args: dict[str, Any] = {"sobject": "Account", "limit": 10, "include_deleted": True}
    visited: list[str] = []
    page = act("read_changes", args)
    while True:
        visited += [record["Id"] for record in page["records"]]
        if not page["more"]:
            break
        page = act("read_changes", args | {"cursor": page["cursor"]})
    assert values <= set(visited)
    assert len(visited) == len(set(visited))

    removed = min(values)
    act("delete_record", {"sobject": "Account", "id": removed})
    local_org.clock.advance(OVER)
    page = act("read_changes", args | {"cursor": page["cursor"]})
    assert [(item["Id"], item["IsDeleted"]) for item in page["records"]] == [(removed, True)]
