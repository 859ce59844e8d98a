"""`list_child_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A relationship that is not there."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    inputs = {"sobject": "Account", "id": account["id"], "relationship": "Nothings"}
    with pytest.raises(ConnectorError):
        run("list_child_records", inputs)


def test_succeeds(run: Callable[..., Any]) -> None:
    """The contacts of an account."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    fields = {"LastName": "Kim", "AccountId": account["id"]}
    run("create_record", {"sobject": "Contact", "fields": fields})
    listed = run(
        "list_child_records",
        {
            "sobject": "Account",
            "id": account["id"],
            "relationship": "Contacts",
            "fields": ["LastName"],
        },
    )
    assert [record["LastName"] for record in listed["records"]] == ["Kim"]
