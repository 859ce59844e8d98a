"""Actions as tasks of a real worker, with a broker in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from engines.conftest import EngineSite

from connector_host.engines.celery import ActionFailed, register_tasks
from salesforce_emulator.faults import Fault, faults_of


@pytest.fixture
def app(site: EngineSite) -> Iterator[Celery]:
    app = Celery("tests", broker="memory://", backend="cache+memory://")
    app.conf.update(broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)
    register_tasks(app, lambda: site.host)
    with start_worker(app, perform_ping_check=False, pool="solo"):
        yield app


def call(app: Celery, name: str, *arguments: Any) -> Any:
    return app.send_task(name, arguments).get(timeout=60)


def test_invalid_input_fails_with_details_and_is_not_retried(app: Celery) -> None:
    with pytest.raises(ActionFailed) as failed:
        call(app, "salesforce.query", "acme", {"soql": "SELECT Nmae FROM Account"})
    assert failed.value.details["code"] == "INVALID_FIELD"


def test_an_action_runs_in_a_worker(app: Celery) -> None:
    inputs = {"sobject": "Account", "fields": {"Name": "By Celery"}}
    created = call(app, "salesforce.create_record", "acme", inputs)
    query = {"soql": "SELECT Id FROM Account WHERE Name = 'By Celery'"}
    result = call(app, "salesforce.query", "acme", query)["output"]["records"]
    assert [record["Id"] for record in result] == [created["output"]["id"]]


def test_retryable_error_is_retried(site: EngineSite, app: Celery) -> None:
    """More refusals than the connector's own retries take: Celery goes on after them."""
    faults_of(site.org).order(
        Fault(kind="too_many_requests", path="/query", count=1, retry_after=7)
    )
    query = {"soql": "SELECT Id FROM Account"}
    assert call(app, "salesforce.query", "acme", query)["output"]["records"] == []


def test_the_connection_is_tested(app: Celery) -> None:
    assert call(app, "connector.test_connection", "acme")["ok"] is True


def test_only_repeatable_actions_are_acknowledged_late(app: Celery) -> None:
    assert app.tasks["salesforce.query"].acks_late
    assert not app.tasks["salesforce.create_record"].acks_late
