"""`get_record_by_external_id` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


ASKED = {"sobject": "Account", "external_id_field": "External_Id__c", "fields": ["Name"]}


def test_fails(run: Callable[..., Any]) -> None:
    """No record has the external id."""
    with pytest.raises(NotFound) as error:
        run("get_record_by_external_id", {**ASKED, "external_id": "no such thing"})
    assert error.value.status == 404


def test_succeeds(run: Callable[..., Any]) -> None:
    """A slash in the value does no harm."""
    fields = {"Name": "Acme", "External_Id__c": "E/1 ?"}
    run("create_record", {"sobject": "Account", "fields": fields})
    output = run("get_record_by_external_id", {**ASKED, "external_id": "E/1 ?"})
    assert output["record"]["Name"] == "Acme"
