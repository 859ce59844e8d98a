"""`bulk_query` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """What bulk queries do not take is refused when the job is created."""
    with pytest.raises(Rejected, match="not supported in Bulk Query") as error:
        run("bulk_query", {"soql": "SELECT Name FROM Account GROUP BY Name"})
    assert error.value.code == "FUNCTIONALITY_NOT_ENABLED"


def test_succeeds(run: Callable[..., Any]) -> None:
    """A text stays a text, a boolean is one, and an empty cell is null."""
    record = run("create_record", {"sobject": "Account", "fields": {"Name": 'O\'Hara, "Sons"'}})
    output = run(
        "bulk_query",
        {
            "soql": "SELECT Id, Name, Phone, IsDeleted FROM Account WHERE Id = :id",
            "parameters": {"id": record["id"]},
        },
    )
    assert output["records"] == [
        {"Id": record["id"], "Name": 'O\'Hara, "Sons"', "Phone": None, "IsDeleted": False}
    ]
    assert output["complete"]
