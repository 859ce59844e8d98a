"""A new org: its first rows, in a file, in process, on a socket."""

import asyncio
import socket
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from salesforce_emulator.http.loopback import PortInUse
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock, datetime_text, datetime_value, http_date
from salesforce_emulator.org.state import Org
from salesforce_emulator.records.writing import create
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.serving.server import serve
from salesforce_emulator.serving.transport import OrgTransport


def test_a_busy_port_is_named(org: Org) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with (
            pytest.raises(PortInUse, match=f"Port {port} of 127.0.0.1 is in use"),
            serve(org, port),
        ):
            pass


def test_listens_on_this_machine_and_stops(org: Org) -> None:
    with serve(org) as url:
        assert url.startswith("http://127.0.0.1:")
        response = httpx.get(f"{url}/services/data")
        assert response.json()[-1]["version"] == "68.0"
        assert response.headers["server"] == "sfdcedge"

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/services/data")


def test_many_threads_may_write_at_once(org: Org, token: str) -> None:
    def work(url: str) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
            for _ in range(5):
                client.post(f"{url}/services/data/v68.0/sobjects/Account", json={"Name": "A"})

    with serve(org) as url:
        threads = [threading.Thread(target=work, args=(url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert org.db.execute('SELECT COUNT(DISTINCT "Id") FROM "Account"').fetchone()[0] == 20


def test_sync_and_async_clients_share_one_org(org: Org) -> None:
    transport = OrgTransport(org)

    async def ask() -> int:
        async with httpx.AsyncClient(transport=transport) as client:
            return (await client.get(f"https://{org.host}/services/data")).status_code

    with httpx.Client(transport=transport) as client:
        assert client.get(f"https://{org.host}/services/data").status_code == 200
    assert asyncio.run(ask()) == 200
    with httpx.Client(transport=transport) as client:
        assert client.get(f"https://{org.host}/services/data").status_code == 200


def test_keeps_its_records_in_a_file(tmp_path: Path) -> None:
    data = tmp_path / "org.sqlite3"
    with open_org(data=data, seed=3) as org, org.transaction():
        access = org.access(org.admin_id)
        first = create(org, access, org.schema["Account"], {"Name": "Acme"})
        create(org, access, org.schema["Case"], {})
        create(org, access, org.schema["Case"], {})

    with open_org(data=data, seed=3) as org, org.transaction():
        access = org.access(org.admin_id)
        second = create(org, access, org.schema["Account"], {"Name": "Acme"})
        create(org, access, org.schema["Case"], {})
        names = org.db.execute('SELECT "Name" FROM "Account"').fetchall()
        numbers = org.db.execute('SELECT "CaseNumber" FROM "Case" ORDER BY 1').fetchall()

    assert first < second
    assert len(names) == 2
    assert [row[0] for row in numbers] == ["00001000", "00001001", "00001002"]


def test_a_file_of_before_gets_the_fields_that_came_since(tmp_path: Path) -> None:
    data = tmp_path / "org.sqlite3"
    with open_org(data=data, schema=Schema.standard()):
        pass

    with open_org(data=data) as org, org.transaction():
        body = {"Name": "A", "External_Id__c": "X"}
        create(org, org.access(org.admin_id), org.schema["Account"], body)


def test_the_same_seed_makes_the_same_org() -> None:
    with open_org(seed=5) as first, open_org(seed=5) as same, open_org(seed=6) as other:
        assert (first.org_id, first.admin_id) == (same.org_id, same.admin_id)
        assert first.org_id != other.org_id


def test_a_new_org_has_its_first_rows(org: Org) -> None:
    counts = {
        name: org.db.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in ("Organization", "User", "Profile", "OpportunityStage", "CaseStatus")
    }

    assert counts == {
        "Organization": 1,
        "User": 1,
        "Profile": 4,
        "OpportunityStage": 10,
        "CaseStatus": 4,
    }
    admin = org.user(org.admin_id)
    assert admin is not None
    assert admin["Name"] == "Ada Admin"
    assert org.user("005000000000000AAA") is None


def test_an_inner_transaction_that_fails_drops_its_own_writes_only(
    org: Org, access: Access
) -> None:
    account = org.schema["Account"]
    with org.transaction():
        create(org, access, account, {"Name": "Kept"})
        with pytest.raises(KeyError):
            _create_and_fail(org, access)

    assert [row[0] for row in org.db.execute('SELECT "Name" FROM "Account"')] == ["Kept"]


def _create_and_fail(org: Org, access: Access) -> None:
    with org.transaction():
        create(org, access, org.schema["Account"], {"Name": "Dropped"})
        raise KeyError


def test_an_org_that_is_closed_is_closed() -> None:
    with open_org() as org:
        pass

    with pytest.raises(sqlite3.ProgrammingError):
        org.db.execute("SELECT 1")


def test_schemas_are_looked_up_in_any_case(org: Org) -> None:
    account = org.schema["account"]

    assert org.schema.get("ACCOUNT") is account
    assert org.schema.get("Nope") is None
    assert "aCCount" in org.schema
    assert 5 not in org.schema
    assert org.schema.by_prefix("001000000000001") is account
    parent = account.relationship("PARENT")
    assert parent is not None
    assert parent.name == "ParentId"
    contacts = account.child("contacts")
    assert contacts is not None
    assert contacts.child_sobject == "Contact"
    assert account.child("nope") is None


def test_clock_stops_runs_and_advances() -> None:
    zone = timezone(timedelta(hours=2))
    clock = Clock(datetime(2026, 1, 1, 1, 2, 3, 4567, tzinfo=zone))
    assert datetime_text(clock.now()) == "2025-12-31T23:02:03.004+0000"
    assert clock.today().isoformat() == "2025-12-31"
    clock.advance(timedelta(hours=1))
    assert http_date(clock.now()) == "Thu, 01 Jan 2026 00:02:03 GMT"

    running = Clock()
    ahead = running.now()
    running.advance(timedelta(days=1))
    assert timedelta(hours=23) < running.now() - ahead < timedelta(hours=25)


def test_a_moment_reads_as_it_was_written() -> None:
    timestamp = datetime(2026, 1, 1, 1, 2, 3, 4000, tzinfo=UTC)

    assert datetime_value(datetime_text(timestamp)) == timestamp
