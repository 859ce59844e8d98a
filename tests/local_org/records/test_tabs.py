"""The tabs of the user."""

import httpx

from salesforce_emulator.org.state import Org


def test_lists_tabs_of_standard_objects(client: httpx.Client, org: Org) -> None:
    """A custom object has none until somebody makes one."""
    tabs = {item["name"]: item for item in client.get("/tabs").json()}
    assert "standard-Invoice__c" not in tabs
    accounts = tabs["standard-Account"]
    assert (accounts["label"], accounts["sobjectName"]) == ("Accounts", "Account")
    assert accounts["url"] == f"https://{org.host}/001/o"
    assert client.get("/").json()["tabs"] == "/services/data/v68.0/tabs"
    assert client.post("/tabs").status_code == 405
