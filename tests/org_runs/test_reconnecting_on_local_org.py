"""Connecting again with the same settings, through a host: the old token is dead at once."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import httpx
import pytest
from local_apps import app_settings

from connector_host.errors import NeedsSignIn
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from salesforce_actions.plugin import SalesforceConnector
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConnectionStore]:
    opened = ConnectionStore.in_folder(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def runner(connector: SalesforceConnector, store: ConnectionStore, local_org: Org) -> Runner:
    """A host with the connector and one connection that acts as its Run As user."""

    class Entry(EntryPoint):
        def load(self) -> Any:
            return connector

    entry = Entry("salesforce", "salesforce_actions.plugin:plugin", "workflow_connectors")
    runner = Runner(Registry.load([entry]), store)
    settings = app_settings(local_org, "automation")
    runner.connect("acme", "salesforce", "client_credentials", settings)
    return runner


def whose(runner: Runner) -> Any:
    result: Any = runner.run("acme", "get_user_info", {})
    return result["output"]["username"]


def answers(org: Org, token: str) -> int:
    with httpx.Client(transport=OrgTransport(org)) as client:
        url = f"https://{org.host}/services/data/v60.0/limits"
        return client.get(url, headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_old_token_is_ended_and_the_next_call_has_a_new_one(
    runner: Runner, store: ConnectionStore, local_org: Org
) -> None:
    before = whose(runner)
    token = str(store.get("acme").credentials["access_token"])
    other = next(
        login.username for login in identity_of(local_org).logins if login.username != before
    )
    identity_of(local_org).apps.change("automation", run_as=other)

    runner.reconnect("acme", app_settings(local_org, "automation"))

    assert answers(local_org, token) == 401
    assert whose(runner) == other


def test_a_test_that_finds_a_dead_grant_marks_the_connection(
    runner: Runner, store: ConnectionStore, local_org: Org
) -> None:
    settings = app_settings(local_org, "sync")
    secret = {"consumer_secret": settings.pop("consumer_secret")}
    store.add(
        "person",
        connector="salesforce",
        method="authorization_code",
        settings=settings,
        secrets=secret,
        credentials={"access_token": "00DENDED!ENDED", "refresh_token": "5AepREVOKED"},
    )

    assert not runner.test("person")["ok"]

    needed = store.get("person").needs_sign_in
    assert needed is not None
    assert needed.code == "INVALID_GRANT"
    with pytest.raises(NeedsSignIn, match="no longer valid"):
        runner.run("person", "get_user_info", {})


def test_a_failure_that_an_administrator_mends_leaves_no_mark(
    runner: Runner, store: ConnectionStore, local_org: Org
) -> None:
    assert runner.test("acme")["ok"]
    with local_org.lock, local_org.transaction():
        local_org.db.execute("DELETE FROM identity_session")
    run_as = identity_of(local_org).apps["automation"].run_as
    identity_of(local_org).apps.change("automation", run_as=None)

    report = runner.test("acme")

    (failed,) = [item for item in report["checks"] if item["status"] == "failed"]
    assert (failed["id"], failed["kind"]) == ("sign_in", "forbidden")
    assert store.get("acme").needs_sign_in is None  # an administrator is needed, not a sign-in
    identity_of(local_org).apps.change("automation", run_as=run_as)
    assert runner.test("acme")["ok"]
