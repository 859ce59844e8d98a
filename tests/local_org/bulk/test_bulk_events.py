"""Platform events that a bulk job inserts are published as those of a single call are."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.records.platform_events import event_object, published
from salesforce_emulator.schema.field import Field


@pytest.fixture
def shipping(org: Org) -> Org:
    number = Field(
        name="Number__c", label="Number", type="string", length=20, nillable=False, custom=True
    )
    event = event_object(
        "Sent__e", label="Sent", label_plural="Sent", key_prefix="e00", fields=(number,)
    )
    org.extend(org.schema.with_objects(event))
    return org


def test_events_of_a_job_count_against_the_hour(shipping: Org, ingest: Callable[..., Any]) -> None:
    shipping.limits.others["HourlyPublishedPlatformEvents"] = 1
    ended = ingest("Number__c\n1\n2\n", "Sent__e")

    assert ended.errors == [
        "LIMIT_EXCEEDED:The hourly limit of published platform events is reached:--"
    ]
    assert [item["Number__c"] for item in published(shipping, "Sent__e")] == ["1"]


def test_events_of_a_job_have_an_order_and_each_a_uuid(
    shipping: Org, ingest: Callable[..., Any]
) -> None:
    ingest("Number__c\n1\n2\n", "Sent__e")
    ingest("Number__c\n3\n", "Sent__e")
    events = published(shipping, "Sent__e")

    assert [event["ReplayId"] for event in events] == ["1", "2", "3"]
    assert len({event["EventUuid"] for event in events} - {None}) == 3
