"""Actions that need SOAP, with JWT-based access tokens, on the local org."""

from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Forbidden
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org


def undelete(connector: SalesforceConnector, org: Org, version: str) -> Any:
    identity_of(org).apps.change("automation", jwt_access_tokens=True)
    settings = {**app_settings(org, "automation"), "api_version": version}
    connection = MemoryConnection("client_credentials", settings)
    account = {"sobject": "Account", "fields": {"Name": "Acme"}}
    created = connector.run_action("salesforce", "create_record", connection, account, None)
    assert created is not None
    record = {"sobject": "Account", "id": created["output"]["id"]}
    connector.run_action("salesforce", "delete_record", connection, record, None)
    inputs = {"id": record["id"]}
    return connector.run_action("salesforce", "undelete_record", connection, inputs, None)


def test_they_work_from_the_version_that_accepts_them(
    connector: SalesforceConnector, local_org: Org
) -> None:
    assert undelete(connector, local_org, "68.0")["output"]["id"]


def test_below_it_the_refusal_names_the_version(
    connector: SalesforceConnector, local_org: Org
) -> None:
    with pytest.raises(Forbidden) as raised:
        undelete(connector, local_org, "67.0")

    assert raised.value.code == "JWT_TOKEN_UNUSABLE"
    assert "67.0" in raised.value.message
    assert not raised.value.sent
