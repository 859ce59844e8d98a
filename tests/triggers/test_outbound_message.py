"""outbound_message: what is read, what is refused, and what is answered."""

import contextlib
from typing import Any

import pytest
from connector.outbound_messages import ACTION, ORG, RECORD, message, notification
from flow_driver import drive
from hypothesis import given
from hypothesis import strategies as st
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_actions.triggers.outbound_message import Input, flow
from salesforce_connector.errors import ConnectorError, Forbidden, Rejected

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


SETTINGS = {"my_domain_url": "https://acme.my.salesforce.com", "consumer_key": "3MVG9"}


def connection(org: str = ORG, **settings: Any) -> MemoryConnection:
    identity = f"https://login.salesforce.com/id/{org}/005D0000001mTBJIA2" if org else ""
    credentials = {"access_token": "t", "id": identity}
    return MemoryConnection("authorization_code", SETTINGS | settings, credentials)


def receive(body: bytes, method: str = "POST", org: str = ORG, **settings: Any) -> Any:
    request = {"method": method, "headers": {}, "query": "", "body": body}
    return SalesforceConnector().receive_webhook(
        "salesforce", "outbound_message", connection(org, **settings), request
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sign in</html>",
        b"\xff\xfe<",
        message(),
        message(notification(1, RECORD.replace("003D000000QYVzxIAH", "../x"))),
        message(notification(1, RECORD.replace("sf:Contact", "sf:../x"))),
        message(notification(1), org="not an id"),
        message(notification(1), head=BOMB),
        message(*map(notification, range(1_001))),
        message(notification(1)).decode().encode("utf-16"),
        message(notification(1))[:-40],
        b" " * (16 * 1024 * 1024 + 1),
    ],
    ids=range(12),
)
def test_an_invalid_message_is_refused_and_not_quoted(body: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        receive(body)
    assert refused.value.code == "NOT_AN_OUTBOUND_MESSAGE"
    assert "secret" not in str(refused.value)


def test_only_a_post_is_read() -> None:
    with pytest.raises(Rejected):
        receive(message(notification(1)), method="GET")


@pytest.mark.parametrize("org", ["00DD0000000OtherMAK", ""])
def test_a_message_of_another_org_is_forbidden(org: str) -> None:
    with pytest.raises(Forbidden):
        receive(message(notification(1)), org=org)


@pytest.mark.parametrize(
    "settings",
    [{"allowed_objects": ["Account"]}, {"allowed_actions": ["record_created"]}],
    ids=["objects", "actions"],
)
def test_a_forbidden_object_is_refused(settings: Any) -> None:
    with pytest.raises(Forbidden):
        receive(message(notification(1)), **settings)


def test_an_allowed_object_is_accepted() -> None:
    settings: Any = {"allowed_objects": ["contact"], "allowed_actions": ["outbound_message"]}
    assert receive(message(notification(1)), read_only=True, **settings)["events"]


def test_returns_an_event_per_record_and_acknowledges() -> None:
    batch = receive(message(notification(1), notification(2)))

    assert batch["events"][0] == {
        "id": "04lD00000000001IAA",
        "sobject": "Contact",
        "record_id": "003D000000QYVzxIAH",
        "fields": {"LastName": "Kim & Lee", "Email": None},
        "action_id": ACTION,
    }
    assert len(batch["events"]) == 2
    assert "<Ack>true</Ack>" in batch["response"]["body"]
    assert "secret" not in str(batch)


@pytest.mark.parametrize("data", ["", "<sObject/>", '<sObject xsi:nil="true"/>'])
def test_a_record_that_was_deleted_before_it_was_sent_is_an_event_without_data(data: str) -> None:
    """Salesforce documents that its notification contains no data; the others are taken."""
    batch = receive(message(notification(1, data), notification(2)), allowed_objects=["Contact"])

    assert [event["record_id"] for event in batch["events"]] == ["", "003D000000QYVzxIAH"]
    assert batch["events"][0]["fields"] == {}
    assert batch["events"][0]["id"]


def test_a_hundred_notifications_with_long_texts_are_accepted() -> None:
    """What is too large to be taken would be sent for 24 hours, and then lost."""
    record = RECORD.replace("Kim &amp; Lee", "x" * 131_072)
    batch = receive(message(*(notification(number, record) for number in range(100))))

    assert len(batch["events"]) == 100
    assert len(batch["events"][99]["fields"]["LastName"]) == 131_072


def test_an_org_id_of_15_characters_is_the_same_org() -> None:
    assert receive(message(notification(1), org=ORG[:15]))["events"]


def test_it_is_not_polled() -> None:
    run = drive(flow(Input(), None))
    assert isinstance(run.error, Rejected)
    assert run.error.code == "NOT_POLLED"


def test_other_triggers_accept_no_requests() -> None:
    request = {"method": "POST", "headers": {}, "query": "", "body": b""}
    hook = SalesforceConnector().receive_webhook
    assert hook("salesforce", "record_created", connection(), request) is None
    assert hook("other", "outbound_message", connection(), request) is None


@given(st.binary(max_size=300), st.integers(0, 600), st.integers(0, 600))
def test_any_bytes_are_read_or_refused(junk: bytes, start: int, end: int) -> None:
    body = message(notification(1))
    with contextlib.suppress(ConnectorError):
        receive(body[:start] + junk + body[end:])
