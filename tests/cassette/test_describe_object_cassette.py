"""`describe_object` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        run("describe_object", {"sobject": "Acount"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """Says which fields a create cannot do without."""
    output = run("describe_object", {"sobject": "Opportunity"})
    required = [field["name"] for field in output["fields"] if field["required_on_create"]]
    assert sorted(required) == ["CloseDate", "Name", "StageName"]
