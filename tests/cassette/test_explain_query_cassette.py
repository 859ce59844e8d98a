"""`explain_query` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A query that would not run is not explained."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        run("explain_query", {"soql": "SELECT Nmae FROM Account"})


def test_succeeds(run: Callable[..., Any]) -> None:
    output = run("explain_query", {"soql": "SELECT Id FROM Account WHERE Name = 'Acme'"})
    assert output["plans"][0]["sobject_type"] == "Account"
    assert output["plans"][0]["leading_operation_type"]
