"""`submit_for_approval` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def _delivery(run: Callable[..., Any], value: int) -> str:
    inputs = {"sobject": "Delivery__c", "fields": {"Value__c": value}}
    return str(run("create_record", inputs)["id"])


def test_fails(run: Callable[..., Any]) -> None:
    """The record does not meet what the process asks for."""
    with pytest.raises(Rejected) as error:
        run("submit_for_approval", {"record_id": _delivery(run, 10)})
    assert error.value.code == "NO_APPLICABLE_PROCESS"


def test_succeeds(run: Callable[..., Any]) -> None:
    delivery = _delivery(run, 20_000)
    done = run("submit_for_approval", {"record_id": delivery, "comments": "Please"})
    assert (done["record_id"], done["status"]) == (delivery, "Pending")
    assert len(done["work_item_ids"]) == len(done["approver_ids"]) == 1
