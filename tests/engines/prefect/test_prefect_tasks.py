"""Blocks and tasks with a real Prefect server on loopback, which keeps its state in a folder."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from engines.conftest import EngineSite
from host.connector_site import TINY, Site
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL
from prefect.testing.utilities import prefect_test_harness

from connector_host.engines.prefect import (
    ActionFailed,
    action_task,
    blocks,
    load_cursor,
    save_cursor,
    trigger_task,
)
from connector_host.errors import UnknownName
from connector_host.registry import Registry
from salesforce_emulator.faults import faults_of

PREFECT = str(Path(sys.executable).with_name("prefect"))
SAVED = "salesforce-client-credentials/acme"
MODULE = "connector_host.engines.prefect.blocks"
QUERY = {"soql": "SELECT Name FROM Account WHERE Name LIKE 'By Prefect%'"}
ECHO_FLOW = """
from prefect import flow

from connector_host.engines.prefect import action_task
from connector_host.engines.prefect.blocks import EchoToken

say = action_task("echo", "say")


@flow
def echo():
    return say(EchoToken(room="open", token="hush-hush"), {"text": "hello"})


print("SAID", echo())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Yield the URL of a server's API; flows of this process use it too."""
    with prefect_test_harness(server_startup_timeout=90):
        yield PREFECT_API_URL.value() or ""


@pytest.fixture
def acme(site: EngineSite, server: str) -> Any:
    """The connection, saved in the server as the block SAVED."""
    block = new_block(site)
    block.save("acme", overwrite=True)
    return block


def new_block(site: EngineSite, **changes: Any) -> Any:
    settings = site.host.store.get("acme").settings
    names = ("my_domain_url", "consumer_key", "consumer_secret")
    fields = {name: settings[name] for name in names} | {"local_org": True, **changes}
    return blocks.BLOCKS["SalesforceClientCredentials"](**fields)


def run_flow(task: Any, *arguments: Any) -> Any:
    """Run a flow of one task; gives what the task gives, or raises what it raises."""

    @flow
    def one_task() -> Any:
        return task(*arguments)

    return one_task()


