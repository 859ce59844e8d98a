"""Airflow's own pages in a real browser: the type is picked, filled in, saved and tested."""

from collections.abc import Callable
from typing import Any

import pytest
from engines.airflow.airflow_cluster import AirflowCluster
from engines.airflow.airflow_home import allow_key
from engines.conftest import EngineSite

pytestmark = pytest.mark.timeout(400)  # the first test starts Airflow

Picture = Callable[[Any, str], None]


def open_form(cluster: AirflowCluster, page: Any, connection: str) -> None:
    page.goto(f"{cluster.url}/connections")
    page.get_by_role("button", name="Add Connection").click()
    page.get_by_label("Connection ID").fill(connection)


def pick_type(page: Any, title: str) -> Any:
    """Search the list of types; gives the entry of that title."""
    page.get_by_role("combobox").last.fill(title)
    return page.get_by_role("option", name=title, exact=True)


def save_secret(page: Any, secret: str) -> None:
    page.get_by_role("button", name="Extra Fields", exact=True).click()
    page.locator("[name=element_consumer_secret]").fill(secret)


def row_of(page: Any, connection: str) -> Any:
    name = page.get_by_test_id("table-cell-connection_id").get_by_text(connection, exact=True)
    return page.get_by_role("row").filter(has=name)


def run_test(page: Any, connection: str, outcome: str) -> str:
    """Press the Test button in the connection's row; gives what is shown.

    Args:
        outcome: `success` or `error`, as the message's colour says.
    """
    row_of(page, connection).get_by_role("button", name="Test Connection").click()
    toast = page.locator(f"[data-scope=toast][data-part=root][data-type={outcome}]")
    toast = toast.filter(has_text="Test Connection")
    toast.wait_for()
    return str(toast.inner_text())


def test_connection_form_is_filled_in_saved_and_tested(
    served_site: EngineSite, cluster: AirflowCluster, page: Any, take_picture: Picture
) -> None:
    settings = served_site.host.store.get("acme").settings
    open_form(cluster, page, "acme")
    entry = pick_type(page, "Salesforce")
    entry.wait_for()
    take_picture(page, "type")
    entry.click()
    page.get_by_label("My Domain URL").fill(served_site.url)
    page.get_by_label("Port (443)").fill("443")
    save_secret(page, "wrong-secret")
    page.locator("[name=element_consumer_key]").fill(settings["consumer_key"])
    take_picture(page, "form")
    page.locator("label[id='switch:element_local_org']").click()
    page.get_by_role("button", name="Save").click()

    refused = run_test(page, "acme", "error")
    assert "secret" in refused.lower()
    assert "wrong-secret" not in refused
    take_picture(page, "test-failed")

    row_of(page, "acme").get_by_role("button", name="Edit Connection").click()
    save_secret(page, settings["consumer_secret"])
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    passed = run_test(page, "acme", "success")
    assert "integration@local-org.example" in passed
    take_picture(page, "test-passed")

    stored = cluster.request("GET", "/api/v2/connections/acme")
    assert stored["conn_type"] == "salesforceconnector"
    assert settings["consumer_secret"] not in str(stored)


def test_a_private_key_is_pasted_saved_and_signs_in(
    served_site: EngineSite, cluster: AirflowCluster, page: Any
) -> None:
    key = allow_key(served_site)
    open_form(cluster, page, "robot")
    pick_type(page, "Salesforce").click()
    page.get_by_label("My Domain URL").fill(served_site.url)
    page.get_by_label("Port (443)").fill("443")
    page.get_by_role("button", name="Extra Fields", exact=True).click()
    page.locator("#element_auth_method").click()
    page.get_by_role("option", name="jwt_bearer", exact=True).click()
    page.locator("[name=element_consumer_key]").fill(key["consumer_key"])
    page.locator("[name=element_username]").fill(key["username"])
    page.locator("[name=element_private_key]").fill(key["private_key"])
    page.locator("label[id='switch:element_local_org']").click()
    page.get_by_role("button", name="Save").click()

    assert key["username"] in run_test(page, "robot", "success")


def test_a_second_connector_is_a_type_of_its_own(cluster: AirflowCluster, page: Any) -> None:
    open_form(cluster, page, "echo")
    pick_type(page, "Echo").click()
    page.get_by_role("button", name="Extra Fields", exact=True).click()
    page.locator("[name=element_room]").fill("open")
    token = page.locator("[name=element_token]")
    assert token.get_attribute("type") == "password"
    token.fill("hush-hush")
    page.get_by_role("button", name="Standard Fields").click()
    page.get_by_label("Port (443)").fill("443")
    page.get_by_role("button", name="Save").click()

    assert "Connected" in run_test(page, "echo", "success")
