"""`delete_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A record that is deleted already is no longer there to delete."""
    record_id = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    run("delete_record", {"sobject": "Account", "id": record_id})
    with pytest.raises(RecordsFailed) as error:
        run("delete_records", {"ids": [record_id]})
    assert [row["code"] for row in error.value.records] == ["ENTITY_IS_DELETED"]


def test_succeeds(run: Callable[..., Any]) -> None:
    """Records of different objects go in one call."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    lead = run("create_record", {"sobject": "Lead", "fields": {"LastName": "D", "Company": "C"}})
    done = run("delete_records", {"ids": [account, lead["id"]]})
    assert [row["id"] for row in done["records"]] == [account, lead["id"]]
