"""The laws of reading changes: nothing is missed, and nothing comes twice but after a crash."""

import json
import random
from typing import Any

from example_counts import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from triggers.changing_org import ChangingOrg, Record, drive, salesforce

from salesforce_connector.polling.changes import ChangePage, Followed, Reading, read

PATIENCE = 25 * 60_000  # milliseconds: longer than a transaction, a query and the window together

# What may happen: time passes, a writer saves (and maybe stays open), one commits, a poll is made.
STEPS = st.one_of(
    st.tuples(st.just("pass"), st.sampled_from([1, 300, 1_000, 2_500, 60_000])),
    st.tuples(st.just("pass"), st.sampled_from([290_000, 550_000, 1_000_000])),
    st.tuples(st.just("save"), st.lists(st.integers(0, 9), min_size=1, max_size=6)),
    st.tuples(st.just("open"), st.lists(st.integers(0, 9), min_size=1, max_size=6)),
    st.tuples(st.just("more"), st.lists(st.integers(0, 9), min_size=1, max_size=6)),
    st.tuples(st.just("delete"), st.lists(st.integers(0, 9), min_size=1, max_size=2)),
    st.tuples(st.just("commit"), st.integers(0, 3)),
    st.tuples(st.just("poll"), st.sampled_from([0, 0, 700, 110_000])),
    st.tuples(st.just("crash"), st.sampled_from([0, 700])),
)

QUICK = settings(
    max_examples=examples(200, 1_000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)


class Host:
    """Polls, hands over, and then stores the cursor; a crash falls between the two."""

    def __init__(self, org: ChangingOrg, reading: Reading) -> None:
        self.org, self.reading = org, reading
        self.cursor: dict[str, Any] | None = None
        self.handed: dict[tuple[str, str], int] = {}
        self.repeatable: set[tuple[str, str]] = set()
        self.polls = 0
        self.largest = 0

    def poll(self, takes: int = 0, *, crashes: bool = False) -> bool:
        page: ChangePage = drive(read(self.reading, self.cursor), self.org, takes)
        assert len(page.rows) <= self.reading.page
        self.polls += 1
        keys = [(row["Id"], row[self.reading.by]) for row in page.rows]
        for key in keys:
            assert key not in self.handed or key in self.repeatable, f"{key} came twice"
            self.repeatable.discard(key)
        self.handed |= {(row["Id"], row[self.reading.by]): row["Value__c"] for row in page.rows}
        if crashes:
            self.repeatable.update(keys)
            return False
        self.largest = max(self.largest, sum(map(len, page.cursor["recent_ids"].values())))
        self.cursor = json.loads(json.dumps(page.cursor))
        return page.more

    def drain(self) -> None:
        for _ in range(3):
            self.org.advance(PATIENCE)
            while self.poll():
                assert self.polls < 100_000


def happen(org: ChangingOrg, host: Host, steps: list[tuple[str, Any]]) -> None:
    for step, value in steps:
        match step:
            case "pass":
                org.advance(value)
            case "save" | "open" | "delete":
                writer = org.begin()
                for number in value:
                    org.save(writer, identity(number), deletes=step == "delete")
                if step != "open":
                    org.commit(writer)
            case "more" if org.open:
                for number in value:
                    org.save(org.open[-1], identity(number))
            case "commit" if org.open:
                org.commit(org.open[value % len(org.open)])
            case "poll":
                host.poll(value)
            case "crash":
                host.poll(value, crashes=True)


def identity(number: int) -> str:
    return f"001{number:012d}AAA"


def reading(**options: Any) -> Reading:
    start = options.pop("start", "everything")
    return Reading(Followed.model_validate({"sobject": "Account", "start": start}), **options)


@QUICK
@given(
    st.lists(STEPS, max_size=60),
    st.integers(1, 5),
    st.integers(1, 12),
    st.sampled_from([-900, 0, 900]),
)
def test_the_last_save_of_each_record_is_delivered_and_no_save_twice(
    steps: list[tuple[str, Any]], page: int, max_recent_ids: int, skew: int
) -> None:
    """Whatever the writers do, wherever pages end, however small the memory, and across crashes."""
    org = ChangingOrg(skew=skew)
    host = Host(org, reading(page=page, max_recent_ids=max_recent_ids, deleted="too"))
    happen(org, host, steps)
    host.drain()
    assert missed(org, host) == []
    assert host.largest <= max_recent_ids


@QUICK
@given(st.lists(STEPS, max_size=60), st.integers(1, 5), st.sampled_from([-900, 0, 900]))
def test_each_creation_is_delivered_once(
    steps: list[tuple[str, Any]], page: int, skew: int
) -> None:
    org = ChangingOrg(skew=skew)
    host = Host(org, reading(page=page, by="CreatedDate", deleted="too"))
    happen(org, host, steps)
    host.drain()
    assert {record_id for record_id, _ in host.handed} == set(org.records)


@QUICK
@given(st.lists(STEPS, max_size=40), st.lists(STEPS, max_size=40), st.sampled_from([-900, 0, 900]))
def test_from_now_on_means_from_the_first_poll_on(
    before: list[tuple[str, Any]], after: list[tuple[str, Any]], skew: int
) -> None:
    """What was seen before the first poll does not come, all that is saved a second later does."""
    org = ChangingOrg(skew=skew)
    nobody = Host(org, reading())
    happen(org, nobody, [step for step in before if step[0] not in {"poll", "crash"}])
    earlier = {(record.id, salesforce(record.stamp)) for record in org.records.values()}
    host = Host(org, reading(start="now", deleted="too"))
    assert host.poll() is False
    assert host.handed == {}
    org.advance(2_000)
    begun = salesforce(org.second)
    happen(org, host, after)
    host.drain()
    if skew == 0:
        assert not earlier & host.handed.keys()
    assert all(salesforce(record.stamp) < begun for record in missed(org, host))


def missed(org: ChangingOrg, host: Host) -> list[Record]:
    """Return the records whose last save was not handed over, with the value that it gave them."""
    return [
        record
        for record in org.records.values()
        if host.handed.get((record.id, salesforce(record.stamp))) != record.value
        and not record.twin
    ]


def test_a_busy_day_loses_nothing() -> None:
    """Eight writers, bulk loads of 1,500 a second, crashes and late commits, eight hours long."""
    chance = random.Random(20261122)  # noqa: S311 - the same day each time
    org = ChangingOrg()
    host = Host(org, reading(page=200, max_recent_ids=1_000, deleted="too"))
    created = 0
    for _ in range(8 * 60 * 2):
        org.advance(chance.randrange(20_000, 40_000))
        for _ in range(chance.randrange(3)):
            if len(org.open) < 8:
                writer = org.begin()
                for _ in range(1_500 if chance.random() < 0.004 else chance.randrange(1, 12)):
                    created += chance.random() < 0.4
                    org.save(writer, identity(chance.randrange(created + 1)))
        for writer in list(org.open):
            if chance.random() < 0.4:
                org.commit(writer)
        if chance.random() < 0.5:
            host.poll(chance.choice([0, 300, 5_000]), crashes=chance.random() < 0.05)
    host.drain()
    assert missed(org, host) == []
    assert org.saved > 5_000  # it was busy
    assert host.largest == 1_000  # and the cursor was full at times
