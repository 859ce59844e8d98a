"""`list_files` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """What is no record's id is refused before anything is sent."""
    with pytest.raises(Rejected):
        run("list_files", {"record_id": "nothing"})


def test_succeeds(run: Callable[..., Any]) -> None:
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    inputs = {"text": "Hello", "file_name": "hello.txt", "record_ids": [account["id"]]}
    upload = run("upload_file", inputs)
    (file,) = run("list_files", {"record_id": account["id"]})["files"]
    assert file["document_id"] == upload["document_id"]
    assert (file["title"], file["extension"], file["size"]) == ("hello", "txt", 5)
