"""`case_in_queue` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll("case_in_queue", {"queue_id": "00GD0000001kjZ6MAI", "fields": ["Nmae"]})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    group = {"Name": "Desk", "DeveloperName": "Desk", "Type": "Queue"}
    queue = run("create_record", {"sobject": "Group", "fields": group})["id"]
    owned = {"QueueId": queue, "SobjectType": "Case"}
    run("create_record", {"sobject": "QueueSobject", "fields": owned})
    _, cursor = poll("case_in_queue", {"queue_id": queue})
    fields = {"Subject": "Help", "OwnerId": queue}
    case = run("create_record", {"sobject": "Case", "fields": fields})
    events, cursor = poll("case_in_queue", {"queue_id": queue}, cursor)
    assert [event["record_id"] for event in events] == [case["id"]]
    assert poll("case_in_queue", {"queue_id": queue}, cursor)[0] == []
