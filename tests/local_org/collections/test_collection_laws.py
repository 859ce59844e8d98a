"""Laws of requests with several records, on generated records and faults."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from local_org.collections.composite_calls import ROOT, Json, create
from local_org.conftest import token_of

from salesforce_emulator.errors import unable_to_lock
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.serving.transport import OrgTransport

LAW = settings(max_examples=20, deadline=None)
KINDS = ("Account", "Contact", "Opportunity")

NAMES = st.sampled_from(["Ann", "Bob", None, "", "x" * 300])
ACCOUNTS = st.fixed_dictionaries(
    {"Name": NAMES},
    optional={
        "External_Id__c": st.sampled_from(["k1", "k2", "k3"]),
        "NumberOfEmployees": st.integers(-10, 10**10),
        "ParentId": st.sampled_from(["001000000000001AAA", "003000000000001AAA", "x", None]),
    },
)
CONTACTS = st.fixed_dictionaries(
    {"LastName": NAMES}, optional={"Email": st.sampled_from(["a@example.com", "nobody", None])}
)
RECORDS = st.lists(
    st.one_of(
        ACCOUNTS.map(lambda fields: ("Account", fields)),
        CONTACTS.map(lambda fields: ("Contact", fields)),
    ),
    min_size=1,
    max_size=9,
)


class Caller:
    """An org of its own, and a client of it."""

    def __init__(self) -> None:
        self.org = open_org(clock=Clock(datetime(2026, 11, 22, 12, tzinfo=UTC)))
        self.client = httpx.Client(
            transport=OrgTransport(self.org),
            base_url=f"https://{self.org.host}{ROOT}",
            headers={"Authorization": f"Bearer {token_of(self.org, self.org.admin_id)}"},
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Return all that the records hold."""
        tables = (self.org.db.execute(f'SELECT * FROM "{kind}" ORDER BY "Id"') for kind in KINDS)  # noqa: S608
        return [tuple(row) for table in tables for row in table]

    def close(self) -> None:
        self.client.close()
        self.org.close()


@contextmanager
def caller() -> Generator[Caller]:
    created = Caller()
    try:
        yield created
    finally:
        created.close()


class Faults:
    """Refuses the saves with these numbers, or breaks on them."""

    def __init__(self, at: set[int], *, breaks: bool = False) -> None:
        self._at, self._breaks = at, breaks
        self.saves = 0

    def __call__(self, save: SaveContext) -> None:
        self.saves += 1
        if self.saves in self._at:
            if self._breaks:
                raise RuntimeError("made up")
            raise unable_to_lock(save.record_id)


def typed(kind: str, fields: Json) -> Json:
    return {"attributes": {"type": kind}, **fields}


def as_item(answer: httpx.Response) -> Json:
    """Return the answer to a single request as an item of a collection."""
    if answer.is_success:
        values: Json = answer.json()
        return values
    errors = [
        {"statusCode": item["errorCode"], "message": item["message"], "fields": item["fields"]}
        for item in answer.json()
    ]
    return {"success": False, "errors": errors}


@LAW
@given(RECORDS)
def test_a_collection_is_its_records_one_by_one(records: list[tuple[str, Json]]) -> None:
    """The answers, the ids and all fields of the records are the same."""
    with caller() as many, caller() as single:
        body = {"records": [typed(kind, fields) for kind, fields in records]}
        together = many.client.post("/composite/sobjects", json=body).json()

        one_by_one = [
            as_item(single.client.post(f"/sobjects/{kind}", json=fields))
            for kind, fields in records
        ]

        assert together == one_by_one
        assert many.rows() == single.rows()


@LAW
@given(
    st.lists(
        st.tuples(st.sampled_from(["k1", "k2", "k3"]), NAMES),
        min_size=1,
        max_size=6,
        unique_by=lambda item: item[0],
    ),
    st.sets(st.sampled_from(["k1", "k2"])),
)
def test_a_collection_of_upserts_is_upserts_one_by_one(
    records: list[tuple[str, Any]], there: set[str]
) -> None:
    """So they are; a key stands in the body of the one, and in the URL of the other."""
    with caller() as many, caller() as single:
        for entry in (many, single):
            for key in sorted(there):
                entry.client.patch(f"/sobjects/Account/External_Id__c/{key}", json={"Name": key})
        body = {
            "records": [
                typed("Account", {"External_Id__c": key, "Name": name}) for key, name in records
            ]
        }
        together = many.client.patch("/composite/sobjects/Account/External_Id__c", json=body).json()

        one_by_one = [
            as_item(
                single.client.patch(f"/sobjects/Account/External_Id__c/{key}", json={"Name": name})
            )
            for key, name in records
        ]

        assert together == [{"created": False, **item} for item in one_by_one]
        assert many.rows() == single.rows()


def collection(number: int) -> tuple[str, Json]:
    records = [typed("Account", {"Name": f"A{n}"}) for n in range(number)]
    return "/composite/sobjects", {"allOrNone": True, "records": records}


def composite(number: int) -> tuple[str, Json]:
    steps = [create(f"r{n}", "Account", Name=f"A{n}") for n in range(number)]
    return "/composite", {"allOrNone": True, "compositeRequest": steps}


def graph(number: int) -> tuple[str, Json]:
    steps = [create(f"r{n}", "Account", Name=f"A{n}") for n in range(number)]
    return "/composite/graph", {"graphs": [{"graphId": "g", "compositeRequest": steps}]}


def tree(number: int) -> tuple[str, Json]:
    records = [
        {"attributes": {"type": "Account", "referenceId": f"r{n}"}, "Name": f"A{n}"}
        for n in range(number)
    ]
    return "/composite/tree/Account", {"records": records}


@pytest.mark.parametrize("make", [collection, composite, graph, tree])
@pytest.mark.parametrize("breaks", [False, True], ids=["refuses", "breaks"])
def test_all_or_none_is_all_or_none_whatever_fails(make: Any, breaks: bool) -> None:
    """Wherever a save is refused, or the org itself breaks, nothing of the request stays."""

    @LAW
    @given(st.integers(1, 12), st.sets(st.integers(1, 14), max_size=3))
    def law(number: int, at: set[int]) -> None:
        org, client = http.org, http.client
        before = len(http.rows())
        declared_rules(org).save_checks[:] = [Faults(at, breaks=breaks)]
        path, body = make(number)

        response = client.post(path, json=body)

        fails = any(item <= number for item in at)
        assert len(http.rows()) == before + (0 if fails else number)
        assert not org.db.in_transaction
        if breaks and fails:
            assert response.status_code == 500
        elif not fails:
            assert response.is_success
            assert "PROCESSING_HALTED" not in response.text

    with caller() as http:
        law()