def run_prefect(server: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        env={**os.environ, **environment, "PREFECT_API_URL": server, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def block_types(server: str) -> dict[str, Mapping[str, Any]]:
    with get_client(sync_client=True) as client:
        answer = client._client.post("/block_types/filter", json={})
    return {item["slug"]: item for item in answer.json()}


def test_an_unknown_action_or_trigger_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="create_record"):
        action_task("salesforce", "create_recrod")
    with pytest.raises(UnknownName, match="record_created"):
        trigger_task("salesforce", "record_craeted")


def test_invalid_input_fails_at_once_and_is_not_retried(acme: Any) -> None:
    with pytest.raises(ActionFailed, match="INVALID_FIELD") as failed:
        run_flow(action_task("salesforce", "query"), acme, {"soql": "SELECT Nmae FROM Account"})
    assert failed.value.fault.kind == "rejected"


@pytest.mark.parametrize("connection", ["nobody", "salesforce-client-credentials/nobody"])
def test_error_names_a_missing_connection(acme: Any, connection: str) -> None:
    with pytest.raises(ActionFailed, match="nobody"):
        run_flow(action_task("salesforce", "query"), connection, QUERY)


def test_a_saved_block_creates_and_queries(acme: Any) -> None:
    fields = {"sobject": "Account", "fields": {"Name": "By Prefect"}}
    created = run_flow(action_task("salesforce", "create_record"), SAVED, fields)
    output = run_flow(action_task("salesforce", "query"), acme, QUERY)

    assert created["id"].startswith("001")
    assert [record["Name"] for record in output["records"]] == ["By Prefect"]


# Prefect's own client leaves a socket to its server open when an event loop ends.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_task_may_be_a_coroutine(acme: Any) -> None:
    query = action_task("salesforce", "query", asynchronous=True)

    @flow
    async def later() -> Any:
        return await query(acme, QUERY)

    assert asyncio.run(later())["records"] == []


def test_a_stored_connection_is_used_by_its_name(
    site: EngineSite, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in site.environment.items():
        monkeypatch.setenv(name, value)
    blocks.host.cache_clear()
    try:
        assert run_flow(action_task("salesforce", "query"), "acme", QUERY)["records"] == []
        assert blocks.StoredConnection(name="acme").test_connection()["ok"]
    finally:
        blocks.host().store.close()
        blocks.host.cache_clear()


def test_retryable_error_is_retried_after_the_services_delay(site: EngineSite, acme: Any) -> None:
    """The service asks for more seconds than the connector waits by itself: Prefect goes on."""
    refused = faults_of(site.org).add("too_many_requests", path="/query", count=1, retry_after=6)
    assert run_flow(action_task("salesforce", "query"), acme, QUERY)["records"] == []
    assert refused.happened == 1


def test_create_with_a_lost_response_is_not_repeated(site: EngineSite, acme: Any) -> None:
    lost = faults_of(site.org).add("reset_after", method="POST", path="/sobjects/Account$", count=9)
    fields = {"sobject": "Account", "fields": {"Name": "By Prefect once"}}
    with pytest.raises(ActionFailed) as failed:
        run_flow(action_task("salesforce", "create_record"), acme, fields)

    assert failed.value.fault.sent
    assert lost.happened == 1
    records = site.host.runner.run("acme", "query", QUERY)["output"]["records"]
    assert [record["Name"] for record in records] == ["By Prefect once"]


def test_trigger_continues_from_its_cursor(site: EngineSite, acme: Any) -> None:
    poll = trigger_task("salesforce", "record_created")
    inputs = {"sobject": "Contact", "fields": ["LastName"], "start": "everything"}

    def create(name: str) -> None:
        record = {"sobject": "Contact", "fields": {"LastName": name}}
        site.host.runner.run("acme", "create_record", record)
        site.org.clock.advance(timedelta(minutes=30))

    def last_names() -> list[str]:
        batch = run_flow(poll, acme, inputs, load_cursor("contacts"))
        save_cursor("contacts", batch["cursor"])
        return [event["record"]["LastName"] for event in batch["events"]]

    assert load_cursor("contacts") is None
    create("First")
    assert last_names() == ["First"]
    create("Second")
    assert last_names() == ["Second"]


def test_block_tests_its_connection(site: EngineSite, server: str) -> None:
    assert new_block(site).test_connection()["ok"]
    report = new_block(site, consumer_secret="wrong").test_connection()
    assert not report["ok"]
    assert "secret" in json.dumps(report["checks"]).lower()


def test_secrets_are_hidden_in_the_server_and_in_a_blocks_text(site: EngineSite, acme: Any) -> None:
    secret = site.host.store.get("acme").settings["consumer_secret"]
    with get_client(sync_client=True) as client:
        answer = client._client.get(
            "/block_types/slug/salesforce-client-credentials/block_documents/name/acme"
        )
    assert answer.json()["data"]["consumer_key"]
    assert secret not in answer.text
    assert secret not in repr(acme)
    assert secret not in str(acme)


def test_blocks_are_registered_by_prefects_own_command(server: str) -> None:
    registered = run_prefect(server, PREFECT, "block", "register", "-m", MODULE)

    assert registered.returncode == 0, registered.stdout + registered.stderr
    types = block_types(server)
    offered = {"salesforce-client-credentials", "salesforce-jwt-bearer", "stored-connection"}
    assert offered <= types.keys()
    assert "salesforce-authorization-code" not in types  # a person signs in, in our own store


def test_every_method_without_a_person_has_a_block_and_every_action_a_task() -> None:
    manifest = Registry.load(validate=False).manifest("salesforce")
    for entry in manifest["actions"]:
        assert action_task("salesforce", entry["name"]).name == f"salesforce.{entry['name']}"
    slugs = {block.get_block_type_slug() for block in blocks.BLOCKS.values()}
    assert slugs == {
        f"salesforce-{method['name']}".replace("_", "-")
        for method in manifest["auth_methods"]
        if not method.get("interactive")
    }


def test_a_second_connector_has_blocks_and_tasks_unchanged(tmp_path: Path, server: str) -> None:
    site = Site(tmp_path)
    site.install_tiny_connector()
    script = tmp_path / "echo_flow.py"
    script.write_text(ECHO_FLOW, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(TINY)])

    ran = run_prefect(server, sys.executable, str(script), PYTHONPATH=path)
    registered = run_prefect(server, PREFECT, "block", "register", "-m", MODULE, PYTHONPATH=path)

    assert "SAID {'text': 'hello', 'heard': 1}" in ran.stdout, ran.stdout + ran.stderr
    assert registered.returncode == 0, registered.stderr
    assert block_types(server)["echo-token"]["name"] == "Echo: Token"


def test_an_attribute_never_hides_one_of_the_blocks_own() -> None:
    method = {
        "name": "key",
        "title": "Key",
        "schema": {"properties": {"name": {"type": "string"}, "save": {"type": "boolean"}}},
    }
    made = blocks.block_class({"name": "shop", "title": "Shop"}, method)

    block = made(name="n", save=True)
    assert callable(block.save)
    assert {name: getattr(block, attribute) for attribute, name in made.field_names.items()} == {
        "name": "n",
        "save": True,
    }
