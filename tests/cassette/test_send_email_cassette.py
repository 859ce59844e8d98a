"""`send_email` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The recipient is no contact that there is."""
    nobody = {"recipient_id": "003000000000001AAA"}
    with pytest.raises(Rejected) as error:
        run("send_email", {**nobody, "subject": "Your order", "body": "It is on its way."})
    assert error.value.code == "INVALID_API_INPUT"


def test_succeeds(run: Callable[..., Any]) -> None:
    inputs = {"to": ["kim@example.com"], "cc": ["lee@example.com"], "html": True}
    done = run("send_email", {**inputs, "subject": "Your order", "body": "<b>It is here.</b>"})
    assert done == {"sent": True, "outputs": {}}
