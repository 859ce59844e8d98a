"""`update_note` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such note."""
    with pytest.raises(NotFound):
        run("update_note", {"id": "069000000000001AAA", "title": "x"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """A line is added, and the title changed."""
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})["id"]
    note = run("add_note", {"title": "Call", "text": "1 < 2", "record_ids": [account]})["id"]
    run("update_note", {"id": note, "title": "Calls", "text": "3", "mode": "append"})
    (file,) = run("list_files", {"record_id": account})["files"]
    assert (file["title"], file["size"]) == ("Calls", len("<p>1 &lt; 2</p><p>3</p>"))
