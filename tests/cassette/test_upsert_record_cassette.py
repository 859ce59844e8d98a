"""`upsert_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

ACCOUNT = {"sobject": "Account", "external_id_field": "External_Id__c"}


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is no external id is refused."""
    with pytest.raises(NotFound, match="external ID field does not exist"):
        run(
            "upsert_record",
            {
                "sobject": "Account",
                "external_id_field": "Nothing__c",
                "external_id": "1",
                "fields": {"Name": "Acme"},
            },
        )


def test_succeeds(run: Callable[..., Any]) -> None:
    """The first makes the record, the second changes it; a slash in the value does no harm."""
    first = run("upsert_record", {**ACCOUNT, "external_id": "A/1 ?", "fields": {"Name": "Acme"}})
    second = run("upsert_record", {**ACCOUNT, "external_id": "A/1 ?", "fields": {"Name": "Acme 2"}})
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]
