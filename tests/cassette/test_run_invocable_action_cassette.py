"""`run_invocable_action` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """One of two runs fails, and with it the step, unless it is told otherwise."""
    inputs = {"kind": "apex", "action_name": "QuoteDelivery", "inputs": [{"weight": 1}, {}]}
    with pytest.raises(RecordsFailed, match="INVALID_API_INPUT") as error:
        run("run_invocable_action", inputs)
    assert [row["ok"] for row in error.value.records] == [True, False]
    done = run("run_invocable_action", {**inputs, "fail_when": "all"})
    assert [result["ok"] for result in done["results"]] == [True, False]


def test_succeeds(run: Callable[..., Any]) -> None:
    inputs = {"kind": "apex", "action_name": "QuoteDelivery", "inputs": [{"weight": 1}]}
    done = run("run_invocable_action", inputs)
    assert (done["failed"], done["results"][0]["outputs"]) == (0, {"price": 12.5})
