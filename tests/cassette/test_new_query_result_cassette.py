"""`new_query_result` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """Rows without an id cannot be told apart."""
    with pytest.raises(Rejected, match="without an Id"):
        poll("new_query_result", {"soql": "SELECT Name FROM User"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    inputs = {"soql": "SELECT Id, Name FROM Account WHERE Name = 'Appears'"}
    _, cursor = poll("new_query_result", inputs)
    run("create_record", {"sobject": "Account", "fields": {"Name": "Appears"}})
    events, cursor = poll("new_query_result", inputs, cursor)
    assert [event["record"]["Name"] for event in events] == ["Appears"]
    assert poll("new_query_result", inputs, cursor)[0] == []
