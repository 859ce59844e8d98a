"""`new_file` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(poll: Callable[..., Any]) -> None:
    """What is no record's id is refused before anything is sent."""
    with pytest.raises(Rejected):
        poll("new_file", {"record_id": "nothing"})


def test_succeeds(run: Callable[..., Any], poll: Callable[..., Any]) -> None:
    _, cursor = poll("new_file", {})
    file = run("upload_file", {"text": "Hello", "file_name": "hello.txt"})
    events, cursor = poll("new_file", {}, cursor)
    assert [event["file_id"] for event in events] == [file["document_id"]]
    assert poll("new_file", {}, cursor)[0] == []
