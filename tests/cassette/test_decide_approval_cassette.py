"""`decide_approval` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def _delivery(run: Callable[..., Any]) -> str:
    inputs = {"sobject": "Delivery__c", "fields": {"Value__c": 20_000}}
    return str(run("create_record", inputs)["id"])


def test_fails(run: Callable[..., Any]) -> None:
    """What was not submitted cannot be approved."""
    with pytest.raises(NotFound) as error:
        run("decide_approval", {"id": _delivery(run), "decision": "approve"})
    assert error.value.code == "NO_WORK_ITEM"


def test_succeeds(run: Callable[..., Any]) -> None:
    """By the record's id, and by the work item's."""
    first, second = _delivery(run), _delivery(run)
    run("submit_for_approval", {"record_id": first})
    submitted = run("submit_for_approval", {"record_id": second})
    approved = run("decide_approval", {"id": first, "decision": "approve", "comments": "Fine"})
    item = submitted["work_item_ids"][0]
    rejected = run("decide_approval", {"id": item, "decision": "reject"})
    assert (approved["record_id"], approved["status"]) == (first, "Approved")
    assert (rejected["record_id"], rejected["status"]) == (second, "Rejected")
