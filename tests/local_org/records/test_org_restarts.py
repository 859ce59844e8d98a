"""An org in a file keeps its data and settings over a restart."""

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import httpx
import pytest

from salesforce_emulator.config import ConfigFileError, load_config
from salesforce_emulator.identity import RefreshPolicy, identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve
from salesforce_emulator.serving.transport import OrgTransport

SALES = "sales@local-org.example"
Opened = Callable[..., Org]


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Opened:
    """Opens the org of one file; whoever opens it closes it."""

    def run(config: str = "") -> Org:
        loaded = None
        if config:
            (tmp_path / "org.toml").write_text(config)
            loaded = load_config(tmp_path / "org.toml")
        settings = Settings(reraises=True, hard_deletes=True)
        return open_org(
            data=tmp_path / "org.sqlite3", clock=clock, settings=settings, config=loaded
        )

    return run


def signed_in(org: Org, token: str = "") -> httpx.Client:
    access_token = token or identity_of(org).token_of(org.admin_id)
    return httpx.Client(
        transport=OrgTransport(org),
        base_url=f"https://{org.host}/services/data/v68.0",
        headers={"Authorization": f"Bearer {access_token}"},
    )


def test_an_app_that_was_removed_stays_away(opened: Opened) -> None:
    with opened() as org:
        identity_of(org).apps.remove("sync")
        identity_of(org).apps.create("mine")
        identity_of(org).apps.remove("mine")
    with opened() as org:
        names = [app.name for app in identity_of(org).apps]
        assert {"sync", "mine"}.isdisjoint(names)
        identity_of(org).apps.create("sync", label="Another")
    with opened() as org:
        assert identity_of(org).apps["sync"].label == "Another"


def test_apps_are_as_they_were_changed(opened: Opened, clock: Clock) -> None:
    with opened() as org:
        apps = identity_of(org).apps
        created = apps.create("mine", label="Mine", flows=frozenset({"client_credentials"}))
        apps.add_callback("sync", "https://engine.example/cb")
        changed = apps.change(
            "platform",
            session_timeout=timedelta(minutes=15),
            propagating_until=clock.now(),
            approved_users=frozenset({SALES}),
            refresh_token_policy=RefreshPolicy("idle", timedelta(days=1)),
        )
        before = [*apps]
    with opened() as org:
        apps = identity_of(org).apps
        assert (apps["mine"], apps["platform"]) == (created, changed)
        assert [*apps] == before


def test_stored_changes_override_the_config(opened: Opened) -> None:
    config = f"""
[[apps]]
name = "depot"
label = "Depot"
[[users]]
username = "{SALES}"
last_name = "Sales"
password = "first"
"""
    with opened(config) as org:
        identity_of(org).apps.change("depot", require_pkce=True)
        identity_of(org).logins.change(SALES, password="second")
    with opened(config.replace('"Depot"', '"The depot"')) as org:
        app = identity_of(org).apps["depot"]
        assert (app.label, app.require_pkce) == ("The depot", True)
        assert identity_of(org).logins[SALES].password == "second"


def test_a_missing_last_config_file_is_reported(opened: Opened, tmp_path: Path) -> None:
    opened("[settings]\nbulk_wait = 1").close()
    (tmp_path / "org.toml").unlink()

    with pytest.raises(ConfigFileError, match=r"org\.toml: it cannot be read"):
        opened()


def test_is_set_up_by_the_config_that_it_was_opened_with_last(opened: Opened) -> None:
    config = """
[[objects]]
name = "Parcel__c"
"""
    with opened(config) as org, signed_in(org) as client:
        created = client.post("/sobjects/Parcel__c", json={"Name": "P"}).json()["id"]
    with opened() as org, signed_in(org) as client:
        assert client.get(f"/sobjects/Parcel__c/{created}").json()["Name"] == "P"


