"""`delete_file` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such file."""
    with pytest.raises(NotFound):
        run("delete_file", {"id": "069000000000001AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """Off one record first, then the file itself."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    file = run("upload_file", {"text": "hi", "file_name": "a.txt", "record_ids": [account]})
    removed = run("delete_file", {"id": file["document_id"], "record_id": account})
    assert (removed["deleted"], removed["removed"]) == (False, True)
    assert run("list_files", {"record_id": account})["files"] == []
    assert run("delete_file", {"id": file["version_id"]})["deleted"] is True
