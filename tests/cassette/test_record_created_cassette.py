"""`record_created` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll("record_created", {"sobject": "Account", "fields": ["Nmae"], "start": "everything"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    _, cursor = poll("record_created", {"sobject": "Account"})
    created = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    events, cursor = poll("record_created", {"sobject": "Account"}, cursor)
    assert [event["record_id"] for event in events] == [created["id"]]
    assert poll("record_created", {"sobject": "Account"}, cursor)[0] == []
