"""`list_recent_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        run("list_recent_records", {"sobject": "Nothing__c"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """What was just made is among what was looked at last."""
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Seen"}})
    for inputs in ({}, {"sobject": "Account"}):
        output = run("list_recent_records", inputs)
        assert record["id"] in [row["Id"] for row in output["records"]]
