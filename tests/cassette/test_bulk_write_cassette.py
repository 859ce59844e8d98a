"""`bulk_write` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A field that the parent has not fails the job as a whole, and no row is written."""
    csv = "LastName,Account.Nope__c\nDoe,A-1\n"
    with pytest.raises(Rejected, match="Nope__c") as error:
        run("bulk_write", {"sobject": "Contact", "operation": "insert", "csv": csv})
    assert error.value.code == "JOB_FAILED"


def test_succeeds(run: Callable[..., Any]) -> None:
    """Each row gets its own result; one that is refused keeps no other from being written."""
    rows = [{"LastName": "Doe"}, {"FirstName": "Jane"}]
    inputs = {"sobject": "Contact", "operation": "insert", "records": rows, "fail_when": "all"}
    done = run("bulk_write", inputs)
    assert [(row["index"], row["ok"], row["code"]) for row in done["records"]] == [
        (0, True, ""),
        (1, False, "REQUIRED_FIELD_MISSING"),
    ]
    assert done["records"][0]["id"].startswith("003")
