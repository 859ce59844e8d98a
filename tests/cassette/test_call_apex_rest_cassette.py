"""`call_apex_rest` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Conflict

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The service answers 409, which is an error unless it is accepted."""
    inputs = {"method": "POST", "path": "/deliveries/D-0001", "body": {"fast": True}}
    with pytest.raises(Conflict) as error:
        run("call_apex_rest", inputs)
    assert error.value.status == 409
    assert run("call_apex_rest", {**inputs, "accept_statuses": [409]})["status"] == 409


def test_succeeds(run: Callable[..., Any]) -> None:
    done = run("call_apex_rest", {"path": "/deliveries/D-0001", "params": {"full": True}})
    assert (done["status"], done["encoding"]) == (200, "json")
    assert done["body"] == {"number": "D-0001", "status": "on its way"}
