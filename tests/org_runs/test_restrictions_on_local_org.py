"""What a restricted connection may do, on the local org."""

from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_emulator.org.state import Org


def restricted(org: Org, **settings: Any) -> MemoryConnection:
    return MemoryConnection("client_credentials", app_settings(org, "automation") | settings)


def test_a_read_only_connection_reads_and_writes_nothing(
    connector: SalesforceConnector, local_org: Org
) -> None:
    connection = restricted(local_org, read_only=True)

    def run(action: str, **inputs: Any) -> Any:
        return connector.run_action("salesforce", action, connection, inputs, {})

    before = run("query", soql="SELECT COUNT() FROM Account")["output"]["total"]
    for action, inputs in (
        ("create_record", {"sobject": "Account", "fields": {"Name": "x"}}),
        ("create_records", {"sobject": "Account", "records": [{"Name": "x"}]}),
        ("api_request", {"method": "POST", "path": "/sobjects/Account", "body": {"Name": "x"}}),
        ("api_request", {"method": "GET", "path": "/sobjects/Account?_HttpMethod=POST"}),
    ):
        with pytest.raises((Forbidden, Rejected)):
            run(action, **inputs)
    assert run("query", soql="SELECT COUNT() FROM Account")["output"]["total"] == before
    report = connector.test_connection("salesforce", connection)
    assert report is not None
    assert report["ok"]


def test_a_connection_limited_to_accounts_reaches_no_users(
    connector: SalesforceConnector, local_org: Org
) -> None:
    """Every page of a long query comes through; a parent of another object does not."""
    everything = restricted(local_org)
    rows = [{"Name": f"N{i}"} for i in range(300)]
    connector.run_action(
        "salesforce", "create_records", everything, {"sobject": "Account", "records": rows}, {}
    )
    connection = restricted(
        local_org, allowed_objects=["Account"], allowed_actions=["query", "record_created"]
    )

    def run(action: str, **inputs: Any) -> Any:
        result = connector.run_action("salesforce", action, connection, inputs, {})
        assert result is not None
        return result["output"]

    assert len(run("query", soql="SELECT Id FROM Account")["records"]) >= 300
    for soql in ("SELECT Owner.Name FROM Account", "SELECT Id FROM User"):
        with pytest.raises(Forbidden, match="may not use the object"):
            run("query", soql=soql)
    with pytest.raises(Forbidden, match="may not use get_record"):
        run("get_record", sobject="Account", id="001000000000001AAA")
    with pytest.raises(Forbidden, match="may not use record_deleted"):
        connector.poll_trigger(
            "salesforce", "record_deleted", connection, {"sobject": "Account"}, None
        )
    report = connector.test_connection("salesforce", connection)
    assert report is not None
    assert all(check["status"] == "ok" for check in report["checks"] if check["id"] == "identity")
