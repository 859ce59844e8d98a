"""`undelete_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A record that is not deleted cannot be brought back."""
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    with pytest.raises(ConnectorError) as error:
        run("undelete_record", {"id": record["id"]})
    assert error.value.code == "UNDELETE_FAILED"


def test_succeeds(run: Callable[..., Any]) -> None:
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    run("delete_record", {"sobject": "Account", "id": record["id"]})
    assert run("undelete_record", {"id": record["id"]})["id"] == record["id"]
    request = {"sobject": "Account", "id": record["id"], "fields": ["Name"]}
    assert run("get_record", request)["record"]["Name"] == "Acme"
