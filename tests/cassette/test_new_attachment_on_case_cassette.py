"""`new_attachment_on_case` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """What is no case's id is refused before anything is sent."""
    with pytest.raises(Rejected):
        poll("new_attachment_on_case", {"case_id": "nothing"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    case = run("create_record", {"sobject": "Case", "fields": {"Subject": "Help"}})
    _, cursor = poll("new_attachment_on_case", {})
    file = {"text": "Hello", "file_name": "hello.txt", "record_ids": [case["id"]]}
    run("upload_file", file)
    events, cursor = poll("new_attachment_on_case", {}, cursor)
    assert [(event["kind"], event["case_id"]) for event in events] == [("file", case["id"])]
    assert poll("new_attachment_on_case", {}, cursor)[0] == []
