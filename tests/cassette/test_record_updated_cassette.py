"""`record_updated` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll("record_updated", {"sobject": "Account", "fields": ["Nmae"], "start": "everything"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    created = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    _, cursor = poll("record_updated", {"sobject": "Account"})
    fields = {"Name": "Globex"}
    run("update_record", {"sobject": "Account", "id": created["id"], "fields": fields})
    events, _ = poll("record_updated", {"sobject": "Account", "fields": ["Name"]}, cursor)
    assert [event["record"]["Name"] for event in events] == ["Globex"]
