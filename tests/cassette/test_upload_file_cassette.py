"""`upload_file` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The document that is to get a new version is not there."""
    inputs = {"text": "x", "file_name": "a.txt", "document_id": "069000000000001AAA"}
    with pytest.raises(Rejected):
        run("upload_file", inputs)


def test_succeeds(run: Callable[..., Any]) -> None:
    """A document with its version, linked to a record."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    inputs = {"text": "Hello", "file_name": "hello.txt", "record_ids": [account["id"]]}
    upload = run("upload_file", inputs)
    assert upload["version_id"].startswith("068")
    assert upload["document_id"].startswith("069")
    assert [link["ok"] for link in upload["links"]] == [True]
