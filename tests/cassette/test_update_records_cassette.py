"""`update_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """With all or none the good row is undone, and says so."""
    record_id = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    rows = [{"Id": record_id, "Rating": "Hot"}, {"Id": record_id[:-4] + "ZAAA", "Rating": "Cold"}]
    with pytest.raises(RecordsFailed) as error:
        run("update_records", {"sobject": "Account", "records": rows, "all_or_none": True})
    assert [row["ok"] for row in error.value.records] == [False, False]
    assert error.value.records[0]["code"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"


def test_succeeds(run: Callable[..., Any]) -> None:
    record_id = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    rows = [{"Id": record_id, "Rating": "Hot"}]
    done = run("update_records", {"sobject": "Account", "records": rows})
    assert [(row["id"], row["created"]) for row in done["records"]] == [(record_id, False)]
