"""`get_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is not there refuses the call, whatever the ids are."""
    with pytest.raises(Rejected) as error:
        run(
            "get_records",
            {"sobject": "Account", "ids": ["001000000000001AAA"], "fields": ["Nothing__c"]},
        )
    assert error.value.code == "INVALID_FIELD"


def test_succeeds(run: Callable[..., Any]) -> None:
    """What is not there is null, in its place."""
    record_id = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    ids = ["001000000000001AAA", record_id]
    output = run("get_records", {"sobject": "Account", "ids": ids, "fields": ["Name"]})
    assert output["missing"] == ids[:1]
    assert output["records"][1]["Name"] == "Acme"
