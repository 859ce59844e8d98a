"""`upsert_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


KEYED = {"sobject": "Account", "external_id_field": "External_Id__c"}


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is no external id refuses the whole call."""
    rows = [{"Nothing__c": "1", "Name": "Acme"}]
    with pytest.raises(Rejected, match="external ID field does not exist"):
        run(
            "upsert_records",
            {"sobject": "Account", "external_id_field": "Nothing__c", "records": rows},
        )


def test_succeeds(run: Callable[..., Any]) -> None:
    """The first call makes the records; the second changes one of them and makes another."""
    first = run("upsert_records", {**KEYED, "records": [{"External_Id__c": "U-1", "Name": "Acme"}]})
    rows = [{"External_Id__c": key, "Name": key} for key in ("U-1", "U-2")]
    second = run("upsert_records", {**KEYED, "records": rows})
    assert [row["created"] for row in second["records"]] == [False, True]
    assert second["records"][0]["id"] == first["records"][0]["id"]
