"""What needs no server: the provider, connection tests, and whole runs of a DAG."""

import json
from pathlib import Path
from typing import Any

import pytest
from engines.airflow.airflow_home import AirflowHome, allow_key, connection_json
from engines.conftest import EngineSite
from host.connector_site import Site

from connector_host.engines.airflow import get_provider_info
from connector_host.engines.airflow.fields import connection_type
from connector_host.registry import Registry

DAG = """
from airflow.sdk import DAG
from connector_host.engines.airflow.operators import ActionOperator
from connector_host.engines.airflow.sensors import TriggerSensor

with DAG("accounts", schedule=None) as dag:
    create = ActionOperator(
        task_id="create",
        conn_id="acme",
        action="create_record",
        inputs={"sobject": "Account", "fields": {"Name": "By Airflow {{ run_id }}"}},
    )
    query = ActionOperator(
        task_id="query",
        conn_id="acme",
        action="query",
        inputs={"soql": "SELECT Id, Name FROM Account WHERE Name LIKE 'By Airflow%'"},
        output_path="{OUTPUT}",
    )
    create >> query
"""


LIMITS = """
from airflow.sdk import DAG
from connector_host.engines.airflow.operators import ActionOperator

with DAG("limits", schedule=None) as dag:
    ActionOperator(task_id="limits", conn_id="acme", action="get_limits")
"""


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> AirflowHome:
    folder = AirflowHome(tmp_path_factory.mktemp("airflow") / "home")
    migrated = folder.run("db", "migrate")
    assert migrated.returncode == 0, migrated.stderr
    return folder


def test_the_connection_type_is_in_airflows_list(airflow: AirflowHome) -> None:
    listed = airflow.run("providers", "hooks", "--output", "json")
    types = {load["connection_type"]: load for load in json.loads(listed.stdout)}
    assert types["salesforceconnector"]["hook_name"] == "Salesforce"


def test_name_differs_from_apaches_provider(airflow: AirflowHome, tmp_path: Path) -> None:
    """Its metadata alone is on the path, which is what Airflow and we go by."""
    Site(tmp_path).install("apache-airflow-providers-salesforce", {}, "5.15.1")
    listed = airflow.run("providers", "hooks", "--output", "json", PYTHONPATH=str(tmp_path))
    types = {load["connection_type"]: load for load in json.loads(listed.stdout)}
    assert types["salesforceconnector"]["hook_name"] == "Salesforce (connector)"


def test_connection_of_apaches_provider_works(site: EngineSite, airflow: AirflowHome) -> None:
    """It has its user in `login`, and names no sign-in method: the filled-in fields say which."""
    key = allow_key(site)
    connection = {
        "conn_type": "salesforce",
        "host": site.url,
        "login": key.pop("username"),
        "password": "unused",
        "extra": json.dumps({**key, "local_org": True}),
    }
    airflow.write_dag("limits", LIMITS)
    ran = airflow.run("dags", "test", "limits", AIRFLOW_CONN_ACME=json.dumps(connection))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "get_limits: " in ran.stdout


def test_the_form_offers_no_method_that_needs_a_person() -> None:
    manifest = Registry.load(validate=False).manifest("salesforce")
    fields = connection_type(manifest, "Salesforce")["conn-fields"]
    assert fields["auth_method"]["schema"]["enum"] == ["client_credentials", "jwt_bearer", "store"]
    assert fields["consumer_secret"]["schema"]["format"] == "password"
    assert fields["private_key"]["schema"]["format"] == "multiline"
    assert "my_domain_url" not in fields  # it is Airflow's own `host`


def test_the_provider_is_distinguished_by_its_own_distribution() -> None:
    assert get_provider_info()["package-name"] == "salesforce-connector"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "success"),
        ({"consumer_secret": "wrong"}, "secret"),
        ({"auth_method": "unheard-of"}, "client_credentials"),
        ({"auth_method": "store"}, "Stored connection"),
    ],
    ids=["right", "wrong secret", "unknown method", "no stored connection"],
)
def test_the_connection_is_tested(
    site: EngineSite, airflow: AirflowHome, changes: dict[str, Any], message: str
) -> None:
    variables = {"AIRFLOW_CONN_ACME": connection_json(site, **changes), **site.environment}
    tested = airflow.run("connections", "test", "acme", **variables)
    assert (tested.returncode == 0) is (not changes), tested.stdout
    assert message.lower() in tested.stdout.lower()


def test_a_stored_connection_is_used_by_its_name(site: EngineSite, airflow: AirflowHome) -> None:
    changes = {"auth_method": "store", "stored_connection": "acme"}
    variables = {"AIRFLOW_CONN_ACME": connection_json(site, **changes), **site.environment}
    assert airflow.run("connections", "test", "acme", **variables).returncode == 0


def test_a_dag_creates_and_queries(site: EngineSite, airflow: AirflowHome, tmp_path: Path) -> None:
    output = tmp_path / "accounts.json"
    airflow.write_dag("accounts", DAG.replace("{OUTPUT}", str(output)))
    ran = airflow.run("dags", "test", "accounts", AIRFLOW_CONN_ACME=connection_json(site))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    records = json.loads(output.read_text())["records"]
    assert len(records) == 1
    secret = site.host.store.get("acme").settings["consumer_secret"]
    assert secret not in ran.stdout + ran.stderr
