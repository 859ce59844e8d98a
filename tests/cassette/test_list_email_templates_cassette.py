"""`list_email_templates` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """More templates are asked for than a list may have."""
    with pytest.raises(Rejected):
        run("list_email_templates", {"limit": -1})


def test_succeeds(run: Callable[..., Any]) -> None:
    (template,) = run("list_email_templates", {"search": "parcel"})["templates"]
    assert (template["developer_name"], template["is_active"]) == ("Parcel_is_on_its_way", True)
