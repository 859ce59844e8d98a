"""Names of topics, and the objects that they tell of."""

import pytest

from salesforce_connector.metadata import topics


@pytest.mark.parametrize(
    ("sobject", "topic"),
    [
        ("Account", "/data/AccountChangeEvent"),
        ("Parcel__c", "/data/Parcel__ChangeEvent"),
        ("ns__Parcel__c", "/data/ns__Parcel__ChangeEvent"),
    ],
)
def test_an_objects_changes_have_a_topic_that_names_it(sobject: str, topic: str) -> None:
    assert topics.of_changes(sobject) == topic
    assert topics.subject(topic) == sobject


@pytest.mark.parametrize(
    "topic",
    ["/data/ChangeEvents", "/data/Sales__chn", "/event/Sales__chn", "/data/Account", "/topic/All"],
)
def test_a_topic_that_names_no_object_is_known_as_such(topic: str) -> None:
    assert topics.subject(topic) is None


def test_a_channel_and_an_event_keep_their_names() -> None:
    assert topics.of_changes("Sales__chn") == "/data/Sales__chn"
    assert topics.subject(topics.of_event("Order_Shipped__e")) == "Order_Shipped__e"
