"""Runs of DAGs on two edge workers: the real work, a killed worker, and what outlives a run."""

import json
import time
from collections.abc import Callable

import httpx
import pytest
from engines.airflow.airflow_cluster import AirflowCluster
from engines.airflow.airflow_home import connection_json
from engines.conftest import EngineSite

from salesforce_emulator.faults import faults_of
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.browser_user import BrowserUser

pytestmark = pytest.mark.timeout(400)  # the first test starts Airflow

Note = Callable[[str], None]
REDIRECT = "http://127.0.0.1:8910/callback"
ORDERS = 8  # upserts of the run whose worker is killed
AT_ONCE = 4  # two workers with two slots each
HEAD = """
from datetime import timedelta

from airflow.sdk import DAG

from connector_host.engines.airflow.operators import ActionOperator
from connector_host.engines.airflow.sensors import TriggerSensor

# SQLite locks no rows: now and then both workers take the same job, and one of them fails.
again = {"retries": 2, "retry_delay": timedelta(seconds=1)}
"""
LOAD = """
with DAG("load", schedule=None, default_args=again):
    rows = [{"Order_Key__c": f"bulk-{n}", "Name": f"Bulk {n}"} for n in range(500)]
    order = {"sobject": "Account", "external_id_field": "Order_Key__c"}
    query = ActionOperator(
        task_id="query",
        conn_id="work",
        action="query",
        inputs={"soql": "SELECT Username FROM User WHERE IsActive = true LIMIT 1"},
    )
    upsert = ActionOperator(
        task_id="upsert",
        conn_id="work",
        action="upsert_record",
        inputs={
            **order,
            "external_id": "single-1",
            "fields": {"Name": "For {{ ti.xcom_pull('query')['records'][0]['Username'] }}"},
        },
    )
    bulk = ActionOperator(
        task_id="bulk",
        conn_id="work",
        action="bulk_write",
        inputs={**order, "operation": "upsert", "records": rows},
        deferrable=True,
    )
    say = ActionOperator(task_id="say", conn_id="tiny", action="say", inputs={"text": "done"})
    query >> upsert >> bulk
"""
ORDERS_DAG = """
with DAG("orders", schedule=None, default_args=again):
    ActionOperator.partial(
        task_id="upsert",
        conn_id="work",
        action="upsert_record",
    ).expand(
        inputs=[
            {
                "sobject": "Account",
                "external_id_field": "Order_Key__c",
                "external_id": f"order-{number}",
                "fields": {"Name": f"Order {number}"},
            }
            for number in range(%d)
        ]
    )
"""
CHANGED = """
with DAG("changed", schedule=None, default_args=again):
    TriggerSensor(
        task_id="changed",
        conn_id="work",
        trigger="record_created_or_updated",
        inputs={"sobject": "Contact", "fields": ["LastName"], "start": "everything"},
        poke_interval=1,
        timeout=60,
    )
"""
PERSON = """
with DAG("person", schedule=None, default_args=again):
    objects = ActionOperator(task_id="objects", conn_id="person", action="list_objects")
    limits = ActionOperator(task_id="limits", conn_id="person", action="get_limits")
    query = ActionOperator(
        task_id="query",
        conn_id="person",
        action="query",
        inputs={"soql": "SELECT Id FROM User LIMIT 1"},
    )
    objects >> limits >> query
"""


def keys_like(site: EngineSite, pattern: str) -> list[str]:
    """Return the external ids that fit, sorted, one for each record."""
    soql = f"SELECT Order_Key__c FROM Account WHERE Order_Key__c LIKE '{pattern}'"  # noqa: S608
    output = site.host.runner.run("acme", "query", {"soql": soql})["output"]
    return sorted(record["Order_Key__c"] for record in output["records"])


