"""`new_post` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        poll("new_post", {"fields": ["Nmae"], "start": "everything"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    _, cursor = poll("new_post", {})
    run("post_to_chatter", {"subject": account["id"], "text": "Hello"})
    events, cursor = poll("new_post", {}, cursor)
    assert [event["record"]["Body"] for event in events] == ["Hello"]
    assert poll("new_post", {}, cursor)[0] == []
