"""`publish_platform_event` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A number is longer than the event's field takes."""
    fields = {"Order_Number__c": "A-" + "0" * 20}
    with pytest.raises(Rejected) as error:
        run("publish_platform_event", {"sobject": "Delivery_Shipped__e", "fields": fields})
    assert (error.value.code, error.value.fields) == ("STRING_TOO_LONG", ("Order_Number__c",))


def test_succeeds(run: Callable[..., Any]) -> None:
    """The entry in `errors` that says that it is queued is no error."""
    inputs = {"sobject": "Delivery_Shipped__e", "fields": {"Order_Number__c": "A-1"}}
    done = run("publish_platform_event", inputs)
    assert (done["id"][0], len(done["event_uuid"])) == ("e", 36)
