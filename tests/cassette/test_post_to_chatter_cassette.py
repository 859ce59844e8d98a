"""`post_to_chatter` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no record to post at."""
    with pytest.raises(Rejected) as error:
        run("post_to_chatter", {"subject": "001000000000001AAA", "text": "Hello"})
    assert error.value.code == "INVALID_API_INPUT"


def test_succeeds(run: Callable[..., Any]) -> None:
    account = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    done = run("post_to_chatter", {"subject": account["id"], "text": "They have ordered!"})
    assert done["feed_item_id"].startswith("0D5")
