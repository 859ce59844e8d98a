"""`merge_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The record that is to go is gone already."""
    record_ids = [
        run("create_record", {"sobject": "Account", "fields": {"Name": name}})["id"]
        for name in ("Acme", "Acme Ltd")
    ]
    run("delete_record", {"sobject": "Account", "id": record_ids[1]})
    with pytest.raises(ConnectorError) as error:
        run(
            "merge_records",
            {"sobject": "Account", "master_id": record_ids[0], "ids": record_ids[1:]},
        )
    assert error.value.code == "ENTITY_IS_DELETED"


def test_succeeds(run: Callable[..., Any]) -> None:
    record_ids = [
        run("create_record", {"sobject": "Account", "fields": {"Name": name}})["id"]
        for name in ("Acme", "Acme Ltd")
    ]
    fields = {"LastName": "Kim", "AccountId": record_ids[1]}
    contact = run("create_record", {"sobject": "Contact", "fields": fields})
    inputs = {"sobject": "Account", "master_id": record_ids[0], "ids": record_ids[1:]}
    output = run("merge_records", {**inputs, "fields": {"Phone": "1 & 2"}})
    assert (output["id"], output["merged_ids"]) == (record_ids[0], record_ids[1:])
    assert contact["id"] in output["updated_related_ids"]
