"""`create_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """One row is refused, and named; the other is written."""
    rows = [{"Name": "Acme"}, {"Industry": "Energy"}]
    with pytest.raises(RecordsFailed) as error:
        run("create_records", {"sobject": "Account", "records": rows})
    good, bad = error.value.records
    assert (good["ok"], bad["code"], bad["fields"]) == (True, "REQUIRED_FIELD_MISSING", ["Name"])


def test_succeeds(run: Callable[..., Any]) -> None:
    rows = [{"Name": "Acme"}, {"Name": "Globex"}]
    done = run("create_records", {"sobject": "Account", "records": rows, "all_or_none": True})
    assert [(row["id"][:3], row["created"]) for row in done["records"]] == [("001", True)] * 2
