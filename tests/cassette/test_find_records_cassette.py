"""`find_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is not there is named."""
    with pytest.raises(Rejected, match="No such column 'Nmae'") as error:
        run("find_records", {"sobject": "Account", "fields": ["Nmae"]})
    assert error.value.code == "INVALID_FIELD"


def test_succeeds(run: Callable[..., Any]) -> None:
    """Conditions become SOQL that finds the one record and not its likeness."""
    name = "50% of O'Hara"
    record = run("create_record", {"sobject": "Account", "fields": {"Name": name}})
    run("create_record", {"sobject": "Account", "fields": {"Name": "50 euros of O'Hara"}})
    output = run(
        "find_records",
        {
            "sobject": "Account",
            "fields": ["Name"],
            "filters": [
                {"field": "Name", "operator": "starts_with", "value": "50% of"},
                {"field": "Id", "operator": "in", "value": [record["id"]]},
            ],
            "order": [{"field": "Name"}],
        },
    )
    assert [row["Name"] for row in output["records"]] == [name]
