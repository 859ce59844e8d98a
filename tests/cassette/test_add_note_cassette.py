"""`add_note` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The record it is to hang on is gone, and so the note is taken back."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Gone"}})
    run("delete_record", {"sobject": "Account", "id": account["id"]})
    with pytest.raises(ConnectorError) as error:
        run("add_note", {"title": "Call", "text": "x", "record_ids": [account["id"]]})
    assert error.value.code == "ENTITY_IS_DELETED"


def test_succeeds(run: Callable[..., Any]) -> None:
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    note = run("add_note", {"title": "Call", "text": "1 < 2", "record_ids": [account["id"]]})
    (file,) = run("list_files", {"record_id": account["id"]})["files"]
    assert (file["document_id"], file["type"]) == (note["id"], "SNOTE")
