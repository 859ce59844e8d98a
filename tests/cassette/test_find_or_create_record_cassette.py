"""`find_or_create_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


INPUTS = {
    "sobject": "Contact",
    "filters": [{"field": "Email", "value": "kim@find-or-create.example"}],
    "fields": {"LastName": "Kim", "Email": "kim@find-or-create.example"},
}


def test_fails(run: Callable[..., Any]) -> None:
    """A new record lacks what it needs."""
    with pytest.raises(Rejected):
        run("find_or_create_record", {**INPUTS, "fields": {"FirstName": "Kim"}})


def test_succeeds(run: Callable[..., Any]) -> None:
    """The second time finds what the first has made."""
    first = run("find_or_create_record", INPUTS)
    second = run("find_or_create_record", INPUTS)
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]
