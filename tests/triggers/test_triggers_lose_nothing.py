"""Each trigger of its own keeps the laws of what it is made of."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from example_counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from triggers.changing_org import ChangingOrg, drive
from triggers.test_changes_lose_nothing import PATIENCE, QUICK, STEPS, identity

from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call

FEW = settings(QUICK, max_examples=examples(50, 150))  # the reading itself is tried on more
RECORD = "500000000000001AAA"

CREATED = {
    "record_created": {"sobject": "Account"},
    "new_file": {},
    "new_post": {},
    "new_comment": {"on": "post"},
}
"""Triggers that report each creation once, with inputs."""

SAVED = {
    "record_created_or_updated": {"sobject": "Account"},
    "new_or_changed_email_template": {},
    "new_attachment_on_case": {},
    "new_knowledge_article": {"new_versions": True},
}
"""Triggers that report the last save of each record, and no save twice, with inputs."""

APPEARED = {
    "case_in_queue": {"queue_id": RECORD},
    "new_file": {"record_id": RECORD},
    "new_query_result": {"soql": "SELECT Id FROM Case"},
}
"""Triggers that tell of each row that a query gives and did not give the last time."""


class Poller:
    """Polls one trigger as a host does: the cursor goes through JSON, and crashes forget it."""

    def __init__(self, org: ChangingOrg, name: str, inputs: Mapping[str, Any]) -> None:
        self.org, self.trigger = org, TRIGGERS[name]
        self.args = self.trigger.input.model_validate({**inputs, "start": "everything"})
        self.cursor: dict[str, Any] | None = None
        self.ids: list[str] = []
        self.repeatable: set[str] = set()

    def poll(self, takes: int = 0, *, crashes: bool = False) -> bool:
        batch = drive(self.trigger.flow(self.args, self.cursor), self.org, takes)
        ids = [event.id for event in batch.events]
        for event_id in ids:
            assert event_id not in self.ids or event_id in self.repeatable, f"{event_id} twice"
        self.ids += [event_id for event_id in ids if event_id not in self.ids]
        if crashes:
            self.repeatable.update(ids)
            return False
        self.repeatable -= set(ids)
        self.cursor = json.loads(json.dumps(batch.cursor))
        return bool(batch.more)

    def drain(self) -> None:
        for _ in range(3):
            self.org.advance(PATIENCE)
            while self.poll():
                pass


def happen(
    org: ChangingOrg, poller: Poller, steps: list[tuple[str, Any]], *, deletes: bool = False
) -> None:
    for step, value in steps:
        match step:
            case "pass":
                org.advance(value)
            case "save" | "open":
                writer = org.begin()
                for number in value:
                    org.save(writer, identity(number))
                if step == "save":
                    org.commit(writer)
            case "delete" if deletes:
                writer = org.begin()
                for number in value:
                    org.save(writer, identity(number), deletes=True)
                org.commit(writer)
            case "more" if org.open:
                for number in value:
                    org.save(org.open[-1], identity(number))
            case "commit" if org.open:
                org.commit(org.open[value % len(org.open)])
            case "poll" | "crash":
                poller.poll(value, crashes=step == "crash")


@pytest.mark.parametrize(("name", "inputs"), CREATED.items())
def test_each_creation_is_reported_once(name: str, inputs: dict[str, Any]) -> None:
    @FEW
    @given(st.lists(STEPS, max_size=30))
    def law(steps: list[tuple[str, Any]]) -> None:
        org = ChangingOrg()
        poller = Poller(org, name, inputs)
        happen(org, poller, steps)
        poller.drain()
        assert sorted(poller.ids) == sorted(org.records)

    law()


@FEW
@given(st.lists(STEPS, max_size=30))
def test_each_deletion_is_reported_once(steps: list[tuple[str, Any]]) -> None:
    org = ChangingOrg()
    poller = Poller(org, "record_deleted", {"sobject": "Account"})
    happen(org, poller, steps, deletes=True)
    poller.drain()
    deleted = [record.id for record in org.records.values() if record.deleted]
    assert sorted(event_id.partition(":")[0] for event_id in poller.ids) == sorted(deleted)


@pytest.mark.parametrize(("name", "inputs"), SAVED.items())
def test_the_last_save_of_each_record_is_reported_and_none_twice(
    name: str, inputs: dict[str, Any]
) -> None:
    @FEW
    @given(st.lists(STEPS, max_size=30))
    def law(steps: list[tuple[str, Any]]) -> None:
        org = ChangingOrg()
        poller = Poller(org, name, inputs)
        happen(org, poller, steps)
        poller.drain()
        reported = set(poller.ids)
        for record in org.records.values():
            stamp = record.row()["SystemModstamp"]
            assert f"{record.id}:{stamp}" in reported or record.twin

    law()


class Results:
    """A query whose rows are what a test says; a poll of it is one call."""

    def __init__(self) -> None:
        self.present: set[int] = set()

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"Id": identity(number), "ContentDocumentId": identity(number), "ContentDocument": {}}
            for number in sorted(self.present)
        ]


def poll_results(name: str, inputs: Mapping[str, Any], results: Results, cursor: Any) -> Any:
    trigger = TRIGGERS[name]
    steps = trigger.flow(trigger.input.model_validate({**inputs, "start": "everything"}), cursor)
    assert isinstance(next(steps), Call)
    rows = results.rows()
    try:
        steps.send(
            httpx.Response(200, json={"totalSize": len(rows), "done": True, "records": rows})
        )
    except StopIteration as done:
        return done.value
    raise AssertionError("one more call")


@pytest.mark.parametrize(("name", "inputs"), APPEARED.items())
def test_each_row_that_appears_is_reported_once(name: str, inputs: dict[str, Any]) -> None:
    turns = st.tuples(st.sets(st.integers(0, 9)), st.booleans())

    @FEW
    @given(st.lists(turns, max_size=12))
    def law(history: list[tuple[set[int], bool]]) -> None:
        results, cursor = Results(), None
        before: set[int] = set()
        delivered: list[str] = []
        for present, crashes in history:
            results.present = present
            batch = poll_results(name, inputs, results, cursor)
            again = poll_results(name, inputs, results, cursor)  # after a crash, the same
            assert [event.id for event in batch.events] == [event.id for event in again.events]
            assert len(batch.events) == len(present - before)
            if not crashes:
                delivered += [event.id for event in batch.events]
                cursor, before = json.loads(json.dumps(batch.cursor)), present
        assert len(delivered) == len(set(delivered))

    law()


@pytest.mark.parametrize("name", sorted({*CREATED, *SAVED, *APPEARED}))
def test_a_cursor_of_another_kind_is_refused(name: str) -> None:
    inputs = (CREATED | SAVED | APPEARED)[name]
    trigger = TRIGGERS[name]
    args = trigger.input.model_validate(inputs)
    with pytest.raises(Rejected):
        next(trigger.flow(args, {"nothing": 1}))
