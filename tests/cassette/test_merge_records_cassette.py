"""`merge_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The record that is to go is gone already."""
    made = [
        run("create_record", {"sobject": "Account", "fields": {"Name": name}})["id"]
        for name in ("Acme", "Acme Ltd")
    ]
    run("delete_record", {"sobject": "Account", "id": made[1]})
    with pytest.raises(ConnectorError) as error:
        run("merge_records", {"sobject": "Account", "master_id": made[0], "ids": made[1:]})
    assert error.value.code == "ENTITY_IS_DELETED"


def test_succeeds(run: Callable[..., Any]) -> None:
    made = [
        run("create_record", {"sobject": "Account", "fields": {"Name": name}})["id"]
        for name in ("Acme", "Acme Ltd")
    ]
    fields = {"LastName": "Kim", "AccountId": made[1]}
    contact = run("create_record", {"sobject": "Contact", "fields": fields})
    inputs = {"sobject": "Account", "master_id": made[0], "ids": made[1:]}
    told = run("merge_records", {**inputs, "fields": {"Phone": "1 & 2"}})
    assert (told["id"], told["merged_ids"]) == (made[0], made[1:])
    assert contact["id"] in told["updated_related_ids"]
