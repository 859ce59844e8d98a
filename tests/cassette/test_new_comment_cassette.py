"""`new_comment` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """What is no record's id is refused before anything is sent."""
    with pytest.raises(Rejected):
        poll("new_comment", {"parent_id": "nothing"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    case = run("create_record", {"sobject": "Case", "fields": {"Subject": "Help"}})
    _, cursor = poll("new_comment", {})
    run("add_case_comment", {"case_id": case["id"], "comment": "On it."})
    events, cursor = poll("new_comment", {}, cursor)
    assert [event["record"]["CommentBody"] for event in events] == ["On it."]
    assert poll("new_comment", {}, cursor)[0] == []