def test_logins_are_as_they_were_changed(opened: Opened) -> None:
    changes = {
        "password": "another",
        "frozen": True,
        "ip_ranges": ("10.0.0.0/8",),
        "login_hours": (time(8), time(17, 30)),
    }
    with opened() as org:
        sales = identity_of(org).logins.change(SALES, **changes)
        new = identity_of(org).logins.change("new@local-org.example", password="new")
    with opened() as org:
        assert identity_of(org).logins[SALES] == sales
        assert identity_of(org).logins["new@local-org.example"] == new
        assert new in identity_of(org).logins


def test_tokens_and_limits_go_on(opened: Opened, clock: Clock) -> None:
    with opened() as org:
        token = identity_of(org).token_of(org.admin_id)
        with signed_in(org, token) as client:
            client.get("/limits")
            assert client.get("/limits").headers["sforce-limit-info"] == "api-usage=2/15000"
        org.limits.take("HourlySyncReportRuns", 7)
    with opened() as org, signed_in(org, token) as client:
        limits = client.get("/limits")
        assert limits.headers["sforce-limit-info"] == "api-usage=3/15000"
        assert limits.json()["HourlySyncReportRuns"] == {"Max": 500, "Remaining": 493}
        assert org.limits.per_app["automation"] == 3
    clock.advance(timedelta(days=1))
    with opened() as org:
        assert org.limits.api_used == 0


def _hard_delete(client: httpx.Client, sobject: str, record_id: str, clock: Clock) -> None:
    created = client.post("/jobs/ingest", json={"object": sobject, "operation": "hardDelete"})
    path = f"/jobs/ingest/{created.json()['id']}"
    client.put(
        f"{path}/batches",
        content=f"Id\n{record_id}\n".encode(),
        headers={"Content-Type": "text/csv"},
    )
    client.patch(path, json={"state": "UploadComplete"})
    clock.advance(timedelta(minutes=1))
    assert client.get(path).json()["numberRecordsProcessed"] == 1


def test_ids_and_numbers_are_never_assigned_twice(opened: Opened, clock: Clock) -> None:
    def invoice(client: httpx.Client) -> tuple[str, str]:
        created = client.post("/sobjects/Invoice__c", json={}).json()["id"]
        return created, client.get(f"/sobjects/Invoice__c/{created}").json()["Name"]

    with opened() as org, signed_in(org) as client:
        first, second = invoice(client), invoice(client)
        _hard_delete(client, "Invoice__c", second[0], clock)
    with opened() as org, signed_in(org) as client:
        third = invoice(client)

    assert [item[1] for item in (first, second, third)] == ["INV-0001", "INV-0002", "INV-0003"]
    assert third[0] not in {first[0], second[0]}


def test_report_runs_survive_a_restart(opened: Opened) -> None:
    config = """
[[reports]]
name = "Accounts"
object = "Account"
columns = ["Name"]
"""
    with opened(config) as org, signed_in(org) as client:
        (report,) = client.get("/analytics/reports").json()
        started = client.post(f"/analytics/reports/{report['id']}/instances").json()
    with opened(config) as org, signed_in(org) as client:
        path = f"/analytics/reports/{report['id']}/instances"
        again = client.post(path).json()
        assert [item["id"] for item in client.get(path).json()] == [again["id"], started["id"]]
        done = client.get(f"{path}/{started['id']}").json()
        assert done["attributes"]["status"] == "Success"
        assert done["factMap"]


def test_an_org_on_a_socket_goes_on_where_it_stopped(opened: Opened) -> None:
    """What one server was told over HTTP, the next one knows."""
    with opened() as org, serve(org) as url:
        headers = {"Authorization": f"Bearer {identity_of(org).token_of(org.admin_id)}"}
        created = httpx.post(
            f"{url}/services/data/v68.0/sobjects/Account", json={"Name": "A"}, headers=headers
        ).json()
    with opened() as org, serve(org) as url:
        path = f"{url}/services/data/v68.0/sobjects/Account/{created['id']}"
        assert httpx.get(path, headers=headers).json()["Name"] == "A"
