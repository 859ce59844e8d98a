"""Listings of the REST API: recent, changed and deleted records, counts, limits."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from salesforce_emulator.org.clock import Clock


def test_recent_lists_viewed_records(client: httpx.Client, clock: Clock) -> None:
    def make(name: str, **headers: str) -> str:
        clock.advance(timedelta(seconds=1))
        body = client.post("/sobjects/Account", json={"Name": name}, headers=headers).json()
        return str(body["id"])

    first, second = make("First"), make("Second")
    make("Unseen", **{"Sforce-Mru": "updateMru=false"})
    clock.advance(timedelta(seconds=1))
    client.get(f"/sobjects/Account/{first}")

    recent = client.get("/recent?limit=2").json()

    assert [item["Id"] for item in recent] == [first, second]
    assert list(recent[0]) == ["attributes", "Id", "Name"]
    items = client.get("/sobjects/Account").json()["recentItems"]
    assert [item["Name"] for item in items] == ["First", "Second"]
    assert client.get("/recent?limit=0").status_code == 400


def test_updated_and_deleted_list_records(client: httpx.Client, clock: Clock, acme: str) -> None:
    removed = client.post("/sobjects/Account", json={"Name": "Gone"}).json()["id"]
    client.delete(f"/sobjects/Account/{removed}")

    def ask(what: str, start: str, end: str) -> httpx.Response:
        return client.get(f"/sobjects/Account/{what}/", params={"start": start, "end": end})

    start, end = "2026-11-22T11:00:00+00:00", "2026-11-22T13:00:00Z"
    assert ask("updated", start, end).json() == {
        "ids": [acme],
        "latestDateCovered": "2026-11-22T12:00:00.000+0000",
    }
    assert ask("deleted", start, end).json()["deletedRecords"] == [
        {"id": removed, "deletedDate": "2026-11-22T12:00:00.000+0000"}
    ]
    refused: list[Callable[[], httpx.Response]] = [
        lambda: ask("updated", "2026-10-01T00:00:00Z", end),
        lambda: ask("updated", end, end),
        lambda: ask("updated", "whenever", end),
        lambda: client.get("/sobjects/Account/deleted"),
    ]
    assert [item().status_code for item in refused] == [400] * 4


@pytest.mark.parametrize("path", ["suggestedArticles", "defaultValues"])
def test_unsupported_resources_are_named_in_the_error(client: httpx.Client, path: str) -> None:
    response = client.get(f"/sobjects/Account/{path}")

    assert response.status_code == 501
    assert path in response.json()[0]["message"]


def test_record_count_omits_empty_objects(client: httpx.Client, acme: str) -> None:
    response = client.get("/limits/recordCount?sObjects=account,Contact,Xyzzy")

    assert response.json() == {"sObjects": [{"count": 1, "name": "Account"}]}
    entries = client.get("/limits/recordCount").json()["sObjects"]
    assert {"count": 10, "name": "OpportunityStage"} in entries


def test_counts_an_object_that_was_emptied(client: httpx.Client, acme: str) -> None:
    client.delete(f"/sobjects/Account/{acme}")

    counted = client.get("/limits/recordCount?sObjects=Account,Contact").json()

    assert counted == {"sObjects": [{"count": 0, "name": "Account"}]}


def test_limits_are_listed(client: httpx.Client) -> None:
    limits = client.get("/limits").json()

    assert limits["DailyApiRequests"] == {
        "Max": 15000,
        "Remaining": 14999,
        "automation": {"Max": 0, "Remaining": 0},
    }
    assert limits["SingleEmail"] == {"Max": 15, "Remaining": 15}
    assert list(limits) == sorted(limits)


def test_limits_are_those_of_the_api_version(client: httpx.Client) -> None:
    newest, older = (
        client.get(f"https://{client.base_url.host}/services/data/v{version}.0/limits").json()
        for version in (68, 40)
    )

    assert {"DailyBulkApiBatches", "ExternalServicesObjects", "ScheduledFlowRunLimit"} <= set(
        newest
    )
    assert "PermissionSets" not in older
    assert {"DailyBulkApiRequests", "MonthlyPlatformEvents"} <= set(older)
    assert "DailyBulkApiRequests" not in newest
