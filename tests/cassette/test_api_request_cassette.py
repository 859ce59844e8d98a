"""`api_request` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A resource that is not there."""
    with pytest.raises(NotFound) as error:
        run("api_request", {"path": "/nothing"})
    assert error.value.code == "NOT_FOUND"


def test_succeeds(run: Callable[..., Any]) -> None:
    """Whatever REST offers: here a record is made."""
    output = run(
        "api_request",
        {"method": "POST", "path": "/sobjects/Account", "body": {"Name": "By hand"}},
    )
    assert (output["status"], output["encoding"]) == (201, "json")
    assert output["headers"]["location"].endswith(output["body"]["id"])
