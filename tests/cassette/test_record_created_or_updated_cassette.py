"""`record_created_or_updated` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll(
            "record_created_or_updated",
            {"sobject": "Account", "fields": ["Nmae"], "start": "everything"},
        )


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    _, cursor = poll("record_created_or_updated", {"sobject": "Account"})
    run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    events, _ = poll("record_created_or_updated", {"sobject": "Account"}, cursor)
    assert [event["change"] for event in events] == ["created"]
