"""List views, run by the connector."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

Act = Callable[..., Any]


def test_lists_views_and_runs_one(act: Act) -> None:
    for name in ("Bolt", "Acme", "Cyan"):
        act("create_record", {"sobject": "Account", "fields": {"Name": name}})
    views = {
        item["developer_name"]: item for item in act("list_views", {"sobject": "Account"})["views"]
    }
    view = views["AllAccounts"]["id"]
    displayed = act("run_list_view", {"sobject": "Account", "view_id": view})
    assert [row["Name"] for row in displayed["records"]] == ["Acme", "Bolt", "Cyan"]
    assert displayed["complete"]
    assert next(item["label"] for item in displayed["columns"] if item["hidden"]) == "Account ID"
    cut = act("run_list_view", {"sobject": "Account", "view_id": view, "limit": 2})
    assert [row["Name"] for row in cut["records"]] == ["Acme", "Bolt"]
    assert not cut["complete"]


def test_a_missing_list_view_raises_not_found(act: Act) -> None:
    with pytest.raises(NotFound):
        act("run_list_view", {"sobject": "Account", "view_id": "00B000000000001AAA"})
    with pytest.raises(NotFound):
        act("list_views", {"sobject": "Nothing__c"})
