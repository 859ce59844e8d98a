"""`log_activity` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A contact's id is not what an activity is about."""
    inputs = {"kind": "task", "subject": "Call", "what_id": "003000000000001AAA"}
    with pytest.raises(Rejected) as error:
        run("log_activity", inputs)
    assert error.value.code == "MALFORMED_ID"


def test_succeeds(run: Callable[..., Any]) -> None:
    """A task that is done, and an event."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    about = {"what_id": account["id"]}
    task = {"kind": "task", "subject": "Call", "status": "Completed", "due": "2026-11-22"}
    start, end = "2026-11-30T09:00:00+01:00", "2026-11-30T10:00:00+01:00"
    event = {"kind": "event", "subject": "Demo", "start": start, "end": end}
    assert run("log_activity", {**task, **about})["id"].startswith("00T")
    assert run("log_activity", {**event, **about})["id"].startswith("00U")
