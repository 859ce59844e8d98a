"""A model of an org in which several writers save records at once, to prove triggers with.

Time is in milliseconds. A save is stamped with the second it is made in, and is seen by others when
its transaction commits; until then it locks the records it has saved. The model answers only the
queries that `salesforce_connector.polling.changes` writes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from salesforce_connector.flow import Call, Flow
from salesforce_connector.flow import Step as FlowStep

BEGIN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LONGEST_TRANSACTION = 10 * 60_000  # Salesforce ends a REST call after 10 minutes

_KEYSET = re.compile(
    r"\((?P<by>\w+) > (?P<stamp>\S+) OR \(\w+ = (?P=stamp) AND Id > '(?P<id>\w+)'\)\)"
)
_SINCE = re.compile(r"(?P<by>\w+) >= (?P<stamp>[\dTZ:.-]+)")
_ORDER = re.compile(r"ORDER BY (?P<by>\w+) (?P<way>ASC|DESC), Id \w+ LIMIT (?P<limit>\d+)$")


@dataclass
class Record:
    """One version of a record.

    Attributes:
        value: Another one with each save.
        twin: Another save has the same stamp, and this one was committed when that second was over.
            Polling cannot tell the two apart: the one thing that it may miss.
    """

    id: str
    created: datetime
    stamp: datetime
    value: int
    deleted: bool = False
    twin: bool = False

    def row(self) -> dict[str, Any]:
        return {
            "Id": self.id,
            "CreatedDate": salesforce(self.created),
            "SystemModstamp": salesforce(self.stamp),
            "LastPublishedDate": salesforce(self.stamp),
            "Value__c": self.value,
            "IsDeleted": self.deleted,
        }


@dataclass
class Transaction:
    begun: int
    saves: dict[str, Record] = field(default_factory=dict)


@dataclass
class ChangingOrg:
    """The org, its clock, and the transactions that are open.

    Attributes:
        now: Milliseconds since `BEGIN`.
        skew: Milliseconds that the clock in the Date header is ahead of the one that stamps.
    """

    now: int = 0
    skew: int = 0
    records: dict[str, Record] = field(default_factory=dict)
    open: list[Transaction] = field(default_factory=list)
    saved: int = 0
    queries: int = 0

    @property
    def second(self) -> datetime:
        return BEGIN + timedelta(seconds=self.now // 1000)

    def begin(self) -> Transaction:
        self.open.append(Transaction(self.now))
        return self.open[-1]

    def save(self, transaction: Transaction, record_id: str, *, deletes: bool = False) -> bool:
        """Save a record; False when another transaction has it locked, or it is deleted."""
        if any(record_id in item.saves for item in self.open if item is not transaction):
            return False
        old = transaction.saves.get(record_id) or self.records.get(record_id)
        if (old is not None and old.deleted) or (old is None and deletes):
            return False
        created = old.created if old is not None else self.second
        self.saved += 1
        transaction.saves[record_id] = Record(
            record_id, created, self.second, self.saved, deleted=deletes
        )
        return True

    def commit(self, transaction: Transaction) -> None:
        self.open.remove(transaction)
        for record in transaction.saves.values():
            old = self.records.get(record.id)
            late = self.second - record.stamp > timedelta(seconds=1)
            record.twin = late and old is not None and old.stamp == record.stamp
            self.records[record.id] = record

    def advance(self, milliseconds: int) -> None:
        """Let time pass; what has been open for too long is committed at the last moment."""
        self.now += milliseconds
        for item in list(self.open):
            if self.now - item.begun >= LONGEST_TRANSACTION:
                self.commit(item)

    def answer(self, call: Call, takes: int = 0) -> httpx.Response:
        """Answer a query by what is committed now; the answer leaves after it `takes` so long."""
        rows = self._rows(call.params["q"], everything=call.path == "/queryAll")
        self.queries += 1
        self.advance(takes)
        messages = BEGIN + timedelta(milliseconds=self.now + self.skew)
        headers = {"Date": format_datetime(messages, usegmt=True)}
        body = {"totalSize": len(rows), "done": True, "records": rows}
        return httpx.Response(200, json=body, headers=headers)

    def _rows(self, query: str, *, everything: bool) -> list[dict[str, Any]]:
        result = [record for record in self.records.values() if everything or not record.deleted]
        if "IsDeleted = true" in query:
            result = [record for record in result if record.deleted]
        if (keyset := _KEYSET.search(query)) is not None:
            path = (datetime.fromisoformat(keyset["stamp"]), keyset["id"])
            result = [record for record in result if (_by(record, keyset["by"]), record.id) > path]
        elif (since := _SINCE.search(query)) is not None:
            stamp = datetime.fromisoformat(since["stamp"])
            result = [record for record in result if _by(record, since["by"]) >= stamp]
        order = _ORDER.search(query)
        assert order is not None, query
        result.sort(
            key=lambda item: (_by(item, order["by"]), item.id), reverse=order["way"] == "DESC"
        )
        return [record.row() for record in result[: int(order["limit"])]]


def drive(flow: Flow[Any], org: ChangingOrg, takes: int = 0) -> Any:
    """Run a flow on the org; `takes` is how long each query runs after it has looked."""
    try:
        step: FlowStep = next(flow)
        while True:
            assert isinstance(step, Call)
            step = flow.send(org.answer(step, takes))
    except StopIteration as done:
        return done.value


def salesforce(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"


def _by(record: Record, name: str) -> datetime:
    moments: Mapping[str, datetime] = {
        "SystemModstamp": record.stamp,
        "CreatedDate": record.created,
        "LastPublishedDate": record.stamp,
    }
    return moments[name]
