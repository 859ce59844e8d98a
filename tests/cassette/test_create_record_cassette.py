"""`create_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """Salesforce names the fields that are missing, and so does the error."""
    with pytest.raises(Rejected) as error:
        run("create_record", {"sobject": "Contact", "fields": {"FirstName": "Jane"}})
    assert error.value.code == "REQUIRED_FIELD_MISSING"
    assert error.value.fields == ("LastName",)


def test_succeeds(run: Callable[..., Any]) -> None:
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    assert len(record["id"]) == 18
    assert record["id"].startswith("001")