def test_a_dag_queries_upserts_and_loads_in_bulk(
    served_site: EngineSite, cluster: AirflowCluster, note: Note
) -> None:
    """The bulk load waits in the triggerer, and the second connector runs beside it."""
    faults_of(served_site.org).add("latency", method="POST", path="/jobs/ingest$", seconds=5.0)
    extra = json.dumps({"room": "open", "token": "hush-hush"})
    cluster.add_connection("tiny", json.dumps({"conn_type": "echoconnector", "extra": extra}))
    cluster.home.write_dag("load", HEAD + LOAD)
    begin = time.monotonic()
    run = cluster.start_run("load")

    def bulk_state() -> str:
        tasks = {task["task_id"]: task["state"] for task in cluster.tasks("load", run)}
        return tasks["bulk"] or ""

    cluster.wait_for(lambda: bulk_state() in ("deferred", "success", "failed"), 120)
    assert bulk_state() == "deferred"
    assert cluster.finish("load", run) == "success", cluster.logs()
    note(f"the first run was finished {time.monotonic() - begin:.0f} s after its DAG was written")

    output = cluster.result("load", run, "bulk")
    assert keys_like(served_site, "bulk-%") == sorted(f"bulk-{n}" for n in range(500)), output
    assert keys_like(served_site, "single-%") == ["single-1"]
    assert cluster.result("load", run, "say") == {"text": "done", "heard": 1}
    secret = served_site.host.store.get("acme").settings["consumer_secret"]
    assert secret not in cluster.logs(None)


def test_a_killed_workers_tasks_are_retried_on_the_other(
    served_site: EngineSite, cluster: AirflowCluster, note: Note
) -> None:
    """Each of the first calls is done and its answer still on its way when the worker dies."""
    slow = faults_of(served_site.org).add(
        "slow_body", method="PATCH", path="/Order_Key__c/", count=AT_ONCE, seconds=30.0
    )
    cluster.home.write_dag("orders", HEAD + ORDERS_DAG % ORDERS)
    run = cluster.start_run("orders")
    cluster.wait_for(lambda: slow.happened == AT_ONCE, 120)
    lost = {index for index, _, worker in cluster.jobs("orders", run) if worker == "w1"}
    assert lost

    begin = time.monotonic()
    cluster.kill("w1")
    assert cluster.finish("orders", run) == "success", cluster.logs()

    tasks = cluster.tasks("orders", run)
    assert {task["map_index"] for task in tasks if task["try_number"] > 1} >= lost
    last_tries = {index: worker for index, _, worker in sorted(cluster.jobs("orders", run))}
    assert {last_tries[index] for index in lost} == {"w2"}
    assert keys_like(served_site, "order-%") == [f"order-{n}" for n in range(ORDERS)]
    note(
        f"a worker was killed with {len(lost)} of {ORDERS} upserts running: success after"
        f" {time.monotonic() - begin:.0f} s, {ORDERS} records, none twice"
    )


def test_sensor_continues_from_its_last_cursor(
    served_site: EngineSite, cluster: AirflowCluster
) -> None:
    def create(name: str) -> None:
        inputs = {"sobject": "Contact", "fields": {"LastName": name}}
        served_site.host.runner.run("acme", "create_record", inputs)

    def last_names(run: str) -> list[str]:
        events = cluster.result("changed", run, "changed")
        return [event["record"]["LastName"] for event in events]

    create("First")
    cluster.home.write_dag("changed", HEAD + CHANGED)
    first = cluster.run_dag("changed")
    create("Second")
    second = cluster.run_dag("changed")

    assert "First" in last_names(first)
    assert last_names(second) == ["Second"]


def test_a_stored_sign_in_is_refreshed_by_each_process_that_needs_it(
    served_site: EngineSite, cluster: AirflowCluster
) -> None:
    """Three processes; the session ends before each call, and each refresh rotates the token."""
    sign_in(served_site, "person")
    before = served_site.host.store.get("person").credentials
    for path in ("/sobjects$", "/limits$", "/query$"):
        faults_of(served_site.org).add("session_expired", path=path)
    changes = {"auth_method": "store", "stored_connection": "person"}
    cluster.add_connection("person", connection_json(served_site, **changes))
    cluster.home.write_dag("person", HEAD + PERSON)

    cluster.run_dag("person")

    after = served_site.host.store.get("person").credentials
    assert after["refresh_token"] != before["refresh_token"]
    assert served_site.host.runner.run("person", "get_limits", {})["output"]


def sign_in(site: EngineSite, name: str) -> None:
    """Sign in through a browser to the org's app that rotates refresh tokens."""
    app = next(app for app in identity_of(site.org).apps if app.refresh_token_rotation)
    settings = {"my_domain_url": site.url, "consumer_key": app.consumer_key, "local_org": True}
    begun = site.host.runner.begin(
        name,
        connector="salesforce",
        method="authorization_code",
        settings=settings,
        redirect_uri=REDIRECT,
    )
    login = next(iter(identity_of(site.org).logins))
    assert login.password is not None
    with httpx.Client() as browser:
        user = BrowserUser(browser, login.username, login.password)
        callback = user.authorize(begun.url, REDIRECT)
    site.host.runner.finish(begun.ticket, callback)
