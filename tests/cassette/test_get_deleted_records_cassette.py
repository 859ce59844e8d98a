"""`get_deleted_records` over recorded HTTP."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


HOUR = timedelta(hours=1)


def test_fails(run: Callable[..., Any]) -> None:
    """An object that is not there has no history."""
    window = {"start": "2026-11-01T00:00:00Z", "end": "2026-11-02T00:00:00Z"}
    with pytest.raises(NotFound):
        run("get_deleted_records", {"sobject": "Nothing__c", **window})


def test_succeeds(run: Callable[..., Any]) -> None:
    """The window is put around a record that was made, so that a replay asks for the same."""
    created = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    request = {"sobject": "Account", "id": created["id"], "fields": ["CreatedDate"]}
    moment = datetime.fromisoformat(run("get_record", request)["record"]["CreatedDate"])
    run("delete_record", {"sobject": "Account", "id": created["id"]})
    window = {"start": moment - HOUR, "end": moment + HOUR}
    output = run("get_deleted_records", {"sobject": "Account", **window})
    assert created["id"] in [record["id"] for record in output["records"]]
