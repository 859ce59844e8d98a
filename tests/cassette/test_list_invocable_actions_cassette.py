"""`list_invocable_actions` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such flow."""
    with pytest.raises(NotFound) as error:
        run("list_invocable_actions", {"kind": "flow", "action_name": "Nope"})
    assert error.value.code == "NOT_FOUND"


def test_succeeds(run: Callable[..., Any]) -> None:
    names = {action["name"] for action in run("list_invocable_actions", {})["actions"]}
    assert {"chatterPost", "emailSimple", "submit", "Ship_Delivery", "QuoteDelivery"} <= names
    inputs = {"kind": "flow", "action_name": "Ship_Delivery"}
    (about,) = run("list_invocable_actions", inputs)["actions"]
    assert [item["name"] for item in about["inputs"]] == ["deliveryId", "carrier", "weight"]
