"""`query` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """An unknown field is named, with what to look at."""
    with pytest.raises(Rejected, match="No such column 'Nmae' on entity 'Account'") as error:
        run("query", {"soql": "SELECT Nmae FROM Account"})
    assert error.value.code == "INVALID_FIELD"
    assert error.value.remedy


def test_succeeds(run: Callable[..., Any]) -> None:
    """A value with a quote in it finds the record that has it."""
    name = "O'Hara \\ Sons"
    record = run("create_record", {"sobject": "Account", "fields": {"Name": name}})
    output = run(
        "query",
        {
            "soql": "SELECT Id, Name FROM Account WHERE Id = :id AND Name = :name",
            "parameters": {"id": record["id"], "name": name},
        },
    )
    assert [(row["Id"], row["Name"]) for row in output["records"]] == [(record["id"], name)]
    assert output["complete"]
