"""`run_list_view` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        run("run_list_view", {"sobject": "Account", "view_id": "00B000000000001AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """The view of all accounts shows one that was made."""
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    views = run("list_views", {"sobject": "Account"})["views"]
    every = next(view for view in views if view["developer_name"] == "AllAccounts")
    shown = run("run_list_view", {"sobject": "Account", "view_id": every["id"]})
    assert record["id"] in [row["Id"] for row in shown["records"]]
