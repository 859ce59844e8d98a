"""Platform events, whose result has an entry in `errors`; users of Chatter."""

import httpx
import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.records.platform_events import event_object, published
from salesforce_emulator.schema.field import Field


@pytest.fixture
def shipping(org: Org) -> Org:
    number = Field(
        name="Order_Number__c", label="Order Number", type="string", length=20, nillable=False,
        custom=True,
    )  # fmt: skip
    event = event_object(
        "Order_Shipped__e",
        label="Order Shipped",
        label_plural="Orders Shipped",
        key_prefix="e00",
        fields=(number,),
    )
    org.extend(org.schema.with_objects(event))
    return org


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "REQUIRED_FIELD_MISSING"),
        ({"Nope__c": 1}, "INVALID_FIELD"),
        ({"Order_Number__c": "x" * 21}, "STRING_TOO_LONG"),
        ({"Order_Number__c": "1", "ReplayId": "7"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ],
)
def test_an_event_is_held_to_its_fields(
    client: httpx.Client, shipping: Org, body: dict[str, str], code: str
) -> None:
    response = client.post("/sobjects/Order_Shipped__e", json=body)

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)
    assert published(shipping, "Order_Shipped__e") == []


def test_the_hour_has_only_so_many(client: httpx.Client, shipping: Org) -> None:
    shipping.limits.others["HourlyPublishedPlatformEvents"] = 0
    response = client.post("/sobjects/Order_Shipped__e", json={"Order_Number__c": "1"})

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")


def test_an_event_is_not_read_back(client: httpx.Client, shipping: Org) -> None:
    done = client.post("/sobjects/Order_Shipped__e", json={"Order_Number__c": "1"}).json()
    queried = client.get("/query", params={"q": "SELECT ReplayId FROM Order_Shipped__e"})

    assert queried.status_code == 400
    assert client.get(f"/sobjects/Order_Shipped__e/{done['id']}").status_code == 404


def test_publishes_in_order(client: httpx.Client, shipping: Org) -> None:
    done = [
        client.post("/sobjects/Order_Shipped__e", json={"Order_Number__c": number})
        for number in ("00001234", "00001235")
    ]

    assert [item.status_code for item in done] == [201, 201]
    (publish_result,) = done[0].json()["errors"]
    assert (done[0].json()["success"], publish_result["statusCode"]) == (True, "OPERATION_ENQUEUED")
    events = published(shipping, "Order_Shipped__e")
    assert [event["Order_Number__c"] for event in events] == ["00001234", "00001235"]
    assert [event["ReplayId"] for event in events] == ["1", "2"]
    assert events[0]["EventUuid"] == publish_result["message"] != events[1]["EventUuid"]


def test_chatter_knows_the_caller_and_others_by_id(client: httpx.Client, org: Org) -> None:
    me = client.get("/chatter/users/me").json()

    assert (me["id"], me["username"]) == (org.admin_id, "admin@local-org.example")
    assert client.get(f"/connect/users/{org.admin_id}").json() == me
    assert client.get("/connect/communities").json() == {"communities": [], "total": 0}
    assert client.get("/chatter/users/nobody").status_code == 404


@pytest.mark.parametrize("path", ["/chatter/feeds/news/me/feed-elements", "/connect/organization"])
def test_other_chatter_resources_are_not_offered(client: httpx.Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 501
    assert path.removeprefix("/") in response.json()[0]["message"]


def test_publishes_many_in_one_call(client: httpx.Client, shipping: Org) -> None:
    kind = {"type": "Order_Shipped__e"}
    records = [{"attributes": kind, "Order_Number__c": "1"}, {"attributes": kind}]
    done, failed = client.post("/composite/sobjects", json={"records": records}).json()

    assert (done["success"], failed["success"]) == (True, False)
    assert done["errors"][0]["statusCode"] == "OPERATION_ENQUEUED"
    (event,) = published(shipping, "Order_Shipped__e")
    assert event["EventUuid"] == done["errors"][0]["message"]
