"""`get_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A record that is not there is `NotFound`."""
    with pytest.raises(NotFound):
        run("get_record", {"sobject": "Account", "id": "001000000000000AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    record = run("create_record", {"sobject": "Contact", "fields": {"LastName": "Doe"}})
    output = run("get_record", {"sobject": "Contact", "id": record["id"], "fields": ["LastName"]})
    assert output["record"]["LastName"] == "Doe"
